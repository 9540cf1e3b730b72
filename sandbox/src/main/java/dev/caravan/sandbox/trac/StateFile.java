package dev.caravan.sandbox.trac;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.sandbox.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Keeps tokens, installations and the first day over a restart, so that a demo goes on where it
 * was. The file is replaced whole or not at all. Safe for use by many threads; without a path it
 * does nothing.
 */
final class StateFile {
    private final String path;

    StateFile(String path) {
        this.path = path;
    }

    Optional<LocalDate> firstDay() {
        return read().map(state -> LocalDate.parse(state.path("first_day").asText()));
    }

    void restore(World world, Tokens tokens) {
        JsonNode state = read().orElse(Json.object());
        for (JsonNode one : state.path("tokens")) {
            tokens.restore(
                    new Tokens.Issued(
                            one.path("token").asText(),
                            one.path("installation").asText(),
                            Instant.parse(one.path("until").asText())));
        }
        for (JsonNode one : state.path("installations")) {
            world.installation(one.path("id").asText())
                    .ifPresent(
                            known ->
                                    known.restore(
                                            Installation.State.valueOf(one.path("state").asText()),
                                            texts(one.path("granted")),
                                            texts(one.path("dropped"))));
        }
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(one -> texts.add(one.asText()));
        return texts;
    }

    private Optional<JsonNode> read() {
        if (path.isEmpty() || !Files.exists(Path.of(path))) {
            return Optional.empty();
        }
        try {
            return Optional.of(Json.parse(Files.readAllBytes(Path.of(path))));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    synchronized void save(World world, Tokens tokens) {
        if (path.isEmpty()) {
            return;
        }
        ObjectNode state = Json.object().put("first_day", world.firstDay().toString());
        for (Tokens.Issued one : tokens.all()) {
            state.withArray("tokens")
                    .addObject()
                    .put("token", one.token())
                    .put("installation", one.installationId())
                    .put("until", one.until().toString());
        }
        for (Installation one : world.installations()) {
            ObjectNode json = state.withArray("installations").addObject();
            json.put("id", one.id()).put("state", one.state().name());
            one.granted().forEach(json.putArray("granted")::add);
            one.dropped().forEach(json.putArray("dropped")::add);
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
