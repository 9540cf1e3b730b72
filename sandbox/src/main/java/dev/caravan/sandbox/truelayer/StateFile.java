package dev.caravan.sandbox.truelayer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.sandbox.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.LocalDate;
import java.util.Optional;

/**
 * Keeps the consents and the first day over a restart, so that a demo goes on where it was. The
 * file is replaced whole or not at all. Safe for use by many threads; without a path it does
 * nothing.
 */
final class StateFile {
    private final String path;

    StateFile(String path) {
        this.path = path;
    }

    /** Puts the connections back and answers the first day, if there is a file. */
    Optional<LocalDate> restore(Connections connections) {
        if (path.isEmpty() || !Files.exists(Path.of(path))) {
            return Optional.empty();
        }
        try {
            JsonNode state = Json.parse(Files.readAllBytes(Path.of(path)));
            for (JsonNode connection : state.path("connections")) {
                connections.restore(Json.bind(connection, Connection.class));
            }
            return Optional.of(LocalDate.parse(state.path("first_day").asText()));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    synchronized void save(Connections connections, LocalDate firstDay) {
        if (path.isEmpty()) {
            return;
        }
        ObjectNode state = Json.object().put("first_day", firstDay.toString());
        for (Connection connection : connections.all()) {
            synchronized (connection) {
                state.withArray("connections").add(Json.tree(connection));
            }
        }
        try {
            Path target = Path.of(path).toAbsolutePath();
            Files.createDirectories(target.getParent());
            Path next = Path.of(target + ".next");
            Files.write(next, Json.bytes(state));
            Files.move(next, target, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException unwritable) {
            throw new UncheckedIOException(unwritable);
        }
    }
}
