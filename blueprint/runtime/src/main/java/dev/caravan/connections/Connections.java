package dev.caravan.connections;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import dev.caravan.faults.ConsentFault;
import dev.caravan.faults.Fault;
import dev.caravan.faults.SetupFault;
import dev.caravan.faults.StoreFault;
import dev.caravan.store.Database;
import dev.caravan.windows.PageWalk;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;

/**
 * The verb that keeps consents and hands out work. A connection is worked on by one node at a time:
 * a claim takes a lease whose epoch fences every later write. Safe for any number of threads and
 * nodes; leases and due times are database time.
 */
public final class Connections {
    private static final int EXPIRING_DAYS = 14;

    /** So many failed signs of life in a row rest a connection. */
    private static final int PINGS = 3;

    /** The number of a pull that leaves no trace. */
    private static final long TRIED = 0;

    private static final Pattern NAME = Pattern.compile("\\{([a-z._]+)}");
    private static final ObjectReader SETTINGS = new ObjectMapper().readerForMapOf(String.class);

    private final Database database;
    private final String provider;
    private final String node;
    private final Schedules schedules;
    private final Shift shift;
    private final Aging aging;
    private final AtomicInteger working = new AtomicInteger();

    public Connections(
            Database database, String provider, String node, Schedules schedules, Shift shift) {
        this.shift = shift;
        this.database = database;
        this.provider = provider;
        this.node = node;
        this.schedules = schedules;
        this.aging = new Aging(database, provider, EXPIRING_DAYS);
    }

    /**
     * Claims due work of a kind.
     *
     * @param task {@code pull}, {@code consent} or {@code token}
     * @param most how many pieces of work this node does at once
     * @return at most as many claims as there are free hands
     */
    public List<Pull> claim(String task, int most) {
        int free = shift.isOver() ? 0 : most - working.get();
        if (free <= 0) {
            return List.of();
        }
        try {
            List<Pull> claimed = claimed(task, free);
            working.addAndGet(claimed.size());
            return claimed;
        } catch (StoreFault e) {
            // said once where the outage began; the next tick asks again
            return List.of();
        }
    }

    private List<Pull> claimed(String task, int free) {
        return database.query(
                """
                with due as (
                  select t.connection_id, t.kind, t.kinds, t.failures, host(t.user_address) as user_address, t.attended_until,
                    case when t.pull_began > caravan.now() - interval '1 hour' then t.pull_id end as left_off, t.pull_began
                  from caravan.task t
                  join caravan.connection c on c.id = t.connection_id
                  where t.provider = ? and t.kind = ? and t.due_at <= caravan.now()
                    and (c.lease_until is null or c.lease_until < caravan.now())
                    and (c.paused_until is null or c.paused_until <= caravan.now() or t.kind = 'ping')
                    and c.state in ('active', 'expiring')
                    and (c.consent_expires_at is null or c.consent_expires_at > caravan.now())
                    and not exists (select from caravan.provider p where p.name = t.provider and p.stopped_at is not null)
                    -- a person's pause: tokens alone go on, or a refresh token would die of it
                    and (? = 'token' or not exists (select from caravan.hold h where h.provider = ? and h.connection_id is null and %2$s))
                    and (? = 'token' or not exists (select from caravan.hold h where h.connection_id = t.connection_id and %2$s))
                    -- a pull gives way to what waits longer, or one asked for again and again would never let an event through;
                    -- not where nobody comes for that work
                    and (t.kind <> 'pull' or not exists (select from caravan.task o
                      where o.connection_id = t.connection_id and o.kind <> 'pull' and o.due_at < t.due_at
                        and greatest(o.due_at, o.done_at) > caravan.now() - interval '10 s'))
                  order by t.due_at limit ? for update of t, c skip locked),
                leased as (
                  update caravan.connection c set lease_until = caravan.now() + interval '%1$s', lease_owner = ?,
                    lease_epoch = lease_epoch + 1
                  from due where c.id = due.connection_id
                  returning c.id, c.institution, c.lease_epoch, c.authenticated_at, c.settings, c.scopes, due.kind, due.kinds,
                    due.failures, due.user_address, due.attended_until, due.left_off, due.pull_began),
                numbered as (select *, coalesce(left_off, nextval('caravan.pull_id')) as pull_id from leased),
                begun as (
                  -- out of the way of those that are due, and back should this node die
                  update caravan.task t set pull_id = n.pull_id, due_at = caravan.now() + interval '%1$s',
                    pull_began = case when n.left_off is null then caravan.now() else t.pull_began end
                  from numbered n where t.connection_id = n.id and t.kind = n.kind)
                select *, caravan.now() as store_time, case when left_off is null then caravan.now() else pull_began end as began from numbered
                """
                        .formatted(Pull.LEASE, Holds.STANDS),
                this::pull,
                provider,
                task,
                task,
                provider,
                task,
                free,
                node);
    }

