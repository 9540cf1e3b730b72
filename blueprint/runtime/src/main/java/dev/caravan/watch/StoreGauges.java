package dev.caravan.watch;

import dev.caravan.faults.StoreFault;
import dev.caravan.store.Database;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the store knows, as gauges: asked for a few times a minute, so that a scrape costs it
 * nothing. While it is away the last figures stand. One thread of its own; {@link #refresh} is safe
 * for any.
 */
public final class StoreGauges implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StoreGauges.class);
    private static final Duration LOOK = Duration.ofSeconds(5);
    private static final Duration BUDGETS = Duration.ofMinutes(1);
    private static final String USED =
            """
            select endpoint, max(calls) as of_account, max(together) as of_connection from (
              select l.endpoint, count(*) as calls, sum(count(*)) over (partition by l.connection_id, l.endpoint) as together
              from caravan.call l join caravan.connection c on c.id = l.connection_id
              where c.provider = ? and c.state in ('active', 'expiring') and l.counted
                and l.called_at > caravan.now() - interval '24 hours'
              group by l.connection_id, l.endpoint, l.account) used
            group by endpoint
            """;

    private final Database database;
    private final Meters meters;
    private final BooleanSupplier storeReady;
    private final List<StoreQuestion> questions;
    private final MultiGauge budget;
    private final Map<Object, Long> asked = new LinkedHashMap<>();
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(
                    work -> {
                        Thread thread = new Thread(work, "caravan-store-gauges");
                        thread.setDaemon(true);
                        return thread;
                    });

    /**
     * @param storeReady whether the store has this version's shape
     */
    public StoreGauges(
            Database database, Meters meters, MeterRegistry metrics, BooleanSupplier storeReady) {
        this.storeReady = storeReady;
        this.database = database;
        this.meters = meters;
        this.questions =
                Stream.of(
                                "pulls",
                                "connections",
                                "consents",
                                "inbox",
                                "payments",
                                "rejects",
                                "broken",
                                "barred",
                                "stale")
                        .map(name -> StoreQuestion.of(name, metrics))
                        .toList();
        this.budget =
                MultiGauge.builder("caravan.budget.left")
                        .description(
                                "Unattended calls that the connection and account with the fewest"
                                        + " has left of its 24 hours.")
                        .register(metrics);
    }

    public void start() {
        timer.scheduleWithFixedDelay(
                () -> ask(false), LOOK.toSeconds(), LOOK.toSeconds(), TimeUnit.SECONDS);
    }

    /** Asks everything now. */
    public void refresh() {
        ask(true);
    }

    private synchronized void ask(boolean all) {
        if (!storeReady.getAsBoolean()) {
            return;
        }
        try {
            for (StoreQuestion each : questions) {
                if (due(each, each.every()) || all) {
                    each.ask(database);
                }
            }
            if (due(budget, BUDGETS) || all) {
                budget.register(budgets(), true);
            }
        } catch (StoreFault e) {
            // said where the outage began
        } catch (RuntimeException e) {
            LOG.warn("CARAVAN-GAUGES a metric could not be read: {}", e.toString());
        }
    }

    private boolean due(Object what, Duration every) {
        long now = System.nanoTime();
        Long last = asked.get(what);
        boolean due = last == null || now - last >= every.toNanos() - LOOK.toNanos() / 2;
        if (due) {
            asked.put(what, now);
        }
        return due;
    }

    /** Of each endpoint that is limited, how much the one with the least has left. */
    private List<MultiGauge.Row<?>> budgets() {
        Map<Meters.Limit.Of, Meters.Limit> limits = meters.limits();
        Map<Meters.Limit.Of, Double> used = new LinkedHashMap<>();
        limits.keySet().stream()
                .map(Meters.Limit.Of::provider)
                .distinct()
                .forEach(provider -> used.putAll(used(provider, limits)));
        List<MultiGauge.Row<?>> rows = new ArrayList<>();
        limits.forEach(
                (of, limit) ->
                        rows.add(
                                MultiGauge.Row.of(
                                        Tags.of("provider", of.provider(), "scope", of.endpoint()),
                                        Math.max(0, limit.most() - used.getOrDefault(of, 0.0)))));
        return rows;
    }

    private Map<Meters.Limit.Of, Double> used(
            String provider, Map<Meters.Limit.Of, Meters.Limit> limits) {
        Map<Meters.Limit.Of, Double> used = new LinkedHashMap<>();
        database.query(
                USED,
                row -> {
                    Meters.Limit.Of of =
                            new Meters.Limit.Of(
                                    provider, meters.scope(provider, row.getString("endpoint")));
                    Meters.Limit limit = limits.get(of);
                    boolean shared = limit != null && limit.shared();
                    return used.merge(
                            of, row.getDouble(shared ? "of_connection" : "of_account"), Math::max);
                },
                provider);
        return used;
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
