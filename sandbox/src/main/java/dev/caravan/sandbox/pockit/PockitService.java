package dev.caravan.sandbox.pockit;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.sandbox.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;

/**
 * Starts the twin from the values of a configuration file. A value that is no setting, or a secret
 * file that is named and missing, is refused with its name. Stateless.
 */
public final class PockitService {
    private PockitService() {}

    /**
     * @param values settings by name; an empty value leaves the default
     * @param secretFile a file that holds the client secret and nothing else; may be empty
     * @param certificateFile the PEM file that the caller signs with; may be empty
     */
    public static PockitTwin start(
            Map<String, String> values, String secretFile, String certificateFile) {
        ObjectNode changes = Json.object();
        values.forEach(
                (name, value) -> {
                    if (!value.isBlank()) {
                        changes.put(name, value.trim());
                    }
                });
        if (!secretFile.isBlank()) {
            changes.put("clientSecret", text("pockit.client.secret.file", secretFile).strip());
        }
        if (!certificateFile.isBlank()) {
            // not stripped: in the default reading every byte of the file is the secret
            changes.put("certificate", text("pockit.certificate.file", certificateFile));
        }
        return PockitTwin.start(PockitSettings.defaults().with(changes), Clock.systemUTC());
    }

    private static String text(String key, String file) {
        try {
            return Files.readString(Path.of(file.trim()));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(key + ": cannot read " + file, unreadable);
        }
    }
}
