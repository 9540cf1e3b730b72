package dev.caravan.sandbox.leatherback;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.sandbox.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;

/**
 * Starts the twin from the values of a configuration file. A value that is no setting, or a file
 * that is named and missing, is refused with its name. Stateless.
 */
public final class LeatherbackService {
    private static final Set<String> LISTS =
            Set.of("requestScopes", "droppedPermissions", "absentEndpoints");

    private LeatherbackService() {}

    /**
     * @param values settings by component name; an empty value leaves the default
     * @param certificateFile holds the client's certificate and nothing else; may be empty
     * @param clientJwkFile holds the client's public JWK or JWKS; may be empty
     */
    public static LeatherbackTwin start(
            Map<String, String> values, String certificateFile, String clientJwkFile) {
        ObjectNode changes = Json.object();
        values.forEach(
                (name, value) -> {
                    if (LISTS.contains(name) && !value.isBlank()) {
                        Arrays.stream(value.split(","))
                                .map(String::trim)
                                .forEach(changes.withArray(name)::add);
                    } else if (!value.isBlank()) {
                        changes.put(name, value.trim());
                    }
                });
        if (!certificateFile.isBlank()) {
            changes.put("certificate", text("leatherback.certificate.file", certificateFile));
        }
        if (!clientJwkFile.isBlank()) {
            changes.put("clientJwk", text("leatherback.client.jwk.file", clientJwkFile));
        }
        return LeatherbackTwin.start(
                LeatherbackSettings.defaults().with(changes), Clock.systemUTC());
    }

    private static String text(String key, String file) {
        try {
            return Files.readString(Path.of(file.trim())).strip();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(key + ": cannot read " + file, unreadable);
        }
    }
}
