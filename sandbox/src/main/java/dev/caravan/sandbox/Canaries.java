package dev.caravan.sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import javax.management.JMException;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanServer;
import javax.management.ObjectName;

/**
 * Secrets that may be nowhere but where they belong, and the search for them: as they are, in
 * hexadecimal digits and in base64 wherever it begins. Immutable.
 */
public final class Canaries {
    private static final int SHORTEST = 8;

    private final Set<String> forms = new LinkedHashSet<>();

    public Canaries(Collection<String> secrets) {
        for (String secret : secrets) {
            if (secret.length() < SHORTEST) {
                throw new IllegalArgumentException("too short to mean anything");
            }
            byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
            forms.add(secret);
            forms.add(HexFormat.of().formatHex(bytes));
            forms.add(HexFormat.of().withUpperCase().formatHex(bytes));
            for (int start = 0; start < 3; start++) {
                base64(bytes, start);
            }
        }
    }

    /** The digits in the middle, which are the same whatever stands before and behind. */
    private void base64(byte[] bytes, int start) {
        int whole = (bytes.length - start) / 3 * 3;
        if (whole >= SHORTEST) {
            byte[] part = java.util.Arrays.copyOfRange(bytes, start, start + whole);
            forms.add(Base64.getEncoder().encodeToString(part));
            forms.add(Base64.getUrlEncoder().encodeToString(part));
        }
    }

    public int size() {
        return forms.size();
    }

    /** Of these texts, those that hold a secret. */
    public List<String> in(Collection<String> texts) {
        return texts.stream().filter(this::in).toList();
    }

    public boolean in(String text) {
        return forms.stream().anyMatch(text::contains);
    }

    /** Of the files below a folder, those that hold a secret and do not belong to it. */
    public List<Path> below(Path folder, Predicate<Path> belongs) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .filter(belongs.negate())
                    .filter(this::in)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean in(Path file) {
        try {
            return in(Files.readString(file, StandardCharsets.ISO_8859_1));
        } catch (NoSuchFileException e) {
            return false; // it went meanwhile
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What every managed bean of this process says, Java's own excepted. */
    public static List<String> managedBeans() {
        MBeanServer server = ManagementFactory.getPlatformMBeanServer();
        List<String> said = new ArrayList<>();
        for (ObjectName name : server.queryNames(null, null)) {
            if (!name.getDomain().startsWith("java") && !name.getDomain().startsWith("com.sun")) {
                said.add(name.toString());
                said.addAll(attributes(server, name));
            }
        }
        return said;
    }

    private static List<String> attributes(MBeanServer server, ObjectName name) {
        List<String> values = new ArrayList<>();
        try {
            for (MBeanAttributeInfo each : server.getMBeanInfo(name).getAttributes()) {
                try {
                    values.add(String.valueOf(server.getAttribute(name, each.getName())));
                } catch (JMException | RuntimeException e) {
                    values.add(String.valueOf(e.getMessage()));
                }
            }
        } catch (JMException e) {
            // it went meanwhile
        }
        return values;
    }
}
