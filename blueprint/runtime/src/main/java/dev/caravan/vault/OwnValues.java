package dev.caravan.vault;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import dev.caravan.store.Database;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * The settings and secrets that belong to one connection and not to its provider. They are read
 * when they are needed, so that a change holds from the next call on. Safe for any number of
 * threads.
 */
public final class OwnValues {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ObjectReader MAP = JSON.readerForMapOf(String.class);
    private static final int BYTES = 32;

    private final Database database;
    private final Sealer sealer;
    private final SecureRandom random = new SecureRandom();

    public OwnValues(Database database, Sealer sealer) {
        this.database = database;
        this.sealer = sealer;
    }

    /** A secret of the connection, else a setting of it, else nothing. */
    public Optional<String> of(UUID connection, String name) {
        return Optional.ofNullable(all(connection).get(name));
    }

    /** Settings and opened secrets together; a secret hides a setting of its name. */
    public Map<String, String> all(UUID connection) {
        return database.first(
                        "select settings::text, secrets_sealed from caravan.connection where id ="
                                + " ?",
                        row -> {
                            Map<String, String> all = new HashMap<>(map(row.getString(1)));
                            String sealed = row.getString(2);
                            if (sealed != null) {
                                all.putAll(map(sealer.open(sealed)));
                            }
                            return all;
                        },
                        connection)
                .orElse(new HashMap<>());
    }

    /** The opened secrets alone. */
    public Collection<String> secrets(UUID connection) {
        return database.first(
                        "select secrets_sealed from caravan.connection where id = ? and"
                                + " secrets_sealed is not null",
                        row -> map(sealer.open(row.getString(1))).values(),
                        connection)
                .orElse(List.of());
    }

    /** Has a connection make up a secret of its own where it has none of this name. */
    void orRandom(UUID connection, String name) {
        if (of(connection, name).isPresent()) {
            return;
        }
        byte[] bytes = new byte[BYTES];
        random.nextBytes(bytes);
        database.inTransaction(
                store -> {
                    String sealed =
                            Database.query(
                                            store,
                                            "select coalesce(secrets_sealed, '') from"
                                                    + " caravan.connection where id = ? for update",
                                            row -> row.getString(1),
                                            connection)
                                    .get(0);
                    Map<String, String> all =
                            new HashMap<>(sealed.isEmpty() ? Map.of() : map(sealer.open(sealed)));
                    all.putIfAbsent(
                            name, Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
                    return Database.update(
                            store,
                            "update caravan.connection set secrets_sealed = ? where id = ?",
                            sealer.seal(json(all)),
                            connection);
                });
    }

    private static String json(Map<String, String> values) {
        try {
            return JSON.writeValueAsString(values);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the own values of a connection do not make JSON");
        }
    }

    private static Map<String, String> map(String json) {
        try {
            return MAP.readValue(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the own values of a connection are no JSON object");
        }
    }
}
