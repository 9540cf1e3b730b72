package dev.caravan.watch;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.caravan.faults.StoreFault;
import dev.caravan.store.Database;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes what was called into the store, once a minute and at the end; a process that is killed
 * loses its last minute. Each life of a process writes rows of its own and writes them whole, so a
 * write that failed or whose end nobody knows is made again and counts once. One thread of its own;
 * {@link #write} is safe for any.
 */
public final class CallLog implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CallLog.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration EVERY = Duration.ofMinutes(1);
    private static final int DAYS_IN_MINUTES = 2;

    private final Database database;
    private final Calls calls;
    private final Clock clock;
    private final UUID writer = UUID.randomUUID();
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(
                    work -> {
                        Thread thread = new Thread(work, "caravan-call-log");
                        thread.setDaemon(true);
                        return thread;
                    });
    private LocalDate rolled;

    public CallLog(Database database, Calls calls, Clock clock) {
        this.database = database;
        this.calls = calls;
        this.clock = clock;
    }

    public void start() {
        timer.scheduleWithFixedDelay(
                this::write, EVERY.toSeconds(), EVERY.toSeconds(), TimeUnit.SECONDS);
    }

    /** Writes what there is; while the store is away the sums stay for the next time. */
    public synchronized void write() {
        try {
            Map<Calls.Key, Figures> now = calls.now();
            if (!now.isEmpty()) {
                write(now);
            }
            calls.written(now);
            if (!now.isEmpty() || rolled != null) {
                roll();
            }
        } catch (StoreFault e) {
            // said where the outage began
        } catch (RuntimeException e) {
            LOG.warn(
                    "CARAVAN-CALLS the figures of calls could not be written, later again: {}",
                    e.toString());
        }
    }

    private void write(Map<Calls.Key, Figures> figures) {
        ArrayNode rows = JSON.createArrayNode();
        figures.forEach(
                (key, sum) ->
                        rows.addObject()
                                .put("minute", key.minute().toString())
                                .put("provider", key.provider())
                                .put("scope", key.scope())
                                .put("calls", sum.calls())
                                .put("failed", sum.failed())
                                .put("throttled", sum.throttled())
                                .put("refused", sum.refused())
                                .put("millis", sum.millis())
                                .put("most_millis", sum.mostMillis())
                                .set("spread", JSON.valueToTree(sum.spread())));
        database.update(
                """
                insert into caravan.call_minute as m
                  (minute, provider, scope, writer, calls, failed, throttled, refused, millis, most_millis, spread)
                select r.minute, r.provider, r.scope, ?, r.calls, r.failed, r.throttled, r.refused, r.millis, r.most_millis, r.spread
                from jsonb_to_recordset(?::jsonb) as r(minute timestamptz, provider text, scope text, calls bigint, failed bigint,
                  throttled bigint, refused bigint, millis bigint, most_millis bigint, spread bigint[])
                on conflict (minute, provider, scope, writer) do update set calls = excluded.calls, failed = excluded.failed,
                  throttled = excluded.throttled, refused = excluded.refused, millis = excluded.millis,
                  most_millis = excluded.most_millis, spread = excluded.spread
                """,
                writer,
                rows.toString());
    }

    /** Once a day the minutes of days that are over for long become days. */
    private void roll() {
        LocalDate first =
                clock.instant().atOffset(ZoneOffset.UTC).toLocalDate().minusDays(DAYS_IN_MINUTES);
        if (first.equals(rolled)) {
            return;
        }
        Instant before = first.atStartOfDay(ZoneOffset.UTC).toInstant();
        database.inTransaction(
                store -> {
                    // two nodes may come at once: the second has to see what the first has left
                    Database.update(
                            store, "lock table caravan.call_minute in share row exclusive mode");
                    Database.update(
                            store,
                            """
                            insert into caravan.call_day as d
                            select * from caravan.call_day_of_minutes where day < (?::timestamptz at time zone 'UTC')::date
                            on conflict (day, provider, scope) do update set calls = d.calls + excluded.calls,
                              failed = d.failed + excluded.failed, throttled = d.throttled + excluded.throttled,
                              refused = d.refused + excluded.refused, millis = d.millis + excluded.millis,
                              most_millis = greatest(d.most_millis, excluded.most_millis),
                              spread = (select array_agg(a + b order by i) from unnest(d.spread, excluded.spread) with ordinality u(a, b, i)),
                              minutes = d.minutes + excluded.minutes, minutes_down = d.minutes_down + excluded.minutes_down
                            """,
                            before);
                    return Database.update(
                            store, "delete from caravan.call_minute where minute < ?", before);
                });
        rolled = first;
    }

    @Override
    public void close() {
        timer.shutdownNow();
        write();
    }
}
