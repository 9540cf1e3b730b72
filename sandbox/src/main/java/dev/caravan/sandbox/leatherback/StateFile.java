package dev.caravan.sandbox.leatherback;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.sandbox.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.LocalDate;
import java.util.Collection;
import java.util.Optional;

/**
 * Keeps clients, consents, tokens and the first day over a restart. The file is replaced whole or
 * not at all. Safe for use by many threads; without a path it does nothing.
 */
final class StateFile {
    private final String path;

    StateFile(String path) {
        this.path = path;
    }

    /** Puts everything back and answers the first day, if there is a file. */
    Optional<LocalDate> restore(Register register, Tokens tokens) {
        if (path.isEmpty() || !Files.exists(Path.of(path))) {
            return Optional.empty();
        }
        try {
            JsonNode state = Json.parse(Files.readAllBytes(Path.of(path)));
            state.path("clients").forEach(one -> register.add(Json.bind(one, Client.class)));
            state.path("consents").forEach(one -> register.add(Json.bind(one, Consent.class)));
            state.path("access").forEach(one -> tokens.restore(Json.bind(one, AccessToken.class)));
            state.path("refresh")
                    .forEach(one -> tokens.restore(Json.bind(one, RefreshToken.class)));
            return Optional.of(LocalDate.parse(state.path("first_day").asText()));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    synchronized void save(Register register, Tokens tokens, LocalDate firstDay) {
        if (path.isEmpty()) {
            return;
        }
        ObjectNode state = Json.object().put("first_day", firstDay.toString());
        put(state, "clients", register.clients());
        put(state, "consents", register.consents());
        put(state, "access", tokens.allAccess());
        put(state, "refresh", tokens.allRefresh());
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

    private static void put(ObjectNode state, String name, Collection<?> records) {
        records.forEach(one -> state.withArray(name).add(Json.tree(one)));
    }
}
