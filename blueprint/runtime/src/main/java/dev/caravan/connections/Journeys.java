package dev.caravan.connections;

import dev.caravan.store.Database;
import dev.caravan.vault.Sealer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Trips of users to their bank and back. A trip has a one-time link, then a single-use state, and
 * is open for half an hour; what must not be guessed is kept only as SHA-256 or sealed. Safe for
 * any number of threads and nodes.
 */
public final class Journeys {
    private static final Duration LIFE = Duration.ofMinutes(30);
    private static final String CONNECT = "connect";
    private static final String RENEW = "renew";

    private final Database database;
    private final Sealer sealer;

    public Journeys(Database database, Sealer sealer) {
        this.database = database;
        this.sealer = sealer;
    }

    /** A connection and the one-time token of the link that starts its trip. */
    public record Begun(UUID connection, String link) {}

    /**
     * What came back.
     *
     * @param token the state, or the uuid that stands for it
     * @param reference what the provider calls the trip, null where it does not say and need not
     * @param cookies what the browser kept of its trips, empty where it kept nothing
     */
    public record Returned(String token, String reference, Set<String> cookies) {}

    /**
     * What a link is for.
     *
     * @param renews whether the user is asked to agree once more to what there is already
     */
    public record Link(String provider, boolean renews) {}

    /** A trip that begins, and what the browser is to keep of it. */
    public record Opened(Journey journey, String cookie) {}

    /**
     * A trip that is back, or why it is not taken: {@code unknown}, {@code used}, {@code late},
     * {@code reference} or {@code browser}.
     *
     * @param journey null where it is not taken
     */
    public record Back(Journey journey, String refusal) {}

