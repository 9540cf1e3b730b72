package dev.caravan.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/**
 * Names versions of texts: the first eight digits of their SHA-256, so that {@code sha256sum FILE}
 * tells whether a file is the one that was in force. Stateless.
 */
public final class Version {
    private static final String BUILT =
            "/META-INF/maven/dev.caravan/caravan-runtime/pom.properties";
    private static final String SOFTWARE = software(BUILT);

    private Version() {}

    /** The version of one file. */
    public static String of(String text) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 4);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** One version of several texts by name, in the order of the names. */
    public static String of(Map<String, String> texts) {
        StringBuilder all = new StringBuilder();
        new TreeMap<>(texts)
                .forEach(
                        (name, text) -> all.append(name).append(' ').append(of(text)).append('\n'));
        return of(all.toString());
    }

    /** The version of what a provider does: its route files and how its answers are read. */
    public static String ofRoutes(Map<String, String> files) {
        Map<String, String> routes = new TreeMap<>(files);
        routes.keySet().removeIf(name -> name.endsWith(".sql"));
        return of(routes);
    }

    /** The version of Caravan; {@code unpackaged} where it runs from classes. */
    public static String software() {
        return SOFTWARE;
    }

    private static String software(String built) {
        Properties lines = new Properties();
        try (InputStream file = Version.class.getResourceAsStream(built)) {
            if (file != null) {
                lines.load(file);
            }
        } catch (IOException e) {
            // a version that cannot be read is not worth a start
        }
        return lines.getProperty("version", "unpackaged");
    }
}
