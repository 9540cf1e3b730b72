package dev.caravan.connections;

import dev.caravan.faults.Fault;
import dev.caravan.faults.HeldFault;
import dev.caravan.faults.LeaseFault;
import dev.caravan.faults.SwapFault;
import dev.caravan.store.Database;
import dev.caravan.store.PageResult;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.camel.Exchange;

/**
 * One claimed piece of work for one connection: who asked, under which lease, and what came of it.
 * Every write of the pull first holds the lease, so that a node whose lease went to another can
 * neither store a row nor move a cursor. Safe for the threads of one exchange.
 */
public final class Pull {
    /** How long a lease lasts without a write; longer than any call may take. */
    static final String LEASE = "5 minutes";

    /**
     * The same while a call waits for its next attempt; longer than any such wait and the call
     * after it.
     */
    private static final String WAITING_LEASE = "15 minutes";

    private final long id;
    private final UUID connection;
    private final String provider;
    private final String task;
    private final long epoch;
    private final Terms terms;
    private final String userAddress;
    private final Instant authenticatedAt;
    private final Instant attendedUntil;
    private final AtomicBoolean over = new AtomicBoolean();
    private final Map<String, Integer> calls = new ConcurrentHashMap<>();
    private final List<Map.Entry<String, PageResult>> counted = new CopyOnWriteArrayList<>();
    private final Map<String, String> unfinished = new ConcurrentHashMap<>();
    private final Set<String> once = ConcurrentHashMap.newKeySet();
    private volatile String institution;
    private volatile Instant storeTime;
    private volatile java.time.Duration rest;
    private volatile boolean paused;
    private final Shift shift;
    private volatile boolean cut;

    /**
     * What the connection and its task say beside.
     *
     * @param settings the connection's own settings
     * @param scopes what was granted, space separated
     * @param dueByKind when each kind is due, as JSON
     * @param due the kinds that are due now
     * @param failures how many pulls failed in a row
     * @param readings what it is told whole
     * @param tryout what bounds a pull that is only tried; null in a real one
     */
    public record Terms(
            Map<String, String> settings,
            String scopes,
            String dueByKind,
            Set<String> due,
            int failures,
            Readings readings,
            Tryout tryout) {}

    Pull(
            long id,
            UUID connection,
            String provider,
            String institution,
            String task,
            long epoch,
            String userAddress,
            Instant attendedUntil,
            Instant authenticatedAt,
            Instant storeTime,
            Terms terms,
            Shift shift) {
        this.terms = terms;
        this.shift = shift;
        this.id = id;
        this.connection = connection;
        this.provider = provider;
        this.institution = institution;
        this.task = task;
        this.epoch = epoch;
        this.userAddress = userAddress;
        this.attendedUntil = attendedUntil;
        this.authenticatedAt = authenticatedAt;
        this.storeTime = storeTime;
    }

    /** The pull of an exchange, from its property {@code pull}. */
    public static Pull of(Exchange exchange) {
        return exchange.getProperty("pull", Pull.class);
    }

    /** The account an exchange is about, or null. */
    public static ProviderAccount account(Exchange exchange) {
        return exchange.getProperty("account", ProviderAccount.class);
    }

    /** The endpoint an exchange asks, as a template, from its property {@code endpoint}. */
    public static String endpoint(Exchange exchange) {
        return exchange.getProperty("endpoint", "unknown", String.class);
    }

    /**
     * What budgets and marks know the account or row of an exchange by; {@code -} where there is
     * none.
     */
    public static String accountKey(Exchange exchange) {
        ProviderAccount account = account(exchange);
        if (account != null) {
            return account.external();
        }
        String row =
                row(exchange).values().stream()
                        .map(String::valueOf)
                        .collect(java.util.stream.Collectors.joining("/"));
        return row.isEmpty() ? "-" : row;
    }

    /** The row that an exchange asks about, from its property {@code row}; empty where none. */
    @SuppressWarnings("unchecked")
    public static Map<String, Object> row(Exchange exchange) {
        Map<String, Object> row = exchange.getProperty("row", Map.class);
        return row == null ? Map.of() : row;
    }

