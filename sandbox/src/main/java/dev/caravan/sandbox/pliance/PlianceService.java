package dev.caravan.sandbox.pliance;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.sandbox.Json;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/**
 * Starts the twin from the values of a configuration file. A value that is no setting, or a secret
 * file that is named and missing, is refused with its name. Stateless.
 */
public final class PlianceService {
    private static final List<String> CUSTOMERS =
            List.of("customers", "multitenantCustomers", "tenants");

    private PlianceService() {}

    /**
     * @param values settings by component name; an empty value leaves the default. Besides, comma
     *     separated: {@code customers}, {@code multitenantCustomers} and {@code tenants} of the
     *     latter.
     * @param secretsFile lines {@code iss=secret}; a customer without one, or an empty name, has
     *     {@link PlianceSettings#NOT_A_SECRET}
     * @param passwordFiles by the component that the file's content fills, such as {@code
     *     clientCertificatesPassword}; may be empty
     */
    public static PlianceTwin start(
            Map<String, String> values, String secretsFile, Map<String, String> passwordFiles) {
        ObjectNode changes = Json.object();
        values.forEach(
                (name, value) -> {
                    if (!CUSTOMERS.contains(name) && !value.isBlank()) {
                        changes.put(name, value.trim());
                    }
                });
        passwordFiles.forEach(
                (name, file) -> {
                    if (!file.isBlank()) {
                        changes.put(name, read(name, Path.of(file.trim())));
                    }
                });
        Properties secrets = secrets(secretsFile.trim());
        List<String> parted = words(values, "multitenantCustomers");
        List<String> tenants = words(values, "tenants");
        for (String iss : words(values, "customers")) {
            String secret = secrets.getProperty(iss, PlianceSettings.NOT_A_SECRET);
            changes.withArray("customers")
                    .add(
                            Json.tree(
                                    new PlianceCustomer(
                                            iss,
                                            secret,
                                            parted.contains(iss),
                                            parted.contains(iss) ? tenants : List.of())));
        }
        return PlianceTwin.start(PlianceSettings.defaults().with(changes), Clock.systemUTC());
    }

    private static List<String> words(Map<String, String> values, String name) {
        return Arrays.stream(values.getOrDefault(name, "").split(","))
                .map(String::trim)
                .filter(word -> !word.isEmpty())
                .toList();
    }

    private static Properties secrets(String file) {
        Properties secrets = new Properties();
        if (file.isEmpty()) {
            return secrets;
        }
        try (Reader reader = Files.newBufferedReader(Path.of(file))) {
            secrets.load(reader);
            return secrets;
        } catch (IOException unreadable) {
            throw new UncheckedIOException("pliance.secrets.file: cannot read " + file, unreadable);
        }
    }

    private static String read(String name, Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(name + ": cannot read " + file, unreadable);
        }
    }
}