    private Pull pull(ResultSet row) throws SQLException {
        return new Pull(
                row.getLong("pull_id"),
                row.getObject("id", UUID.class),
                provider,
                row.getString("institution"),
                row.getString("kind"),
                row.getLong("lease_epoch"),
                row.getString("user_address"),
                instant(row, "attended_until"),
                instant(row, "authenticated_at"),
                instant(row, "store_time"),
                terms(row),
                shift);
    }

    private Pull.Terms terms(ResultSet row) throws SQLException {
        String kinds = row.getString("kinds");
        return new Pull.Terms(
                settings(row.getString("settings")),
                row.getString("scopes") == null ? "" : row.getString("scopes"),
                kinds,
                schedules.due(kinds, instant(row, "store_time")),
                row.getInt("failures"),
                new Readings(instant(row, "began"), schedules),
                null);
    }

    /**
     * A pull that is only tried, with neither claim nor lease; whoever asks sees to it that nobody
     * else works on the connection meanwhile.
     */
    public Pull tried(UUID connection, Tryout tryout) {
        return database.first(
                        """
                        select c.id, c.institution, c.authenticated_at, c.settings::text, c.scopes, caravan.now() as store_time
                        from caravan.connection c where c.id = ?
                        """,
                        row ->
                                new Pull(
                                        TRIED,
                                        connection,
                                        provider,
                                        row.getString("institution"),
                                        "pull",
                                        0,
                                        null,
                                        null,
                                        instant(row, "authenticated_at"),
                                        instant(row, "store_time"),
                                        new Pull.Terms(
                                                settings(row.getString("settings")),
                                                row.getString("scopes") == null
                                                        ? ""
                                                        : row.getString("scopes"),
                                                "{}",
                                                tryout.bounds().kinds().isEmpty()
                                                        ? schedules.due(
                                                                "{}", instant(row, "store_time"))
                                                        : Set.copyOf(tryout.bounds().kinds()),
                                                0,
                                                new Readings(instant(row, "store_time"), schedules),
                                                tryout),
                                        shift),
                        connection)
                .orElseThrow();
    }