    /**
     * What an exchange is about, by name: a column of its row, {@code id} of its account, or a
     * setting of its connection.
     */
    public static String about(Exchange exchange, String name) {
        Object column = row(exchange).get(name);
        if (column != null) {
            return String.valueOf(column);
        }
        ProviderAccount account = account(exchange);
        return name.equals("id") && account != null
                ? account.external()
                : of(exchange).setting(name);
    }

    public static Long accountId(Exchange exchange) {
        ProviderAccount account = account(exchange);
        return account == null ? null : account.id();
    }

    /**
     * The kind of record an exchange is about: its property {@code kind}, else the last word of its
     * property {@code endpoint}.
     */
    public static String kind(Exchange exchange) {
        String endpoint = endpoint(exchange);
        return exchange.getProperty(
                "kind", endpoint.substring(endpoint.lastIndexOf('/') + 1), String.class);
    }

    /** The endpoint, and the kind where one endpoint answers for several. */
    public static String resource(Exchange exchange) {
        String kind = exchange.getProperty("kind", String.class);
        return kind == null ? endpoint(exchange) : endpoint(exchange) + "#" + kind;
    }

    /**
     * Extends the lease inside a transaction.
     *
     * @throws LeaseFault where another node holds the connection now
     */
    public void hold(Connection store) throws SQLException {
        hold(store, LEASE);
    }

    /** Extends the lease over a wait before the next attempt. */
    void holdWhileWaiting(Connection store) throws SQLException {
        hold(store, WAITING_LEASE);
    }

    private void hold(Connection store, String span) throws SQLException {
        if (tryout() != null) {
            // it has no lease: nobody else gets one while it lasts
            return;
        }
        List<Instant> held =
                Database.query(
                        store,
                        "update caravan.connection c set lease_until = caravan.now() + interval '"
                                + span
                                + "' where id = ? and lease_epoch = ? returning caravan.now(), "
                                + Holds.exists("c.provider", "c.id"),
                        row -> {
                            paused = row.getBoolean(2);
                            return row.getObject(1, OffsetDateTime.class).toInstant();
                        },
                        connection,
                        epoch);
        if (held.isEmpty()) {
            throw new LeaseFault(
                    new Fault.Account(
                            "CARAVAN-LEASE",
                            provider,
                            "connection " + connection,
                            "belongs to another node since lease " + epoch,
                            "this pull ends without a trace; the other node goes on",
                            null));
        }
        storeTime = held.get(0);
    }

    /**
     * Ends a pull whose connection or provider a person has paused meanwhile; what is worked on
     * beside pulls goes on. Asked where a page has just been committed.
     *
     * @throws HeldFault where that is so
     */
    public void goOn() {
        if (paused && task.equals("pull")) {
            throw new HeldFault(
                    new Fault.Account(
                            "CARAVAN-HELD",
                            provider,
                            "pull " + id + " of connection " + connection,
                            "was paused by a person and stops behind the page it has stored",
                            "it goes on where it is when somebody resumes",
                            null));
        }
    }

    /** Writes what a page brought into the run record, inside the page's transaction. */
    public void count(Connection store, String kind, PageResult page) throws SQLException {
        Database.update(
                store,
                """
                insert into caravan.pull_run as r
                  (pull_id, connection_id, kind, attended, calls, pages, seen, inserted, changed, removed, rejected)
                values (?, ?, ?, ?, ?, 1, ?, ?, ?, ?, ?)
                on conflict (pull_id, kind) do update set calls = r.calls + excluded.calls, pages = r.pages + 1,
                  seen = r.seen + excluded.seen, inserted = r.inserted + excluded.inserted,
                  changed = r.changed + excluded.changed, removed = r.removed + excluded.removed,
                  rejected = r.rejected + excluded.rejected
                """,
                id,
                connection,
                kind,
                attended(),
                calls.getOrDefault(kind, 0),
                page.seen(),
                page.inserted(),
                page.changed(),
                page.removed(),
                page.rejected());
        calls.remove(kind);
        counted.add(Map.entry(kind, page));
    }

