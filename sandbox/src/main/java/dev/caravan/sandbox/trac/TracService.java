package dev.caravan.sandbox.trac;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.sandbox.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;

/**
 * The twin as a service of the container. Without a port there is no twin, so that the bundle opens
 * only what somebody has configured. Owned by the container.
 */
public final class TracService implements AutoCloseable {
    private final Optional<TracTwin> twin;

    private TracService(Optional<TracTwin> twin) {
        this.twin = twin;
    }

    /**
     * Starts the twin from the values of a configuration file. A value that is no setting, or a key
     * file that is named and missing, is refused with its name.
     *
     * @param values settings by component name; an empty value leaves the default, but an empty
     *     port starts nothing
     * @param currentKeyFile the app's public key as PEM; empty knows no key, so every app JWT is
     *     refused
     * @param nextKeyFile the key of the next cut-over; may be empty
     */
    public static TracService start(
            Map<String, String> values, String currentKeyFile, String nextKeyFile) {
        if (values.getOrDefault("port", "").isBlank()) {
            return new TracService(Optional.empty());
        }
        ObjectNode changes = Json.object();
        values.forEach(
                (name, value) -> {
                    if (!value.isBlank()) {
                        changes.put(name, value.trim());
                    }
                });
        key("trac.current.key.file", currentKeyFile)
                .ifPresent(pem -> changes.put("currentKey", pem));
        key("trac.next.key.file", nextKeyFile).ifPresent(pem -> changes.put("nextKey", pem));
        TracSettings settings = TracSettings.defaults().with(changes);
        return new TracService(Optional.of(TracTwin.start(settings, Clock.systemUTC())));
    }

    private static Optional<String> key(String name, String file) {
        try {
            return file.isBlank()
                    ? Optional.empty()
                    : Optional.of(Files.readString(Path.of(file.trim())));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(name + ": cannot read " + file, unreadable);
        }
    }

    public Optional<TracTwin> twin() {
        return twin;
    }

    @Override
    public void close() {
        twin.ifPresent(TracTwin::close);
    }
}
