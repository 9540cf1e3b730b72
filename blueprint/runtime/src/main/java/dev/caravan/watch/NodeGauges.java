package dev.caravan.watch;

import dev.caravan.deploy.Deployer;
import dev.caravan.store.Database;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import org.apache.camel.CamelContext;
import org.apache.camel.Processor;
import org.apache.camel.Route;
import org.apache.camel.component.resilience4j.ResilienceProcessor;

/**
 * What this node is like, as gauges: whether it is ready, which providers run, their circuit
 * breakers, the pool of store connections. None of it asks the store. One thread of its own; {@link
 * #refresh} is safe for any.
 */
public final class NodeGauges implements AutoCloseable {
    private static final long EVERY_SECONDS = 5;
    private static final Map<String, Double> STATES =
            Map.of("CLOSED", 0.0, "HALF_OPEN", 1.0, "OPEN", 2.0, "FORCED_OPEN", 2.0);

    private final Deployer deployer;
    private final MultiGauge runs;
    private final MultiGauge refused;
    private final MultiGauge circuits;
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(
                    work -> {
                        Thread thread = new Thread(work, "caravan-node-gauges");
                        thread.setDaemon(true);
                        return thread;
                    });

    public NodeGauges(Deployer deployer, Health health, Database database, MeterRegistry metrics) {
        this.deployer = deployer;
        this.runs =
                MultiGauge.builder("caravan.provider.running")
                        .description("1 where the provider runs on this node, else 0.")
                        .register(metrics);
        this.refused =
                MultiGauge.builder("caravan.deploy.refused")
                        .description(
                                "1 where the provider's files or settings as they are now were"
                                        + " refused; what ran before may still run.")
                        .register(metrics);
        this.circuits =
                MultiGauge.builder("caravan.circuit.state")
                        .description("0 closed, 1 half open, 2 open: calls are not made.")
                        .register(metrics);
        Gauge.builder(
                        "caravan.node.ready",
                        health,
                        node -> node.now().status().compareTo(Health.Status.STARTING) < 0 ? 1 : 0)
                .description("1 where /health/ready says 200.")
                .register(metrics);
        Gauge.builder("caravan.store.up", health, node -> node.storeWorks() ? 1 : 0)
                .description("1 where the store is there, has this version's shape and answers.")
                .register(metrics);
        pool(database, metrics);
    }

    private static void pool(Database database, MeterRegistry metrics) {
        Map<String, ToDoubleFunction<Database.Pool>> states =
                Map.of(
                        "active", Database.Pool::active,
                        "idle", Database.Pool::idle,
                        "most", Database.Pool::most);
        states.forEach(
                (state, count) ->
                        Gauge.builder(
                                        "caravan.store.connections",
                                        database,
                                        store -> count.applyAsDouble(store.pool()))
                                .description("Connections of the pool to the store.")
                                .tag("state", state)
                                .register(metrics));
        Gauge.builder("caravan.store.waiting", database, store -> store.pool().waiting())
                .description("Threads that wait for a connection to the store.")
                .register(metrics);
    }

    public void start() {
        timer.scheduleWithFixedDelay(this::refresh, 0, EVERY_SECONDS, TimeUnit.SECONDS);
    }

    /** Looks at the providers now. */
    public synchronized void refresh() {
        List<MultiGauge.Row<?>> running = new ArrayList<>();
        List<MultiGauge.Row<?>> refusals = new ArrayList<>();
        List<MultiGauge.Row<?>> breakers = new ArrayList<>();
        TreeSet<String> names = new TreeSet<>(deployer.running());
        names.addAll(deployer.refusals().keySet());
        for (String name : names) {
            Tags tags = Tags.of("provider", name);
            running.add(MultiGauge.Row.of(tags, deployer.running().contains(name) ? 1 : 0));
            refusals.add(MultiGauge.Row.of(tags, deployer.refusals().containsKey(name) ? 1 : 0));
            deployer.camel(name).ifPresent(camel -> circuits(camel, tags, breakers));
        }
        runs.register(running, true);
        refused.register(refusals, true);
        circuits.register(breakers, true);
    }

    private static void circuits(CamelContext camel, Tags tags, List<MultiGauge.Row<?>> breakers) {
        for (Route route : camel.getRoutes()) {
            double worst = -1;
            for (Processor each : route.filter("*")) {
                if (each instanceof ResilienceProcessor breaker) {
                    worst =
                            Math.max(
                                    worst,
                                    STATES.getOrDefault(breaker.getCircuitBreakerState(), 0.0));
                }
            }
            if (worst >= 0) {
                breakers.add(MultiGauge.Row.of(tags.and("route", route.getRouteId()), worst));
            }
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
