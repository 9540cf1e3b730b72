package dev.caravan.connections;

import dev.caravan.store.Database;
import dev.caravan.vault.Sealer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;

/**
 * Trips of users to their bank and back. A trip has a one-time link, then a single-use state (RFC
 * 6749 section 10.12) and a PKCE verifier (RFC 7636), all random, kept only as SHA-256 or sealed.
 * Safe for any number of threads and nodes.
 */
public final class Journeys {
    private static final Duration LIFE = Duration.ofMinutes(30);
    private static final int BYTES = 32;

    private final Database database;
    private final Sealer sealer;
    private final SecureRandom random = new SecureRandom();

    public Journeys(Database database, Sealer sealer) {
        this.database = database;
        this.sealer = sealer;
    }

    /** A connection and the one-time token of the link that starts its trip. */
    public record Begun(UUID connection, String link) {}

    /**
     * A trip under way.
     *
     * @param state what the provider must return, null once it is back
     */
    public record Journey(
            UUID id,
            UUID connection,
            String provider,
            String state,
            String verifier,
            String challenge) {}

    /** Creates a connection for a user and the link that connects it. */
    public Begun begin(String provider, String user) {
        String link = secret();
        UUID connection =
                database.inTransaction(
                        store -> {
                            UUID id =
                                    Database.query(
                                                    store,
                                                    "insert into caravan.connection (provider,"
                                                        + " user_ref) values (?, ?) returning id",
                                                    row -> row.getObject(1, UUID.class),
                                                    provider,
                                                    user)
                                            .get(0);
                            insert(store, id, link);
                            return id;
                        });
        return new Begun(connection, link);
    }

    /** A new link for a connection that exists: its accounts, rows and ids stay. */
    public Optional<Begun> again(UUID connection) {
        String link = secret();
        return database.inTransaction(
                store -> {
                    if (Database.query(
                                    store,
                                    "select 1 from caravan.connection where id = ? and state <>"
                                            + " 'revoked'",
                                    row -> 1,
                                    connection)
                            .isEmpty()) {
                        return Optional.empty();
                    }
                    insert(store, connection, link);
                    return Optional.of(new Begun(connection, link));
                });
    }

    private static void insert(java.sql.Connection store, UUID connection, String link)
            throws java.sql.SQLException {
        Database.update(
                store,
                "insert into caravan.journey (connection_id, link_hash, expires_at) values (?, ?,"
                        + " caravan.now() + make_interval(secs => ?))",
                connection,
                hash(link),
                (double) LIFE.toSeconds());
    }

    /** Opens a link: once, in time. */
    public Optional<Journey> open(String link) {
        String state = secret();
        String verifier = secret();
        return database.first(
                """
                update caravan.journey j set opened_at = caravan.now(), state_hash = ?, secrets_sealed = ?
                from caravan.connection c
                where j.link_hash = ? and j.opened_at is null and j.expires_at > caravan.now() and c.id = j.connection_id
                returning j.id, j.connection_id, c.provider
                """,
                row ->
                        new Journey(
                                row.getObject(1, UUID.class),
                                row.getObject(2, UUID.class),
                                row.getString(3),
                                state,
                                verifier,
                                base64(sha256(verifier))),
                hash(state),
                sealer.seal(verifier),
                hash(link));
    }

    /** Takes a returned state: once, in time, for the provider it was made for. */
    public Optional<Journey> back(String provider, String state) {
        return database.first(
                """
                with used as (
                  update caravan.journey j set used_at = caravan.now()
                  from caravan.connection c
                  where j.state_hash = ? and j.used_at is null and j.expires_at > caravan.now() and c.id = j.connection_id
                    and c.provider = ?
                  returning j.id, j.connection_id, c.provider, j.secrets_sealed),
                authorised as (
                  update caravan.connection c set state = 'authorised' from used
                  where c.id = used.connection_id and c.state = 'pending')
                select * from used
                """,
                row ->
                        new Journey(
                                row.getObject(1, UUID.class),
                                row.getObject(2, UUID.class),
                                row.getString(3),
                                null,
                                sealer.open(row.getString(4)),
                                null),
                hash(state),
                provider);
    }

    /**
     * The user came back with a yes and the tokens are kept: pull at once, with the user present.
     */
    public void connected(Journey journey, String userAddress, Duration attended) {
        database.inTransaction(
                store -> {
                    outcome(store, journey, "connected");
                    Database.update(
                            store,
                            """
                            update caravan.connection set state = 'active', authorised_at = caravan.now(),
                              authenticated_at = caravan.now(), consent_expires_at = null, last_fault = null, paused_until = null
                            where id = ?
                            """,
                            journey.connection());
                    Database.update(
                            store,
                            "delete from caravan.call_ban where connection_id = ?",
                            journey.connection());
                    return Database.update(
                            store,
                            """
                            insert into caravan.task (connection_id, kind, provider, due_at, asked_at, user_address, attended_until)
                            values (?, 'pull', ?, caravan.now(), caravan.now(), ?::inet, caravan.now() + make_interval(secs => ?)),
                              (?, 'consent', ?, caravan.now() + interval '1 day', null, null, null),
                              (?, 'token', ?, caravan.now() + interval '7 days', null, null, null)
                            on conflict (connection_id, kind) do update set due_at = excluded.due_at, kinds = excluded.kinds, asked_at = excluded.asked_at,
                              user_address = excluded.user_address, attended_until = excluded.attended_until, pull_id = null
                            """,
                            journey.connection(),
                            journey.provider(),
                            userAddress,
                            (double) attended.toSeconds(),
                            journey.connection(),
                            journey.provider(),
                            journey.connection(),
                            journey.provider());
                });
    }

    /**
     * The user came back with a no, or the exchange failed; a connection that worked goes on
     * working.
     */
    public void ended(Journey journey, String outcome) {
        database.inTransaction(
                store -> {
                    outcome(store, journey, outcome);
                    return Database.update(
                            store,
                            "update caravan.connection set state = ? where id = ? and state in"
                                    + " ('pending', 'authorised')",
                            outcome.equals("declined") ? "declined" : "abandoned",
                            journey.connection());
                });
    }

    /**
     * Asks for a pull now, beside the schedule.
     *
     * @param userAddress the address of the present user who asks, or null
     */
    public boolean pull(UUID connection, String userAddress, Duration attended) {
        return database.update(
                        """
                        update caravan.task set due_at = caravan.now(), asked_at = caravan.now(), pull_id = null, kinds = '{}', user_address = ?::inet,
                          attended_until = caravan.now() + make_interval(secs => ?)
                        where connection_id = ? and kind = 'pull'
                        """,
                        userAddress,
                        (double) attended.toSeconds(),
                        connection)
                > 0;
    }

    private static void outcome(java.sql.Connection store, Journey journey, String outcome)
            throws java.sql.SQLException {
        Database.update(
                store,
                "update caravan.journey set outcome = ?, secrets_sealed = null where id = ?",
                outcome,
                journey.id());
    }

    private String secret() {
        byte[] bytes = new byte[BYTES];
        random.nextBytes(bytes);
        return base64(bytes);
    }

    private static byte[] hash(String secret) {
        return sha256(secret);
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256")
                    .digest(text.getBytes(StandardCharsets.US_ASCII));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
