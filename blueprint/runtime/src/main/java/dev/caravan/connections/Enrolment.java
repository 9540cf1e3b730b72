package dev.caravan.connections;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import dev.caravan.store.Database;
import dev.caravan.vault.Sealer;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

/**
 * Connections that are made by an operator, with settings and secrets of their own. Secrets are
 * sealed before they are stored and are never given back. Safe for any number of threads and nodes.
 */
public final class Enrolment {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ObjectReader MAP = JSON.readerForMapOf(String.class);

    private final Database database;
    private final Sealer sealer;

    public Enrolment(Database database, Sealer sealer) {
        this.database = database;
        this.sealer = sealer;
    }

    /**
     * Own values of a connection by name.
     *
     * @param settings the new settings in the place of the old ones, null to keep those
     * @param secrets to be merged into the ones there are, by name; a null value takes one away
     */
    public record Own(Map<String, String> settings, Map<String, String> secrets) {
        @Override
        public String toString() {
            return "the own values of a connection";
        }
    }

    /** Creates a connection that is not connected yet. */
    public UUID add(String provider, String user, Own own) {
        return database.first(
                        "insert into caravan.connection (provider, user_ref, settings,"
                                + " secrets_sealed) values (?, ?, ?::jsonb, ?) returning id",
                        row -> row.getObject(1, UUID.class),
                        provider,
                        user,
                        json(own.settings() == null ? Map.of() : own.settings()),
                        merged(null, own.secrets()))
                .orElseThrow();
    }

    /** Changes own values; false where there is no such connection. */
    public boolean change(UUID connection, Own own) {
        return database.inTransaction(
                store -> {
                    Optional<Optional<String>> sealed =
                            Database.query(
                                            store,
                                            "select secrets_sealed from caravan.connection where id"
                                                    + " = ? and kind = 'data' for update",
                                            row -> Optional.ofNullable(row.getString(1)),
                                            connection)
                                    .stream()
                                    .findFirst();
                    return sealed.isPresent()
                            && Database.update(
                                            store,
                                            "update caravan.connection set settings ="
                                                + " coalesce(?::jsonb, settings), secrets_sealed ="
                                                + " ? where id = ?",
                                            own.settings() == null ? null : json(own.settings()),
                                            merged(sealed.get().orElse(null), own.secrets()),
                                            connection)
                                    > 0;
                });
    }

    private String merged(String sealed, Map<String, String> secrets) {
        if (secrets.isEmpty()) {
            return sealed;
        }
        Map<String, String> all =
                new TreeMap<>(sealed == null ? Map.of() : map(sealer.open(sealed), "secrets"));
        secrets.forEach(
                (name, value) -> {
                    if (value == null) {
                        all.remove(name);
                    } else {
                        all.put(name, value);
                    }
                });
        return sealer.seal(json(all));
    }

    private static Map<String, String> map(String json, String what) {
        try {
            return MAP.readValue(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the " + what + " of a connection are no JSON object");
        }
    }

    private static String json(Map<String, String> values) {
        try {
            return JSON.writeValueAsString(values);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the own values of a connection do not make JSON");
        }
    }

    /** The own settings of a connection; none where there is no such connection. */
    public Map<String, String> settings(UUID connection) {
        return database.first(
                        "select settings::text from caravan.connection where id = ?",
                        row -> map(row.getString(1), "settings"),
                        connection)
                .orElse(Map.of());
    }

    /** The provider of a connection that may be connected. */
    public Optional<String> provider(UUID connection) {
        return database.first(
                "select provider from caravan.connection where id = ? and state <> 'revoked' and"
                        + " kind = 'data'",
                row -> row.getString(1),
                connection);
    }

    /** The provider of a connection whose credentials it refused. */
    public Optional<String> refused(UUID connection) {
        return database.first(
                "select provider from caravan.connection where id = ? and state ="
                        + " 'reauth_required'",
                row -> row.getString(1),
                connection);
    }

    /** A connection that needs no user's trip works from now on, its first pull is due. */
    public void activate(UUID connection, String provider, Set<String> tasks) {
        database.inTransaction(
                store -> {
                    Database.update(
                            store,
                            "update caravan.connection set authorised_at = caravan.now(),"
                                    + " consent_expires_at = null where id = ? and state <>"
                                    + " 'revoked'",
                            connection);
                    if (Journeys.works(store, connection)) {
                        Tasks.begin(store, connection, provider, tasks, null, Duration.ZERO);
                    }
                    return null;
                });
    }

    /** A connection that came to nothing; one that worked goes on working. */
    public void abandoned(UUID connection) {
        database.update(
                "update caravan.connection set state = 'abandoned' where id = ? and state ="
                        + " 'pending'",
                connection);
    }
}
