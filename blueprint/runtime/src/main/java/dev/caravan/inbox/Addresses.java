package dev.caravan.inbox;

import dev.caravan.store.Database;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * The addresses that providers post to: one or more secrets a connection, 256 random bits each,
 * kept as SHA-256 only and shown once. Safe for any number of threads and nodes.
 */
public final class Addresses {
    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9_-]{43}");
    private static final int BYTES = 32;
    private static final int MOST_KNOWN = 10_000;

    private final Database database;
    private final SecureRandom random = new SecureRandom();
    private final Map<String, Known> known = new ConcurrentHashMap<>();

    public Addresses(Database database) {
        this.database = database;
    }

    /**
     * Where an address leads.
     *
     * @param id its number
     * @param about what every event that comes to it is about, null where each says so itself
     */
    public record Known(long id, UUID connection, String about) {}

    /** An address that was just made; its secret shows here and never again. */
    public record Made(String provider, String secret) {
        /** The part of the URL after the host. */
        public String path() {
            return "/webhooks/" + provider + "/" + secret;
        }

        @Override
        public String toString() {
            return "an address of " + provider;
        }
    }

    /** The provider of a connection; empty where there is no such connection. */
    public Optional<String> provider(UUID connection) {
        return database.first(
                "select provider from caravan.connection where id = ? and state <> 'revoked' and"
                        + " kind = 'data'",
                row -> row.getString(1),
                connection);
    }

    /**
     * Makes a further address of a connection.
     *
     * @param overlap how long the earlier ones stay good, null until they are ended
     */
    public Made make(UUID connection, String provider, Duration overlap) {
        String secret = secret();
        database.inTransaction(
                store -> {
                    if (overlap != null) {
                        Database.update(
                                store,
                                "update caravan.webhook set ends_at = least(ends_at, caravan.now()"
                                        + " + make_interval(secs => ?)) where connection_id = ? and"
                                        + " about is null",
                                (double) overlap.toSeconds(),
                                connection);
                    }
                    Database.update(
                            store,
                            "insert into caravan.webhook (connection_id, secret_hash) values (?,"
                                    + " ?)",
                            connection,
                            sha256(secret));
                    return Database.update(
                            store,
                            "insert into caravan.task (connection_id, kind, provider) values (?,"
                                    + " 'webhook', ?) on conflict do nothing",
                            connection,
                            provider);
                });
        return new Made(provider, secret);
    }

    /**
     * Makes an address for one thing only, with a nonce that shows here and never again.
     *
     * @param about what it is about: the entity of every event that comes to it
     * @param life how long it is good
     * @return the part of the URL after the host
     */
    public String once(
            Connection store, UUID connection, String provider, String about, Duration life)
            throws SQLException {
        String nonce = secret();
        Database.update(
                store,
                "insert into caravan.webhook (connection_id, secret_hash, about, ends_at) values"
                        + " (?, ?, ?, caravan.now() + make_interval(secs => ?))",
                connection,
                sha256(nonce),
                about,
                (double) life.toSeconds());
        Database.update(
                store,
                "insert into caravan.task (connection_id, kind, provider) values (?, 'webhook', ?)"
                        + " on conflict do nothing",
                connection,
                provider);
        return "/webhooks/" + provider + "/data?t=" + nonce;
    }

    /**
     * Ends addresses of a connection now.
     *
     * @param all the newest too
     * @return how many ended
     */
    public int end(UUID connection, boolean all) {
        return database.update(
                """
                update caravan.webhook w set ends_at = caravan.now()
                where w.connection_id = ? and w.about is null and (w.ends_at is null or w.ends_at > caravan.now())
                  and (? or w.id < (select max(id) from caravan.webhook n where n.connection_id = w.connection_id and n.about is null))
                """,
                connection,
                all);
    }

    /** Whether an address is the connection's, and no end of it is set. */
    boolean stays(UUID connection, String provider, String secret) {
        return FORM.matcher(secret).matches()
                && database.first(
                                """
                                select 1 from caravan.webhook w join caravan.connection c on c.id = w.connection_id
                                where w.secret_hash = ? and w.ends_at is null and c.id = ? and c.provider = ?
                                """,
                                row -> true,
                                sha256(secret),
                                connection,
                                provider)
                        .orElse(false);
    }

    /**
     * Where an address leads that was met before. It may have ended since: whoever stores an event
     * makes sure that it has not.
     */
    public Optional<Known> met(String provider, String secret) {
        return Optional.ofNullable(known.get(name(provider, sha256(secret))));
    }

    /** Where an address leads now; empty where it is unknown, ended or another provider's. */
    public Optional<Known> find(String provider, String secret) {
        if (!FORM.matcher(secret).matches()) {
            return Optional.empty();
        }
        byte[] hash = sha256(secret);
        Optional<Known> found =
                database.first(
                        """
                        select w.id, c.id, w.about from caravan.webhook w join caravan.connection c on c.id = w.connection_id
                        where w.secret_hash = ? and (w.ends_at is null or w.ends_at > caravan.now()) and c.provider = ?
                        """,
                        row ->
                                new Known(
                                        row.getLong(1),
                                        row.getObject(2, UUID.class),
                                        row.getString(3)),
                        hash,
                        provider);
        String name = name(provider, hash);
        found.ifPresentOrElse(each -> remember(name, each), () -> known.remove(name));
        return found;
    }

    private static String name(String provider, byte[] hash) {
        return provider + " " + HexFormat.of().formatHex(hash);
    }

    private void remember(String name, Known address) {
        if (known.size() >= MOST_KNOWN) {
            known.clear();
        }
        known.put(name, address);
    }

    private String secret() {
        byte[] bytes = new byte[BYTES];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static byte[] sha256(String secret) {
        try {
            return MessageDigest.getInstance("SHA-256")
                    .digest(secret.getBytes(StandardCharsets.US_ASCII));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
