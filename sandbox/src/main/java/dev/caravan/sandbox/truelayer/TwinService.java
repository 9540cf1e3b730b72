package dev.caravan.sandbox.truelayer;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.sandbox.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.Map;

/**
 * Starts the twin from the values of a configuration file. A value that is no setting, or a secret
 * file that is named and missing, is refused with its name. Stateless.
 */
public final class TwinService {
    private TwinService() {}

    /**
     * @param values settings by component name; an empty value leaves the default
     * @param secretFiles by the component that the file's content fills, {@code clientSecret} or
     *     {@code webhookTrustPassword}; an empty name leaves the default
     */
    public static TrueLayerTwin start(Map<String, String> values, Map<String, String> secretFiles) {
        ObjectNode changes = Json.object();
        values.forEach(
                (name, value) -> {
                    if (name.equals("redirectUris") && !value.isBlank()) {
                        Arrays.stream(value.split(","))
                                .map(String::trim)
                                .forEach(changes.withArray(name)::add);
                    } else if (!value.isBlank()) {
                        changes.put(name, value.trim());
                    }
                });
        secretFiles.forEach(
                (name, file) -> {
                    if (!file.isBlank()) {
                        changes.put(name, secret(name, Path.of(file.trim())));
                    }
                });
        return TrueLayerTwin.start(TwinSettings.defaults().with(changes), Clock.systemUTC());
    }

    private static String secret(String name, Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(name + ": cannot read " + file, unreadable);
        }
    }
}
