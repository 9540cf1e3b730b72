package dev.caravan.deferred;

import dev.caravan.connections.ProviderAccount;
import dev.caravan.connections.Pull;
import dev.caravan.store.Database;
import dev.caravan.windows.DateWalk;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import org.apache.camel.Exchange;

/** The statements of deferred results; each works inside the transaction it is given. Stateless. */
final class Deferrals {
    static final String TASK = "deferred";

    /** When the next result of a connection is due, for the row {@code t} of its task. */
    static final String NEXT =
            """
            select min(d.next_poll_at) from caravan.deferred_result d join caravan.connection c on c.id = d.connection_id
            where d.connection_id = t.connection_id and d.state = 'open' and c.state in ('active', 'expiring')
            """;

    private Deferrals() {}

    /** Whether the connection has been read in full, and not just now been logged in. */
    static boolean settledIn(Connection store, Pull pull, Duration fresh) throws SQLException {
        return Database.query(
                        store,
                        """
                        select first_complete_at is not null
                          and coalesce(authenticated_at < caravan.now() - make_interval(secs => ?), true)
                        from caravan.connection where id = ?
                        """,
                        row -> row.getBoolean(1),
                        (double) fresh.toSeconds(),
                        pull.connection())
                .get(0);
    }

    static long asked(Connection store, Exchange exchange) throws SQLException {
        Pull pull = Pull.of(exchange);
        DateWalk window = exchange.getProperty("window", DateWalk.class);
        return Database.query(
                        store,
                        """
                        insert into caravan.deferred_result (connection_id, provider, endpoint, resource, kind, account, account_id,
                          window_from, window_to, pull_id)
                        values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) returning id
                        """,
                        row -> row.getLong(1),
                        pull.connection(),
                        pull.provider(),
                        Pull.endpoint(exchange),
                        Pull.resource(exchange),
                        Pull.kind(exchange),
                        Pull.accountKey(exchange),
                        Pull.accountId(exchange),
                        window == null ? null : window.getFrom(),
                        window == null ? null : window.getTo(),
                        pull.id())
                .get(0);
    }

    /** The provider took it on; from now on it is looked for by plan. */
    static void accepted(
            Connection store, Pull pull, long id, String task, String path, Duration first)
            throws SQLException {
        Database.update(
                store,
                """
                update caravan.deferred_result set state = 'open', accepted_at = caravan.now(), task_id = ?, path = ?,
                  next_poll_at = caravan.now() + make_interval(secs => ?)
                where id = ?
                """,
                task,
                path,
                (double) first.toSeconds(),
                id);
        due(store, pull, first);
    }

    /** Has the results of the pull's connection looked for after a span, or sooner. */
    static void due(Connection store, Pull pull, Duration after) throws SQLException {
        Database.update(
                store,
                """
                insert into caravan.task as t (connection_id, kind, provider, due_at)
                values (?, 'deferred', ?, caravan.now() + make_interval(secs => ?))
                on conflict (connection_id, kind) do update set due_at = least(t.due_at, excluded.due_at), pull_id = null
                """,
                pull.connection(),
                pull.provider(),
                (double) after.toSeconds());
    }

    /**
     * Results of the connection to look for now; what was read again meanwhile is not among them.
     */
    static List<Deferral> due(Connection store, Pull pull) throws SQLException {
        Database.update(
                store,
                """
                update caravan.deferred_result d set state = 'superseded', done_at = caravan.now(), next_poll_at = null
                from caravan.page p
                where d.connection_id = ? and d.state = 'open' and p.connection_id = d.connection_id
                  and p.endpoint = d.resource and p.account = d.account and p.read_at > d.accepted_at
                """,
                pull.connection());
        return Database.query(
                store,
                """
                select d.id, d.endpoint, d.resource, d.kind, d.window_from, d.window_to, d.path,
                  extract(epoch from caravan.now() - d.accepted_at)::bigint as age,
                  a.id as account_id, a.provider_account_id, a.family, a.currency, a.institution
                from caravan.deferred_result d left join caravan.account a on a.id = d.account_id
                where d.connection_id = ? and d.state = 'open' and d.next_poll_at <= caravan.now()
                order by d.id
                """,
                Deferrals::read,
                pull.connection());
    }

    private static Deferral read(ResultSet row) throws SQLException {
        return new Deferral(
                row.getLong("id"),
                row.getString("endpoint"),
                row.getString("resource"),
                row.getString("kind"),
                row.getString("provider_account_id") == null
                        ? null
                        : new ProviderAccount(
                                row.getLong("account_id"),
                                row.getString("provider_account_id"),
                                row.getString("family"),
                                row.getString("currency"),
                                row.getString("institution")),
                row.getObject("window_from", LocalDate.class),
                row.getObject("window_to", LocalDate.class),
                row.getString("path"),
                Duration.ofSeconds(row.getLong("age")));
    }

    /**
     * Written before it is looked for, so that no crash makes it due at once again.
     *
     * @param next the age at which it is looked for again, null where this is the last time
     */
    static int looking(Connection store, Deferral result, Duration next) throws SQLException {
        return Database.update(
                store,
                """
                update caravan.deferred_result set attempts = attempts + 1,
                  next_poll_at = accepted_at + make_interval(secs => ?)
                where id = ? and state = 'open'
                """,
                next == null ? null : (double) next.toSeconds(),
                result.id());
    }

    static int over(Connection store, long id, String state, String why) throws SQLException {
        return Database.update(
                store,
                """
                update caravan.deferred_result set state = ?, done_at = caravan.now(), next_poll_at = null, last_fault = ?
                where id = ? and state in ('asked', 'open')
                """,
                state,
                why,
                id);
    }

    /** What was asked for in one call is there at once. */
    static void toldOfAll(Connection store, Pull pull, String task) throws SQLException {
        Database.update(
                store,
                """
                update caravan.deferred_result set told_at = caravan.now(), next_poll_at = caravan.now()
                where connection_id = ? and task_id = ? and state = 'open'
                """,
                pull.connection(),
                task);
    }

    /**
     * A webhook said that a result is there: it is looked for now, also where it was given up. One
     * whose answer was lost is taken on by what the webhook calls it.
     *
     * @return whether there is something to look for
     */
    static boolean told(
            Connection store, Pull pull, long id, String task, String path, boolean good)
            throws SQLException {
        return Database.update(
                        store,
                        """
                        update caravan.deferred_result d set state = 'open', task_id = coalesce(task_id, ?), path = coalesce(path, ?),
                          accepted_at = coalesce(accepted_at, caravan.now()), told_at = caravan.now(),
                          next_poll_at = caravan.now(), done_at = null
                        where id = ? and connection_id = ? and coalesce(task_id, ?) = ?
                          and (state in ('asked', 'open') or ? and state in ('failed', 'abandoned'))
                          and not exists (select from caravan.deferred_result o where o.connection_id = d.connection_id
                            and o.resource = d.resource and o.account = d.account and o.state = 'open' and o.id <> d.id)
                        """,
                        task,
                        path,
                        id,
                        pull.connection(),
                        task,
                        task,
                        good)
                > 0;
    }
}
