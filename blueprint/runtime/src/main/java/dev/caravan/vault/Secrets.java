package dev.caravan.vault;

import dev.caravan.faults.Fault;
import dev.caravan.faults.SetupFault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The secret settings of one provider. A setting whose name ends in {@code secret}, {@code key} or
 * {@code password} holds a reference, {@code $[secret:NAME]} for a file of that name in the secrets
 * folder or {@code $[env:NAME]}, and is read when it is needed, so that a new file is used at once.
 * Safe for any number of threads.
 */
public final class Secrets {
    private static final Pattern REFERENCE =
            Pattern.compile("\\$\\[(secret|env):([A-Za-z0-9._-]+)]");

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
     * The value of a secret setting.
     *
     * @throws SetupFault where the setting or what it refers to is missing
     */
    public String get(String setting) {
        String written = settings.get(setting);
        if (written == null || written.isBlank()) {
            throw missing(setting, "is not set");
        }
        Matcher reference = REFERENCE.matcher(written.strip());
        if (!reference.matches()) {
            return written.strip();
        }
        String name = reference.group(2);
        String value =
                reference.group(1).equals("env") ? environment.apply(name) : file(setting, name);
        if (value == null || value.isBlank()) {
            throw missing(setting, "refers to " + name + ", which is empty");
        }
        return value.strip();
    }

    private String file(String setting, String name) {
        Path file = folder.resolve(name).normalize();
        if (!file.startsWith(folder) || !Files.isReadable(file)) {
            throw missing(
                    setting,
                    "refers to " + name + ", which is no readable file in the secrets folder");
        }
        try {
            return Files.readString(file);
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
                        "set it to $[secret:NAME] or $[env:NAME]",
                        null));
    }
}
