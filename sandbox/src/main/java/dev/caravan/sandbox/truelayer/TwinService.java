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
     * @param secretFile a file that holds the client secret and nothing else; may be empty
     */
    public static TrueLayerTwin start(Map<String, String> values, String secretFile) {
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
        if (!secretFile.isBlank()) {
            changes.put("clientSecret", secret(Path.of(secretFile.trim())));
        }
        return TrueLayerTwin.start(TwinSettings.defaults().with(changes), Clock.systemUTC());
    }

    private static String secret(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(
                    "truelayer.client.secret.file: cannot read " + file, unreadable);
        }
    }
}
