package dev.caravan.connections;

import dev.caravan.store.Database;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * The work that a connection which has just become active gets: a pull at once, and what else its
 * provider has routes for. Stateless.
 */
final class Tasks {
    private static final Map<String, String> FIRST =
            Map.of("consent", "1 day", "token", "7 days", "ping", "0 seconds");

    private Tasks() {}

    /** The same kinds for every connection that works and lacks one of them. */
    static void equip(Connection store, String provider, Set<String> kinds) throws SQLException {
        for (String kind : kinds) {
            Database.update(
                    store,
                    """
                    insert into caravan.task (connection_id, kind, provider, due_at)
                    select id, ?, provider, caravan.now() + ?::interval from caravan.connection
                    where provider = ? and state in ('active', 'expiring')
                    on conflict (connection_id, kind) do nothing
                    """,
                    kind,
                    FIRST.getOrDefault(kind, "1 day"),
                    provider);
        }
    }

    /**
     * @param kinds what there is beside the pull: {@code consent}, {@code token}, {@code ping}
     * @param userAddress the address of the user who is present, or null
     */
    static void begin(
            Connection store,
            UUID connection,
            String provider,
            Set<String> kinds,
            String userAddress,
            Duration attended)
            throws SQLException {
        Database.update(
                store,
                """
                insert into caravan.task (connection_id, kind, provider, due_at, asked_at, user_address, attended_until)
                values (?, 'pull', ?, caravan.now(), caravan.now(), ?::inet, caravan.now() + make_interval(secs => ?))
                on conflict (connection_id, kind) do update set due_at = excluded.due_at, kinds = excluded.kinds, asked_at = excluded.asked_at,
                  user_address = excluded.user_address, attended_until = excluded.attended_until, pull_id = null
                """,
                connection,
                provider,
                userAddress,
                (double) attended.toSeconds());
        for (String kind : kinds) {
            Database.update(
                    store,
                    """
                    insert into caravan.task (connection_id, kind, provider, due_at) values (?, ?, ?, caravan.now() + ?::interval)
                    on conflict (connection_id, kind) do update set due_at = excluded.due_at, pull_id = null
                    """,
                    connection,
                    kind,
                    provider,
                    FIRST.getOrDefault(kind, "1 day"));
        }
        Database.update(store, "delete from caravan.call_ban where connection_id = ?", connection);
    }
}