    private static Map<String, String> settings(String json) {
        try {
            return SETTINGS.readValue(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Instant instant(ResultSet row, String column) throws SQLException {
        OffsetDateTime at = row.getObject(column, OffsetDateTime.class);
        return at == null ? null : at.toInstant();
    }

    /** A hand is free: looks for more work by a route that claims, on an exchange of its own. */
    public void next(Exchange exchange, String route) {
        Pull pull = Pull.of(exchange);
        if (pull != null && pull.tryout() != null) {
            return;
        }
        exchange.getContext().createProducerTemplate().send(route, fresh -> {});
    }

    /**
     * Marks what a dead node left as interrupted, and what a pause interrupted as running again;
     * the first thing a pull does.
     */
    public void begin(Exchange exchange) {
        Pull pull = Pull.of(exchange);
        database.inTransaction(
                store -> {
                    pull.hold(store);
                    Database.update(
                            store,
                            "update caravan.pull_run set outcome = 'running', ended_at = null,"
                                    + " message = null where pull_id = ? and outcome ="
                                    + " 'interrupted'",
                            pull.id());
                    return Database.update(
                            store,
                            "update caravan.pull_run set outcome = 'interrupted', ended_at ="
                                    + " clock_timestamp() where connection_id = ? and outcome ="
                                    + " 'running' and pull_id <> ?",
                            pull.connection(),
                            pull.id());
                });
    }

    /** The accounts of the connection that the provider still tells of. */
    public List<ProviderAccount> accounts(Exchange exchange) {
        return database.query(
                "select id, provider_account_id, family, currency, institution from caravan.account"
                        + " where connection_id = ? and removed_at is null order by id",
                row ->
                        new ProviderAccount(
                                row.getLong(1),
                                row.getString(2),
                                row.getString(3),
                                row.getString(4),
                                row.getString(5)),
                Pull.of(exchange).connection());
    }

    /**
     * The path of the exchange's endpoint and its property {@code query}: {@code {name}} in either
     * is what the exchange is about, encoded as one path segment or value (RFC 3986 section 3.3).
     */
    public String path(Exchange exchange) {
        String endpoint = exchange.getProperty("endpoint", String.class);
        String query = exchange.getProperty("query", String.class);
        return NAME.matcher(query == null || query.isEmpty() ? endpoint : endpoint + "?" + query)
                .replaceAll(
                        found ->
                                Matcher.quoteReplacement(
                                        encoded(Pull.about(exchange, found.group(1)))));
    }

    private static String encoded(String segment) {
        return URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /**
     * Looks at a setting of the connection's own.
     *
     * @param form a regular expression that the whole value must match
     * @throws SetupFault where it does not
     */
    public void require(Exchange exchange, String setting, String form) {
        Pull pull = Pull.of(exchange);
        if (!pull.setting(setting).matches(form)) {
            throw new SetupFault(
                    new Fault.Account(
                            "CARAVAN-CONNECTION",
                            provider,
                            "setting " + setting + " of connection " + pull.connection(),
                            (pull.setting(setting).isEmpty() ? "is empty" : "does not fit")
                                    + ", expected "
                                    + form,
                            "nothing is called for this connection until it is set",
                            null));
        }
    }

    /** Keeps what the consent covers, as the provider says it: scopes or permissions. */
    public void granted(Exchange exchange, String scopes) {
        database.update(
                "update caravan.connection set scopes = ? where id = ?",
                String.join(" ", words(scopes)),
                connection(exchange));
    }

    /**
     * Looks at what was agreed with the provider.
     *
     * @param what what it is, for the message: permissions, status
     * @param found the words it has
     * @param wanted the words it must have, space separated
     * @throws ConsentFault where one of them is missing
     */
    public void agreed(Exchange exchange, String what, String found, String wanted) {
        Set<String> words = words(found);
        for (String word : words(wanted)) {
            if (!words.contains(word)) {
                throw refused("the " + what + " of the consent", "without " + word);
            }
        }
    }

    /**
     * Looks at when a consent ends.
     *
     * @param until an instant with any number of fraction digits; empty is open-ended
     * @param least how long it must last from now at least
     * @throws ConsentFault where it ends sooner or that cannot be read
     */
    public void lasting(Exchange exchange, String until, String least) {
        boolean enough =
                text(until).isEmpty()
                        || database.first(
                                        "select coalesce(caravan.instant(?) > caravan.now() +"
                                                + " make_interval(secs => ?), false)",
                                        row -> row.getBoolean(1),
                                        until,
                                        (double) Spans.of(least).toSeconds())
                                .orElse(false);
        if (!enough) {
            throw refused("the end of the consent", "less than " + least + " away or unreadable");
        }
    }

    private ConsentFault refused(String attempted, String found) {
        return new ConsentFault(
                new Fault.Account(
                        "CARAVAN-CONSENT",
                        provider,
                        attempted,
                        "is " + found,
                        "the user has to connect again",
                        null));
    }

    private static Set<String> words(String written) {
        Set<String> words = new TreeSet<>(List.of(text(written).split("[\\s,\\[\\]\"]+")));
        words.remove("");
        return words;
    }

    /** Keeps whether the last trip's id_token was signed and looked at. */
    public void proven(Exchange exchange, boolean verified) {
        database.update(
                "update caravan.connection set id_token_verified = ? where id = ?",
                verified,
                connection(exchange));
    }

    /** Keeps what the provider calls the connection: its intent, consent or installation. */
    public void named(Exchange exchange, String external) {
        database.update(
                "update caravan.connection set external_id = coalesce(nullif(?, ''), external_id)"
                        + " where id = ?",
                text(external),
                connection(exchange));
    }

    private static UUID connection(Exchange exchange) {
        UUID connection = exchange.getProperty("connection", UUID.class);
        return connection != null ? connection : Pull.of(exchange).connection();
    }

    /** The consent cannot be renewed by itself: the user has to come again for the next pull. */
    public void over(Exchange exchange) {
        database.inTransaction(
                store -> {
                    unplanned(store, "connection_id = ?", Pull.of(exchange).connection());
                    return Database.update(
                            store,
                            "update caravan.connection set state = 'reauth_required' where id = ?"
                                    + " and state in ('active', 'expiring')",
                            Pull.of(exchange).connection());
                });
    }

    /**
     * Keeps a sign of life. Three failures in a row rest the connection's pulls until one is good
     * again, or for the span.
     */
    public void pinged(Exchange exchange, boolean ok, long millis, String message, String rest) {
        Pull pull = Pull.of(exchange);
        int failures =
                database.first(
                                """
                                insert into caravan.ping as p (connection_id, at, ok, latency_ms, failures, message)
                                values (?, caravan.now(), ?, ?, ?, ?)
                                on conflict (connection_id) do update set at = excluded.at, ok = excluded.ok,
                                  latency_ms = excluded.latency_ms, message = excluded.message,
                                  failures = case when excluded.ok then 0 else p.failures + 1 end
                                returning failures
                                """,
                                row -> row.getInt(1),
                                pull.connection(),
                                ok,
                                (int) Math.min(millis, Integer.MAX_VALUE),
                                ok ? 0 : 1,
                                message)
                        .orElse(0);
        pull.resting(failures >= PINGS ? Spans.of(rest) : null);
    }

    /**
     * Keeps what the provider says of the consent.
     *
     * @param expires an instant as text, or empty where the provider does not tell
     * @param days how long a consent lasts where the provider does not tell
     */
    public void consent(
            Exchange exchange,
            String external,
            String institution,
            String expires,
            String scopes,
            int days) {
        Pull pull = Pull.of(exchange);
        UUID connection = connection(exchange);
        if (pull != null && !text(institution).isEmpty()) {
            pull.institution(institution);
        }
        boolean over =
                database.inTransaction(
                        store -> {
                            if (pull != null) {
                                pull.hold(store);
                            }
                            Database.update(
                                    store,
                                    """
                                    update caravan.connection set external_id = coalesce(nullif(?, ''), external_id),
                                      institution = coalesce(nullif(?, ''), institution), scopes = coalesce(nullif(?, ''), scopes),
                                      consent_expires_at = coalesce(caravan.instant(?), authorised_at + make_interval(days => ?))
                                    where id = ?
                                    """,
                                    text(external),
                                    text(institution),
                                    text(scopes),
                                    text(expires),
                                    days,
                                    connection);
                            return Database.query(
                                            store,
                                            """
                                                  update caravan.connection set state = case
                                            when consent_expires_at <= caravan.now() then 'expired'
                                            when consent_expires_at <= caravan.now() + make_interval(days => %d) then 'expiring'
                                            else 'active' end
                                                  where id = ? and state in ('active', 'expiring') returning state = 'expired'
                                            """
                                                    .formatted(EXPIRING_DAYS),
                                            row -> row.getBoolean(1),
                                            connection)
                                    .contains(true);
                        });
        if (over && pull != null && pull.task().equals("pull")) {
            throw refused("the consent", "over although tokens still work");
        }
    }

    private static String text(String given) {
        return given == null ? "" : given;
    }

    /**
     * Moves consents on by time alone: active, expiring, expired; writes reminders, finishes trips
     * that a crash cut off, and forgets what is over.
     *
     * @param remind so many days before the end of a consent a reminder is written, space separated
     */
    public void age(Exchange exchange, String remind) {
        CamelContext camel = exchange.getContext();
        try {
            aging.age(
                    Work.kinds(noun -> camel.getRoute(provider + "." + noun) != null),
                    text(remind));
        } catch (StoreFault e) {
            // said once where the outage began; the next tick ages what is left
            return;
        }
    }

    /** What a provider made for a trip that came to nothing, by the provider's name for it. */
    public record Unfinished(UUID id, String named) {
        public String getReference() {
            return named;
        }
    }

    /**
     * Hands out what is to be taken back at the provider: of trips that were declined, failed or
     * ran out, and of users who have been away for longer than the span, whose trips end with this.
     * Each is handed out five times at most, further apart each time.
     */
    public List<Unfinished> unfinished(String span) {
        try {
            return database.query(
                    """
                    with over as (
                      select j.id from caravan.journey j join caravan.connection c on c.id = j.connection_id
                      where c.provider = ? and c.kind = 'data' and j.reference is not null and j.withdrawn_at is null
                        and j.withdrawals < 5 and j.reference is distinct from c.external_id
                        and caravan.now() >= coalesce(j.used_at, '-infinity') + j.withdrawals * interval '20 minutes'
                        and (j.outcome in ('declined', 'failed', 'abandoned')
                          or j.used_at is null and j.opened_at <= caravan.now() - make_interval(secs => ?))
                      order by j.created_at limit 20 for update of j skip locked),
                    ended as (
                      update caravan.journey j set withdrawals = withdrawals + 1, used_at = coalesce(j.used_at, caravan.now()),
                        outcome = coalesce(j.outcome, 'abandoned'), secrets_sealed = null
                      from over where j.id = over.id returning j.id, j.reference, j.connection_id),
                    given as (
                      update caravan.connection c set state = 'abandoned' from ended
                      where c.id = ended.connection_id and c.state in ('pending', 'authorised'))
                    select id, reference from ended
                    """,
                    row -> new Unfinished(row.getObject(1, UUID.class), row.getString(2)),
                    provider,
                    (double) Spans.of(span).toSeconds());
        } catch (StoreFault e) {
            return List.of();
        }
    }

    /** What the property {@code unfinished} names was taken back. */
    public void withdrawn(Exchange exchange) {
        database.update(
                "update caravan.journey set withdrawn_at = caravan.now(), reference = null where id"
                        + " = ?",
                exchange.getProperty("unfinished", Unfinished.class).id());
    }

    /**
     * Ends a pull that went through: run records closed, the lease given back, the next due time
     * set.
     *
     * @param every how long until the next one, for example {@code 6h}; spread by up to a tenth
     */
    public void done(Exchange exchange, String every) {
        through(Pull.of(exchange), Spans.of(every));
    }

    /** The same where each kind has a schedule of its own. */
    public void done(Exchange exchange) {
        through(Pull.of(exchange), null);
    }

    private void through(Pull pull, Duration next) {
        if (pull.isCut()) {
            yielded(pull);
        } else {
            end(pull, null, null, next, null);
        }
    }

    /**
     * Gives back a pull that stops because the provider is being replaced: it is due now, and goes
     * on where it was.
     */
    public void yielded(Pull pull) {
        try {
            database.patiently(
                    store -> {
                        pull.hold(store);
                        calls(store, pull);
                        Database.update(
                                store,
                                "update caravan.task set due_at = caravan.now() where connection_id"
                                        + " = ? and kind = ? and pull_id = ?",
                                pull.connection(),
                                pull.task(),
                                pull.id());
                        return free(store, pull);
                    });
        } finally {
            release(pull);
        }
    }

    /** The lease is given back. */
    static int free(java.sql.Connection store, Pull pull) throws SQLException {
        return Database.update(
                store,
                "update caravan.connection set lease_until = null, lease_owner = null where id = ?",
                pull.connection());
    }

    /** Ends a pull that a person's pause stopped: it is due, and goes on when it is resumed. */
    public void held(Pull pull, String why) {
        try {
            database.patiently(
                    store -> {
                        pull.hold(store);
                        calls(store, pull);
                        Database.update(
                                store,
                                "update caravan.pull_run set outcome = 'interrupted', ended_at ="
                                        + " clock_timestamp(), message = ? where pull_id = ? and"
                                        + " outcome = 'running'",
                                why,
                                pull.id());
                        Database.update(
                                store,
                                "update caravan.task set due_at = caravan.now() where connection_id"
                                        + " = ? and kind = ?",
                                pull.connection(),
                                pull.task());
                        return free(store, pull);
                    });
        } finally {
            release(pull);
        }
    }

    /**
     * Ends a pull that a fault broke off.
     *
     * @param state the state the consent falls into, or null to keep it
     * @param pause until when the connection rests, or null
     */
    public void broken(Pull pull, String why, String state, Instant pause, Duration next) {
        end(pull, why, state, next, pause);
    }

    private void end(Pull pull, String why, String state, Duration next, Instant pause) {
        if (pull.tryout() != null) {
            pull.tryout()
                    .ended(
                            why != null || pull.unfinishedKinds().isEmpty()
                                    ? why
                                    : String.join(" | ", pull.unfinishedKinds().values()));
        }
        try {
            ended(pull, why, state, next, pause);
        } finally {
            release(pull);
        }
    }

    private void ended(Pull pull, String why, String state, Duration next, Instant pause) {
        boolean full = why == null && pull.unfinishedKinds().isEmpty();
        database.patiently(
                store -> {
                    pull.hold(store);
                    String kinds =
                            next == null
                                    ? schedules.next(
                                            pull.terms().dueByKind(),
                                            pull.terms().due(),
                                            pull.storeTime())
                                    : pull.terms().dueByKind();
                    calls(store, pull);
                    close(store, pull, why);
                    Database.update(
                            store,
                            """
                            update caravan.task set done_at = caravan.now(),
                              failures = case when ? then 0 else failures + 1 end
                            where connection_id = ? and kind = ?
                            """,
                            why == null,
                            pull.connection(),
                            pull.task());
                    // a pull that somebody asked for meanwhile stays due
                    Database.update(
                            store,
                            """
                            update caravan.task t set user_address = null, attended_until = null, pull_id = null, pull_began = null,
                              kinds = ?::jsonb, due_at = case when c.state in ('active', 'expiring')
                                then coalesce(?, caravan.now() + make_interval(secs => ? * (1 + random() * 0.1))) end
                            from caravan.connection c
                            where c.id = t.connection_id and t.connection_id = ? and t.kind = ? and t.pull_id = ?
                            """,
                            kinds,
                            offset(next == null ? Schedules.earliest(kinds) : null),
                            next == null ? null : (double) next.toSeconds(),
                            pull.connection(),
                            pull.task(),
                            pull.id());
                    return pull.task().equals("ping")
                            ? rested(store, pull)
                            : told(store, pull, why, full, state, pause);
                });
    }

    /** A sign of life says nothing of pulls: it only rests them, or lets them go on. */
    private static int rested(java.sql.Connection store, Pull pull) throws SQLException {
        return Database.update(
                store,
                """
                update caravan.connection set lease_until = null, lease_owner = null,
                  paused_until = case when ?::timestamptz is not null then ? when rested then null else paused_until end,
                  rested = ?::timestamptz is not null
                where id = ?
                """,
                offset(pull.rest() == null ? null : pull.storeTime().plus(pull.rest())),
                offset(pull.rest() == null ? null : pull.storeTime().plus(pull.rest())),
                offset(pull.rest() == null ? null : pull.storeTime().plus(pull.rest())),
                pull.connection());
    }

    private static int told(
            java.sql.Connection store,
            Pull pull,
            String why,
            boolean full,
            String state,
            Instant pause)
            throws SQLException {
        if (state != null) {
            unplanned(store, "connection_id = ?", pull.connection());
        }
        return Database.update(
                store,
                """
                update caravan.connection set lease_until = null, lease_owner = null,
                  last_ok_at = case when ? then caravan.now() else last_ok_at end, last_fault = ?,
                  doubted_at = case when ? then null else doubted_at end,
                  first_complete_at = case when ? then coalesce(first_complete_at, caravan.now())
                    else first_complete_at end,
                  state = case when state = 'expired' then state else coalesce(?, state) end, paused_until = ? where id = ?
                """,
                why == null,
                why == null && full
                        ? null
                        : why == null ? String.join(" | ", pull.unfinishedKinds().values()) : why,
                why == null,
                full && pull.task().equals("pull"),
                state,
                offset(pause),
                pull.connection());
    }

    /**
     * Whether the provider has said before that the connection is no more, and long enough ago for
     * this to confirm it; the first doubt is remembered.
     */
    public boolean confirmed(Pull pull, Duration after) {
        return database.first(
                        """
                        update caravan.connection set doubted_at = coalesce(doubted_at, caravan.now()) where id = ?
                        returning doubted_at <= caravan.now() - make_interval(secs => ?)
                        """,
                        row -> row.getBoolean(1),
                        pull.connection(),
                        (double) after.toSeconds())
                .orElse(false);
    }

    /** Erases the tokens of a connection that is no more. */
    public void forget(Pull pull) {
        database.update("delete from caravan.token_set where connection_id = ?", pull.connection());
    }

    /** Nothing is due for a connection that waits for its user; connecting again plans anew. */
    private static void unplanned(java.sql.Connection store, String which, Object of)
            throws SQLException {
        Database.update(store, "update caravan.task set due_at = null where " + which, of);
    }

    private static OffsetDateTime offset(Instant at) {
        return at == null ? null : at.atOffset(java.time.ZoneOffset.UTC);
    }

    private void release(Pull pull) {
        if (pull.over() && pull.tryout() == null) {
            working.decrementAndGet();
        }
    }

    /** A walk whose cursor the provider no longer takes begins anew the next time. */
    public void restart(PageWalk walk) {
        walk.forget(database);
    }

    /** Keeps the lease of a pull over a wait before the next attempt of a call. */
    public void waiting(Pull pull) {
        database.inTransaction(
                store -> {
                    pull.holdWhileWaiting(store);
                    return null;
                });
    }

    static void calls(java.sql.Connection store, Pull pull) throws SQLException {
        for (Map.Entry<String, Integer> kind : Map.copyOf(pull.uncountedCalls()).entrySet()) {
            Database.update(
                    store,
                    """
                    insert into caravan.pull_run as r (pull_id, connection_id, kind, attended, calls) values (?, ?, ?, ?, ?)
                    on conflict (pull_id, kind) do update set calls = r.calls + excluded.calls
                    """,
                    pull.id(),
                    pull.connection(),
                    kind.getKey(),
                    pull.attended(),
                    kind.getValue());
            pull.uncountedCalls().remove(kind.getKey());
        }
    }

    static void close(java.sql.Connection store, Pull pull, String why) throws SQLException {
        pull.readings().close(store, pull, why == null);
        for (Map.Entry<String, String> kind : pull.unfinishedKinds().entrySet()) {
            Database.update(
                    store,
                    """
                    insert into caravan.pull_run as r (pull_id, connection_id, kind, attended, outcome, message, ended_at)
                    values (?, ?, ?, ?, 'partial', ?, clock_timestamp())
                    on conflict (pull_id, kind) do update set outcome = 'partial', message = excluded.message,
                      ended_at = excluded.ended_at
                    """,
                    pull.id(),
                    pull.connection(),
                    kind.getKey(),
                    pull.attended(),
                    kind.getValue());
        }
        Database.update(
                store,
                "update caravan.pull_run set ended_at = clock_timestamp(), outcome = ?, message = ?"
                        + " where pull_id = ? and outcome = 'running'",
                why == null ? "complete" : "failed",
                why,
                pull.id());
    }

    /** Gives a claim back that this node could not even end: its lease runs out by itself. */
    public void dropped(Pull pull) {
        release(pull);
    }

    /** Stops a provider that refuses us as a client; an operator starts it again. */
    public void stop(String why) {
        database.update(
                "insert into caravan.provider (name, stopped_at, stop_reason) values (?,"
                        + " caravan.now(), ?) on conflict (name) do update set stopped_at ="
                        + " excluded.stopped_at, stop_reason = excluded.stop_reason",
                provider,
                why);
    }

    /** Gives connections that work what they lack of these kinds of work: a route may be new. */
    public void equip(Set<String> kinds) {
        database.inTransaction(
                store -> {
                    Tasks.equip(store, provider, kinds);
                    return null;
                });
    }

    /** Starts a provider again that was stopped, as a new set of settings does. */
    public void start() {
        database.update(
                "insert into caravan.provider (name) values (?) on conflict (name) do update set"
                        + " stopped_at = null, stop_reason = null",
                provider);
    }
}
