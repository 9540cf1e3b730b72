package dev.caravan.deferred;

import dev.caravan.store.Database;
import dev.caravan.store.OnceAMinute;
import java.time.Clock;
import java.time.Duration;

/**
 * Once a minute: gives up what is past its plan on connections that nobody can claim, makes due
 * again what a pause or a lost node left, and erases what is over for long. Safe for any number of
 * threads and nodes.
 */
final class Sweep {
    private final Database database;
    private final String provider;
    private final OnceAMinute minute;

    Sweep(Database database, String provider, Clock clock) {
        this.database = database;
        this.provider = provider;
        this.minute = new OnceAMinute(clock);
    }

    void now(DeferredSettings settings) {
        minute.run(first -> swept(settings));
    }

    private void swept(DeferredSettings settings) {
        database.update(
                """
                update caravan.deferred_result set state = case state when 'asked' then 'void' else 'abandoned' end,
                  done_at = caravan.now(), next_poll_at = null, last_fault = coalesce(last_fault, 'never came')
                where provider = ? and (state = 'asked' and asked_at < caravan.now() - make_interval(secs => ?)
                  or state = 'open' and accepted_at < caravan.now() - make_interval(secs => ?))
                """,
                provider,
                (double) settings.life().toSeconds(),
                (double) settings.plan().last().plus(Duration.ofHours(1)).toSeconds());
        database.update(
                """
                update caravan.task t set due_at = caravan.now(), pull_id = null
                where t.provider = ? and t.kind = 'deferred' and (t.due_at is null or t.due_at > caravan.now() + interval '1 hour')
                  and exists (select from caravan.deferred_result d join caravan.connection c on c.id = d.connection_id
                    where d.connection_id = t.connection_id and d.state = 'open' and c.state in ('active', 'expiring')
                      and d.next_poll_at <= caravan.now() - interval '1 minute')
                """,
                provider);
        database.update(
                "delete from caravan.deferred_result where provider = ? and done_at <"
                        + " caravan.now() - make_interval(secs => ?)",
                provider,
                (double) settings.keep().toSeconds());
        database.update(
                "delete from caravan.webhook where about is not null and ends_at < caravan.now() -"
                        + " interval '1 day'");
    }
}