    /** Creates a connection for a user and the link that connects it. */
    public Begun begin(String provider, String user) {
        String link = TripSecrets.secret();
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
                            insert(store, id, link, CONNECT);
                            return id;
                        });
        return new Begun(connection, link);
    }

    /** A new link for a connection that exists: its accounts, rows and ids stay. */
    public Optional<Begun> again(UUID connection) {
        return again(connection, false);
    }

    /**
     * The same.
     *
     * @param renews whether the user is asked to agree once more to what there is already
     */
    public Optional<Begun> again(UUID connection, boolean renews) {
        String link = TripSecrets.secret();
        return database.inTransaction(
                store -> {
                    if (Database.query(
                                    store,
                                    "select 1 from caravan.connection where id = ? and state <>"
                                            + " 'revoked' and kind = 'data'",
                                    row -> 1,
                                    connection)
                            .isEmpty()) {
                        return Optional.empty();
                    }
                    insert(store, connection, link, renews ? RENEW : CONNECT);
                    return Optional.of(new Begun(connection, link));
                });
    }

    /** The token of a one-time link for the only trip of a payment, which never gets another. */
    public static String link(Connection store, UUID payment) throws SQLException {
        String link = TripSecrets.secret();
        insert(store, payment, link, CONNECT);
        return link;
    }

    private static void insert(Connection store, UUID connection, String link, String purpose)
            throws SQLException {
        Database.update(
                store,
                "insert into caravan.journey (connection_id, link_hash, purpose, expires_at) values"
                        + " (?, ?, ?, caravan.now() + make_interval(secs => ?))",
                connection,
                TripSecrets.hash(link),
                purpose,
                (double) LIFE.toSeconds());
    }

    /** What a good link is for; the link stays good. */
    public Optional<Link> link(String link) {
        return database.first(
                """
                select c.provider, j.purpose from caravan.journey j join caravan.connection c on c.id = j.connection_id
                where j.link_hash = ? and j.opened_at is null and j.used_at is null and j.expires_at > caravan.now()
                """,
                row -> new Link(row.getString(1), row.getString(2).equals(RENEW)),
                TripSecrets.hash(link));
    }

    /**
     * Opens a link: once, in time. The way back is open to the browser that opened it alone.
     *
     * @param reconfirmed whether the user has just said that the consent goes on; that is recorded
     */
    public Optional<Opened> open(String link, boolean reconfirmed) {
        TripSecrets secrets = payment(link).map(TripSecrets::named).orElseGet(TripSecrets::fresh);
        String cookie = TripSecrets.cookie();
        return database.first(
                """
                update caravan.journey j set opened_at = caravan.now(), state_hash = ?, uuid_hash = ?, browser_hash = ?,
                  secrets_sealed = ?, reconfirmed_at = case when ? then caravan.now() end
                from caravan.connection c
                where j.link_hash = ? and j.opened_at is null and j.used_at is null and j.expires_at > caravan.now() and c.id = j.connection_id
                returning j.id, j.connection_id, c.provider, c.kind, j.reference, c.consent_expires_at
                """,
                row -> new Opened(journey(row, secrets), cookie),
                TripSecrets.hash(secrets.state()),
                TripSecrets.hash(secrets.uuid()),
                TripSecrets.hash(cookie),
                secrets.sealed(sealer),
                reconfirmed,
                TripSecrets.hash(link));
    }

    /** The payment that a link is for: its trip goes by the payment's own id. */
    private Optional<String> payment(String link) {
        return database.first(
                """
                select c.id::text from caravan.journey j join caravan.connection c on c.id = j.connection_id
                where j.link_hash = ? and c.kind = 'payment'
                """,
                row -> row.getString(1),
                TripSecrets.hash(link));
    }

    private static Journey journey(ResultSet row, TripSecrets secrets) throws SQLException {
        OffsetDateTime end = row.getObject("consent_expires_at", OffsetDateTime.class);
        return new Journey(
                row.getObject("id", UUID.class),
                row.getObject("connection_id", UUID.class),
                row.getString("provider"),
                row.getString("kind").equals("payment"),
                secrets,
                row.getString("reference"),
                end == null ? null : end.toInstant());
    }

    /** Keeps what the provider calls a trip. */
    public void referenced(Journey journey, String reference) {
        database.update(
                "update caravan.journey set reference = ? where id = ?", reference, journey.id());
    }

    /**
     * Takes a returned trip: once, in time, for the provider and reference it was made for, from
     * the browser that it began in.
     */
    public Back back(String provider, Returned returned) {
        byte[] state = TripSecrets.hash(returned.token());
        byte[] uuid = TripSecrets.hash(returned.token().toLowerCase(Locale.ROOT));
        return database.first(
                        """
                        with used as (
                          update caravan.journey j set used_at = caravan.now()
                          from caravan.connection c
                          where (j.state_hash = ? or j.uuid_hash = ?) and j.used_at is null and j.expires_at > caravan.now()
                            and c.id = j.connection_id and c.provider = ? and (?::text is null or j.reference = ?)
                            and encode(j.browser_hash, 'hex') = any(string_to_array(?, ' '))
                          returning j.id, j.connection_id, c.provider, c.kind, j.reference, j.secrets_sealed, c.consent_expires_at),
                        authorised as (
                          update caravan.connection c set state = 'authorised' from used
                          where c.id = used.connection_id and c.state = 'pending')
                        select * from used
                        """,
                        row ->
                                journey(
                                        row,
                                        TripSecrets.opened(
                                                sealer, row.getString("secrets_sealed"))),
                        state,
                        uuid,
                        provider,
                        returned.reference(),
                        returned.reference(),
                        hashes(returned.cookies()))
                .map(journey -> new Back(journey, null))
                .orElseGet(() -> new Back(null, refusal(provider, returned, state, uuid)));
    }

    private static String hashes(Set<String> cookies) {
        return cookies.stream()
                .map(cookie -> HexFormat.of().formatHex(TripSecrets.hash(cookie)))
                .collect(Collectors.joining(" "));
    }

    private String refusal(String provider, Returned returned, byte[] state, byte[] uuid) {
        return database.first(
                        """
                        select case when j.outcome = 'abandoned' then 'late' when j.used_at is not null then 'used'
                          when j.expires_at <= caravan.now() then 'late'
                          when ?::text <> coalesce(j.reference, '') then 'reference' else 'browser' end
                        from caravan.journey j join caravan.connection c on c.id = j.connection_id
                        where (j.state_hash = ? or j.uuid_hash = ?) and c.provider = ?
                        """,
                        row -> row.getString(1),
                        returned.reference(),
                        state,
                        uuid,
                        provider)
                .orElse("unknown");
    }

    /**
     * A trip that met a provider at its replacement: nothing of it was spent, so its link, or the
     * way back, is good as before.
     *
     * @param away whether its user has been at the bank
     */
    public void spared(Journey journey, boolean away) {
        database.update(
                away
                        ? """
                        with spared as (
                          update caravan.journey set used_at = null where id = ? and outcome is null returning connection_id)
                        update caravan.connection set state = 'pending' from spared
                        where id = spared.connection_id and state = 'authorised'
                        """
                        : """
                        update caravan.journey set opened_at = null, state_hash = null, uuid_hash = null, browser_hash = null,
                          secrets_sealed = null, reconfirmed_at = null where id = ? and outcome is null
                        """,
                journey.id());
    }

    /** The tokens are kept: from now on the consent is the new one, whose end nobody told yet. */
    public void exchanged(Journey journey) {
        database.update(
                """
                with kept as (update caravan.journey set exchanged_at = caravan.now() where id = ?)
                update caravan.connection set authorised_at = caravan.now(), authenticated_at = caravan.now(),
                  consent_expires_at = case when consent_expires_at is distinct from ? then consent_expires_at end
                where id = ? and state <> 'revoked'
                """,
                journey.id(),
                journey.consentEnd(),
                journey.connection());
    }

    /**
     * The user came back with a yes and all is well: pull at once, with the user present.
     *
     * @param userAddress null where the user's address may not be passed on
     * @param attended how long the user counts as present
     * @param tasks what work there is beside the pull
     * @return false where the connection was ended meanwhile; then its new tokens are erased too
     */
    public boolean connected(
            Journey journey, String userAddress, Duration attended, Set<String> tasks) {
        return database.inTransaction(
                store -> {
                    outcome(store, journey, "connected");
                    if (!works(store, journey.connection())) {
                        Database.update(
                                store,
                                "delete from caravan.token_set where connection_id = ?",
                                journey.connection());
                        return false;
                    }
                    Tasks.begin(
                            store,
                            journey.connection(),
                            journey.provider(),
                            tasks,
                            userAddress,
                            attended);
                    return true;
                });
    }

    /** A connection works from now on, unless it was ended for good. */
    static boolean works(Connection store, UUID connection) throws SQLException {
        return Database.update(
                        store,
                        """
                        update caravan.connection c set state = 'active', last_fault = null, paused_until = null,
                          doubted_at = null, rested = false, reconfirmed_at = coalesce((
                            select max(j.reconfirmed_at) from caravan.journey j where j.connection_id = c.id and j.outcome = 'connected'),
                            reconfirmed_at)
                        where id = ? and state <> 'revoked'
                        """,
                        connection)
                > 0;
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

    /** The trip of a payment is over; what became of the payment is its own matter. */
    public void over(Journey journey, String outcome) {
        database.inTransaction(
                store -> {
                    outcome(store, journey, outcome);
                    return null;
                });
    }

    private static void outcome(Connection store, Journey journey, String outcome)
            throws SQLException {
        Database.update(
                store,
                "update caravan.journey set outcome = ?, secrets_sealed = null where id = ?",
                outcome,
                journey.id());
    }

    /**
     * Asks for a pull of some kinds now, without a user and beside the schedule.
     *
     * @param kinds separated by commas
     */
    public boolean pull(UUID connection, String kinds) {
        return database.update(
                        """
                        update caravan.task set due_at = caravan.now(), asked_at = caravan.now(), pull_id = null,
                          kinds = kinds - regexp_split_to_array(?, '[\\s,]+')
                        where connection_id = ? and kind = 'pull'
                        """,
                        kinds,
                        connection)
                > 0;
    }

    /**
     * Asks for a pull now, beside the schedule.
     *
     * @param userAddress the address of the present user who asks; null where somebody else does,
     *     which takes no user away who is still present
     */
    public boolean pull(UUID connection, String userAddress, Duration attended) {
        return database.update(
                        """
                        update caravan.task t set due_at = caravan.now(), asked_at = caravan.now(), pull_id = null, kinds = '{}',
                          user_address = a.address, attended_until = a.until
                        from (select coalesce(now.address, p.user_address) as address, case when now.address is null and p.user_address is not null
                              then p.attended_until else caravan.now() + make_interval(secs => ?) end as until
                            from (select ?::inet as address) now left join caravan.task p
                              on p.connection_id = ? and p.kind = 'pull' and p.attended_until > caravan.now()) a
                        where connection_id = ? and kind = 'pull'
                        """,
                        (double) attended.toSeconds(),
                        userAddress,
                        connection,
                        connection)
                > 0;
    }
}
