package dev.caravan.budget;

import dev.caravan.connections.Pull;
import dev.caravan.deferred.Deferral;
import dev.caravan.faults.AbsentFault;
import dev.caravan.faults.DeferredFault;
import dev.caravan.faults.DoneFault;
import dev.caravan.faults.Fault;
import dev.caravan.faults.QuotaFault;
import dev.caravan.faults.SwapFault;
import dev.caravan.store.Database;
import dev.caravan.watch.Meters;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.apache.camel.Exchange;

/**
 * The verb that counts unattended calls, rolling over 24 hours of database time, for each
 * connection, endpoint and account. A call is written down before it leaves, so that no restart,
 * edit or second node forgets it. Safe for any number of threads and nodes.
 */
public final class Budget {
    private static final String WINDOW = "24 hours";

    private final Database database;
    private final Database calls;
    private final String provider;
    private final Meters meters;

    /**
     * @param calls where calls are counted: the same store, but for a pull that is only tried,
     *     whose calls are as real as any
     */
    public Budget(Database database, Database calls, String provider, Meters meters) {
        this.database = database;
        this.calls = calls;
        this.provider = provider;
        this.meters = meters;
    }

    /**
     * Takes one call of the exchange's endpoint, or refuses it. A call with the user present is
     * written down with the user's address and not counted.
     *
     * @param limit how many unattended calls fit into 24 hours; 0 where the provider sets no such
     *     limit, then nothing is written down
     * @param free endpoints that are written down and not counted, space separated
     * @throws SwapFault where a new version of the provider waits; nothing was taken
     * @throws QuotaFault where they are used up, or the provider said so
     * @throws DoneFault where this pull has it already, from before it was broken off
     * @throws DeferredFault where an answer to it is still to come
     * @throws AbsentFault where the institution is known not to offer this
     */
    public void spend(Exchange exchange, int limit, String free) {
        spend(exchange, limit, free, "path");
    }

    /**
     * The same where the provider may count otherwise.
     *
     * @param each what has an allowance of its own: {@code path}, or {@code endpoint}, where all
     *     accounts share one
     */
    public void spend(Exchange exchange, int limit, String free, String each) {
        Pull pull = Pull.of(exchange);
        String endpoint = exchange.getProperty("endpoint", String.class);
        String account = Pull.accountKey(exchange);
        if (fresh(exchange, pull) && pull.stops()) {
            throw new SwapFault(
                    account(
                            "CARAVAN-SWAP",
                            endpoint,
                            "was not called: a new version waits",
                            "the pull goes on there",
                            null));
        }
        boolean written = limit > 0;
        boolean limited = written && !Set.of(free.strip().split("\\s+")).contains(endpoint);
        boolean counted = limited && !pull.attended();
        boolean shared = each.equals("endpoint");
        if (limited) {
            meters.limit(provider, endpoint, limit, shared);
        }
        UUID correlation = UUID.randomUUID();
        if (Deferral.of(exchange) != null) {
            // the call was counted when the provider took it on
            exchange.removeProperty("call");
            exchange.setProperty("correlation", correlation.toString());
            pull.asked(exchange);
            return;
        }
        // who asks a second time in one pull means it, as when accounts are listed again
        String resource = Pull.resource(exchange);
        boolean first = pull.first("asked " + resource + " " + account);
        Database.Work<Long> take =
                store -> {
                    if (counted) {
                        room(store, pull, endpoint, shared ? null : account, limit);
                    }
                    return Database.query(
                                    store,
                                    """
                                    insert into caravan.call (connection_id, endpoint, account, user_address, counted, correlation_id)
                                    values (?, ?, ?, ?::inet, ?, ?) returning id
                                    """,
                                    row -> row.getLong(1),
                                    pull.connection(),
                                    endpoint,
                                    account,
                                    pull.userAddress(),
                                    counted,
                                    correlation)
                            .get(0);
                };
        Long call =
                database.patiently(
                        store -> {
                            pull.hold(store);
                            free(store, pull, endpoint, resource, account, first);
                            return written && calls == database ? take.on(store) : null;
                        });
        bounded(pull, endpoint);
        if (written && calls != database) {
            call = calls.patiently(take);
            pull.tryout().spent();
        }
        pull.called(Pull.kind(exchange));
        pull.asked(exchange);
        exchange.setProperty("call", call);
        exchange.setProperty("correlation", correlation.toString());
    }

    private void bounded(Pull pull, String endpoint) {
        if (pull.tryout() != null && !pull.tryout().call()) {
            throw new DoneFault(
                    account(
                            "CARAVAN-DONE",
                            endpoint,
                            "is more than this try may ask for",
                            "skipped",
                            null));
        }
    }

    /**
     * Whether a piece of work would begin with this call. Calls that are joined into one are taken
     * together, and an event that was begun is worked on to its end.
     */
    private static boolean fresh(Exchange exchange, Pull pull) {
        Object event = exchange.getProperty("event");
        return exchange.getProperty("batch") == null
                && (event == null || pull.first("begun " + event));
    }

    /** What stands against a call: it was made already, is not offered, or is barred. */
    private record Obstacle(String kind, Instant until, String reason) {}

