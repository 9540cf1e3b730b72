package dev.caravan.vault;

import dev.caravan.faults.Fault;
import dev.caravan.faults.SetupFault;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The secret settings of one provider. A setting whose name ends in {@code secret}, {@code key},
 * {@code password} or {@code certificate} holds a reference, {@code $[secret:NAME]} for a file of
 * that name in the secrets folder, {@code $[env:NAME]} or {@code $[connection:NAME]} for a value of
 * the connection's own, and is read when it is needed, so that a new file is used at once. Safe for
 * any number of threads.
 */
public final class Secrets {
    private static final Pattern REFERENCE =
            Pattern.compile("\\$\\[(secret|env|connection):([A-Za-z0-9._-]+)]");

    private final String provider;
    private final Path folder;
    private final UnaryOperator<String> environment;
    private final Map<String, String> settings;

    public Secrets(
            String provider,
            Path folder,
            UnaryOperator<String> environment,
            Map<String, String> settings) {
        this.provider = provider;
        this.folder = folder;
        this.environment = environment;
        this.settings = settings;
    }

    /** Whether a setting of this name is a secret, which no route may see as a property. */
    public static boolean names(String setting) {
        return setting.matches(".*(secret|key|password|certificate)(\\.next)?");
    }

    /**
     * The value of a secret setting, without blanks around it.
     *
     * @throws SetupFault where the setting or what it refers to is missing, or belongs to a
     *     connection and none is at hand
     */
    public String get(String setting) {
        String value = text(bytes(setting));
        if (value.isEmpty()) {
            throw missing(setting, "refers to something blank");
        }
        return value;
    }

    /**
     * The same to the byte: of a file exactly what it holds, its last line end too.
     *
     * @throws SetupFault as {@link #get}
     */
    public byte[] bytes(String setting) {
        String written = written(setting);
        Matcher reference = REFERENCE.matcher(written);
        if (!reference.matches()) {
            return written.getBytes(StandardCharsets.UTF_8);
        }
        String name = reference.group(2);
        return switch (reference.group(1)) {
            case "env" -> variable(setting, name);
            case "secret" -> file(setting, name);
            default -> throw missing(setting, "refers to a connection, where none is at hand");
        };
    }

    /** The name of the connection's own value that a setting wholly refers to. */
    Optional<String> ofConnection(String setting) {
        Matcher reference = REFERENCE.matcher(written(setting));
        return reference.matches() && reference.group(1).equals("connection")
                ? Optional.of(reference.group(2))
                : Optional.empty();
    }

    /** What a reference inside the value of a setting stands for: a file or a variable. */
    String referred(String setting, String space, String name) {
        byte[] value = space.equals("env") ? variable(setting, name) : file(setting, name);
        return text(value);
    }

    private static String text(byte[] value) {
        return new String(value, StandardCharsets.UTF_8).strip();
    }

    /** Whether a setting refers to something, be that there or not. */
    boolean isSet(String setting) {
        return !settings.getOrDefault(setting, "").isBlank();
    }

    private String written(String setting) {
        String written = settings.get(setting);
        if (written == null || written.isBlank()) {
            throw missing(setting, "is not set");
        }
        return written.strip();
    }

    private byte[] variable(String setting, String name) {
        String value = environment.apply(name);
        if (value == null || value.isBlank()) {
            throw missing(setting, "refers to " + name + ", which is empty");
        }
        return value.getBytes(StandardCharsets.UTF_8);
    }

    private byte[] file(String setting, String name) {
        Path file = folder.resolve(name).normalize();
        if (!file.startsWith(folder) || !Files.isReadable(file)) {
            throw missing(
                    setting,
                    "refers to " + name + ", which is no readable file in the secrets folder");
        }
        try {
            byte[] value = Files.readAllBytes(file);
            if (value.length == 0) {
                throw missing(setting, "refers to " + name + ", which is empty");
            }
            return value;
        } catch (IOException e) {
            throw missing(setting, "refers to " + name + ", which cannot be read");
        }
    }

    private SetupFault missing(String setting, String found) {
        return new SetupFault(
                new Fault.Account(
                        "CARAVAN-SECRET",
                        provider,
                        "setting " + setting,
                        found,
                        "set it to $[secret:NAME], $[env:NAME] or $[connection:NAME]",
                        null));
    }
}
