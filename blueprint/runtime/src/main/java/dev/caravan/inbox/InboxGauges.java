package dev.caravan.inbox;

import dev.caravan.faults.StoreFault;
import dev.caravan.store.Database;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/**
 * How deep the inbox is, by provider: events that are open, the age of the oldest of them, and dead
 * letters, read from the store four times a minute. Safe for any number of threads.
 */
public final class InboxGauges implements AutoCloseable {
    private static final long SECONDS = 15;
    private static final String DEPTH =
            """
            select provider, sum(open)::float8 as open, max(oldest)::float8 as oldest, sum(dead)::float8 as dead from (
              select provider, count(*) as open, extract(epoch from caravan.now() - min(received_at)) as oldest, 0 as dead
              from caravan.inbox where state in ('new', 'waiting') group by provider
              union all
              select provider, 0, 0, count(*) from caravan.inbox where state = 'dead' group by provider) each
            group by provider
            """;

    private final Database database;
    private final MultiGauge open;
    private final MultiGauge oldest;
    private final MultiGauge dead;
    private final ScheduledThreadPoolExecutor timer;

    public InboxGauges(Database database, MeterRegistry metrics) {
        this.database = database;
        this.open = MultiGauge.builder("caravan.inbox.open").register(metrics);
        this.oldest =
                MultiGauge.builder("caravan.inbox.oldest").baseUnit("seconds").register(metrics);
        this.dead = MultiGauge.builder("caravan.inbox.dead").register(metrics);
        // who verifies signatures is worth knowing where webhooks are slow
        Gauge.builder("caravan.webhook.es512", () -> 1)
                .tag("provider", Es512.provider().getName())
                .register(metrics);
        this.timer =
                new ScheduledThreadPoolExecutor(
                        1,
                        work -> {
                            Thread thread = new Thread(work, "caravan-inbox-gauges");
                            thread.setDaemon(true);
                            return thread;
                        });
    }

    private record Depth(String provider, double open, double oldest, double dead) {}

    public void start() {
        timer.scheduleWithFixedDelay(this::refresh, SECONDS, SECONDS, TimeUnit.SECONDS);
    }

    /** Reads the store now; while it is away the last figures stand. */
    public void refresh() {
        try {
            List<Depth> depths =
                    database.query(
                            DEPTH,
                            row ->
                                    new Depth(
                                            row.getString(1),
                                            row.getDouble(2),
                                            row.getDouble(3),
                                            row.getDouble(4)));
            set(open, depths, Depth::open);
            set(oldest, depths, Depth::oldest);
            set(dead, depths, Depth::dead);
        } catch (StoreFault e) {
            // said where the outage began
        }
    }

    private static void set(MultiGauge gauge, List<Depth> depths, ToDoubleFunction<Depth> of) {
        List<MultiGauge.Row<?>> rows = new ArrayList<>();
        for (Depth each : depths) {
            rows.add(
                    MultiGauge.Row.of(
                            Tags.of("provider", each.provider()), of.applyAsDouble(each)));
        }
        gauge.register(rows, true);
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