    private void free(
            Connection store,
            Pull pull,
            String endpoint,
            String resource,
            String account,
            boolean first)
            throws SQLException {
        List<Obstacle> obstacles =
                Database.query(
                        store,
                        """
                        select 'done', null::timestamptz, true, '' from caravan.page
                        where connection_id = ? and endpoint = ? and account = ? and pull_id = ? and done
                        union all
                        select 'absent', until, true, reason from caravan.absence
                        where provider = ? and institution = ? and endpoint = ? and until > caravan.now()
                        union all
                        select 'barred', until, isfinite(until), reason from caravan.call_ban
                        where connection_id = ? and endpoint = ? and account = ? and until > caravan.now()
                        union all
                        select 'deferred', null, true, '' from caravan.deferred_result
                        where connection_id = ? and resource = ? and account = ? and not ?
                          and (state = 'open' or pull_id = ? and state not in ('asked', 'void'))
                        """,
                        row ->
                                new Obstacle(
                                        row.getString(1),
                                        row.getBoolean(3) ? instant(row, 2) : null,
                                        row.getString(4)),
                        pull.connection(),
                        resource,
                        account,
                        pull.id(),
                        provider,
                        pull.institution(),
                        endpoint,
                        pull.connection(),
                        endpoint,
                        account,
                        pull.connection(),
                        resource,
                        account,
                        pull.attended(),
                        pull.id());
        for (Obstacle obstacle : obstacles) {
            if (first || !obstacle.kind().equals("done")) {
                meet(obstacle, pull, endpoint);
            }
        }
    }

    private void meet(Obstacle obstacle, Pull pull, String endpoint) {
        Instant until = obstacle.until();
        if (obstacle.kind().equals("done")) {
            throw new DoneFault(
                    account(
                            "CARAVAN-DONE",
                            endpoint,
                            "was stored before the pull was broken off",
                            "skipped",
                            null));
        }
        if (obstacle.kind().equals("deferred")) {
            throw new DeferredFault(
                    account(
                            "CARAVAN-DEFERRED",
                            endpoint,
                            "is being worked out",
                            "fetched when it is there",
                            null));
        }
        if (obstacle.kind().equals("absent")) {
            throw new AbsentFault(
                    account(
                            "CARAVAN-ABSENT",
                            endpoint,
                            "is not offered by " + pull.institution(),
                            "not asked again",
                            until));
        }
        if (obstacle.reason().equals("CARAVAN-WITHHELD")) {
            throw new AbsentFault(
                    account(
                            obstacle.reason(),
                            endpoint,
                            "is withheld from this connection",
                            "not asked again",
                            until));
        }
        // being present lifts a cap on unattended calls, not the want of a login
        if (!pull.attended() || until == null) {
            throw new QuotaFault(
                    account(
                            "CARAVAN-QUOTA",
                            endpoint,
                            "may not be called: " + obstacle.reason(),
                            "skipped",
                            until));
        }
    }

    private void room(Connection store, Pull pull, String endpoint, String account, int limit)
            throws SQLException {
        record Used(int calls, Instant oldest) {}
        Used used =
                Database.query(
                                store,
                                """
                                select count(*)::int, min(called_at) + interval '%1$s' from (
                                  select called_at from caravan.call where connection_id = ? and endpoint = ? and account = coalesce(?, account) and counted
                                    and called_at > caravan.now() - interval '%1$s'
                                  order by called_at desc limit ?) recent
                                """
                                        .formatted(WINDOW),
                                row ->
                                        new Used(
                                                row.getInt(1),
                                                row.getInt(1) == 0 ? null : instant(row, 2)),
                                pull.connection(),
                                endpoint,
                                account,
                                limit)
                        .get(0);
        if (used.calls() >= limit) {
            throw new QuotaFault(
                    account(
                            "CARAVAN-QUOTA",
                            endpoint,
                            "has used "
                                    + used.calls()
                                    + " of "
                                    + limit
                                    + " unattended calls in "
                                    + WINDOW,
                            "skipped",
                            used.oldest()));
        }
    }

    /**
     * Writes down how a call ended that did not go well.
     *
     * @param counted whether the provider counts it
     */
    public void failed(long call, int status, String error, boolean counted) {
        calls.update(
                "update caravan.call set status = ?, error = ?, counted = counted and ? where id ="
                        + " ?",
                status,
                error,
                counted,
                call);
    }

    /** Bars an unattended call of this connection until an instant. */
    public void ban(Exchange exchange, Instant until, String reason) {
        ban(exchange, until.toString(), reason);
    }

    /** Bars a call of this connection, the user present or not, until the user's next login. */
    public void banUntilLogin(Exchange exchange, String reason) {
        ban(exchange, "infinity", reason);
    }

    private void ban(Exchange exchange, String until, String reason) {
        database.update(
                """
                insert into caravan.call_ban (connection_id, endpoint, account, until, reason) values (?, ?, ?, ?::timestamptz, ?)
                on conflict (connection_id, endpoint, account) do update set until = excluded.until, reason = excluded.reason
                """,
                Pull.of(exchange).connection(),
                exchange.getProperty("endpoint", String.class),
                Pull.accountKey(exchange),
                until,
                reason);
    }

    /** Remembers for all connections that an institution does not offer an endpoint. */
    public void absent(Exchange exchange, Instant until, String reason) {
        if (Pull.of(exchange).institution().isEmpty()) {
            return;
        }
        database.update(
                """
                insert into caravan.absence (provider, institution, endpoint, until, reason) values (?, ?, ?, ?, ?)
                on conflict (provider, institution, endpoint) do update set until = excluded.until, reason = excluded.reason
                """,
                provider,
                Pull.of(exchange).institution(),
                exchange.getProperty("endpoint", String.class),
                until,
                reason);
    }

    private Fault.Account account(
            String code, String endpoint, String found, String next, Instant until) {
        return new Fault.Account(code, provider, "GET " + endpoint, found, next, until);
    }

    private static Instant instant(java.sql.ResultSet row, int column) throws SQLException {
        OffsetDateTime at = row.getObject(column, OffsetDateTime.class);
        return at == null ? null : at.toInstant();
    }
}