    /** What was counted since it was last asked for: once a transaction, whose end decides. */
    public List<Map.Entry<String, PageResult>> counted() {
        List<Map.Entry<String, PageResult>> since = List.copyOf(counted);
        counted.clear();
        return since;
    }

    /** Counts a call that left. */
    public void called(String kind) {
        calls.merge(kind, 1, Integer::sum);
    }

    Map<String, Integer> uncountedCalls() {
        return calls;
    }

    /** Notes that a kind is not complete, and why. */
    public void unfinished(String kind, String why) {
        unfinished.merge(
                kind, why, (before, now) -> before.contains(now) ? before : before + " | " + now);
    }

    /** Why a kind is not complete, null where nothing says so. */
    public String unfinishedBecause(String kind) {
        return unfinished.get(kind);
    }

    Map<String, String> unfinishedKinds() {
        return unfinished;
    }

    /** True the first time it is asked for a name in this pull. */
    public boolean first(String name) {
        return once.add(name);
    }

    /** Whether the user caused this work and is still present: only then may an address be sent. */
    public boolean attended() {
        return userAddress != null && attendedUntil != null && storeTime.isBefore(attendedUntil);
    }

    /** True once: whoever gets it gives the node's hand back. */
    boolean over() {
        return over.compareAndSet(false, true);
    }

    /** Whether the provider is being replaced, so that no further call of this pull may leave. */
    public boolean stops() {
        return shift.isOver();
    }

    /** Whether something raised is nothing but that: the pull stops here and goes on later. */
    public boolean stopsBy(Throwable cause) {
        // a splitter wraps what stops it
        for (Throwable each = cause; each != null; each = each.getCause()) {
            if (each instanceof SwapFault
                    || each instanceof RejectedExecutionException && shift.isOver()) {
                return true;
            }
        }
        return false;
    }

    /** A call of it was left out for that, so it is not through. */
    public void cut() {
        cut = true;
    }

    boolean isCut() {
        return cut;
    }

    /**
     * Whether this kind is due in this pull, by its schedule or because somebody asked. What is
     * asked for until the next such question is asked for by this schedule.
     */
    public boolean due(String kind) {
        boolean due = terms.due().contains(kind);
        terms.readings().by(due ? kind : null);
        return due;
    }

    /** A call of the exchange is about to leave, or was answered before. */
    public void asked(Exchange exchange) {
        terms.readings().asked(exchange, storeTime);
    }

    /** What this pull is told whole, and what it misses. */
    public Readings readings() {
        return terms.readings();
    }

    /**
     * Whether the consent covers a scope, or one of several with {@code |}; case does not matter.
     */
    public boolean granted(String scope) {
        List<String> all = List.of(terms.scopes().toLowerCase(Locale.ROOT).split("[\\s,]+"));
        return Arrays.stream(scope.toLowerCase(Locale.ROOT).split("\\|")).anyMatch(all::contains);
    }

    /** A setting of the connection's own; empty where it has none of that name. */
    public String setting(String name) {
        return terms.settings().getOrDefault(name, "");
    }

    /** The connection's own settings, none of them secret. */
    public Map<String, String> settings() {
        return terms.settings();
    }

    Terms terms() {
        return terms;
    }

    /** What bounds this pull and looks on where it is only tried; null in a real one. */
    public Tryout tryout() {
        return terms.tryout();
    }

    /** How many pulls of this connection failed in a row before this one. */
    public int failures() {
        return terms.failures();
    }

    /** Rests the connection for a span when this work ends; null lets it go on. */
    void resting(java.time.Duration span) {
        rest = span;
    }

    java.time.Duration rest() {
        return rest;
    }

    Instant storeTime() {
        return storeTime;
    }

    public long id() {
        return id;
    }

    public UUID connection() {
        return connection;
    }

    public String provider() {
        return provider;
    }

    public String task() {
        return task;
    }

    long epoch() {
        return epoch;
    }

    public String userAddress() {
        return attended() ? userAddress : null;
    }

    public Instant authenticatedAt() {
        return authenticatedAt;
    }

    /** The bank behind the connection as the provider names it; empty until it is known. */
    public String institution() {
        return institution == null ? "" : institution;
    }

    void institution(String known) {
        institution = known;
    }
}
