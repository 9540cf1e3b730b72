package dev.caravan.inbox;

import dev.caravan.store.Database;
import dev.caravan.store.OnceAMinute;
import java.time.Clock;
import java.time.Duration;

/**
 * Once a minute: makes events due whose nudge was lost with a node or whose connection was given
 * again, and erases those that are over for long. The first sweep of a process also takes what its
 * last life left. Safe for any number of threads and nodes.
 */
final class Sweep {
    private static final int MOST = 10_000;

    private final Database database;
    private final String provider;
    private final OnceAMinute minute;

    Sweep(Database database, String provider, Clock clock) {
        this.database = database;
        this.provider = provider;
        this.minute = new OnceAMinute(clock);
    }

    void now(Duration keep) {
        minute.run(
                first -> {
                    due(first ? Duration.ZERO : OnceAMinute.EVERY);
                    erase(keep);
                });
    }

    private void due(Duration overdue) {
        database.update(
                """
                insert into caravan.task as t (connection_id, kind, provider, due_at)
                select distinct e.connection_id, 'webhook', e.provider, caravan.now()
                from caravan.inbox e join caravan.connection c on c.id = e.connection_id and c.state in ('active', 'expiring')
                where e.provider = ? and e.state in ('new', 'waiting') and e.next_at <= caravan.now() - make_interval(secs => ?)
                on conflict (connection_id, kind) do update set due_at = excluded.due_at, pull_id = null
                where t.due_at is null or t.due_at > excluded.due_at
                """,
                provider,
                (double) overdue.toSeconds());
    }

    private void erase(Duration keep) {
        database.update(
                """
                delete from caravan.inbox where id in (
                  select id from caravan.inbox where provider = ? and state in ('done', 'ignored')
                    and done_at < caravan.now() - make_interval(secs => ?) limit ?)
                """,
                provider,
                (double) keep.toSeconds(),
                MOST);
    }
}
