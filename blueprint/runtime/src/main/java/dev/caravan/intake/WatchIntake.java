package dev.caravan.intake;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.watch.Health;
import dev.caravan.watch.Health.Report;
import dev.caravan.watch.Health.Status;
import dev.caravan.watch.Pauses;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Locale;
import java.util.TreeMap;

/**
 * What monitors ask, without a key: {@code GET /health/live}, {@code GET /health/ready} and {@code
 * GET /metrics}. None of them waits for the store or for a thread that others may hold. Safe for
 * any number of threads.
 */
public final class WatchIntake implements Mounted {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int OK = 200;
    private static final int UNAVAILABLE = 503;
    private static final String SOON = "2";
    private static final String LATER = "10";

    private final Health health;
    private final MeterRegistry metrics;
    private final Pauses paused;

    public WatchIntake(Health health, MeterRegistry metrics, Pauses paused) {
        this.health = health;
        this.metrics = metrics;
        this.paused = paused;
    }

    @Override
    public void mount(Router router, Vertx vertx) {
        WorkerExecutor scraper = vertx.createSharedWorkerExecutor("caravan-metrics", 1);
        router.get("/health/live").order(-2).handler(this::live);
        router.get("/health/ready").order(-2).handler(this::ready);
        router.get("/metrics").order(-2).handler(call -> metrics(call, scraper));
    }

    /** The process answers: whoever restarts on anything else restarts in vain. */
    private void live(RoutingContext call) {
        Report report = health.now();
        answer(call, OK, JSON.createObjectNode().put("status", word(report.status())));
    }

    /** Whether requests and pulls are worth sending here. */
    private void ready(RoutingContext call) {
        Report report = health.now();
        ObjectNode body = JSON.createObjectNode();
        body.put("status", word(report.status())).put("since", report.since().toString());
        ArrayNode causes = body.putArray("causes");
        report.causes()
                .forEach(
                        each ->
                                causes.addObject()
                                        .put("part", each.part())
                                        .put("what", each.what())
                                        .put("since", each.since().toString())
                                        .put("next", each.next()));
        ArrayNode providers = body.putArray("providers");
        report.running().forEach(providers::add);
        ObjectNode idle = body.putObject("idle");
        report.idle().forEach((name, setting) -> idle.put(name, setting + " is empty"));
        // wanted by somebody: told, and nothing unready
        ObjectNode held = body.putObject("paused");
        new TreeMap<>(paused.now()).forEach(held::put);
        boolean works = report.status().compareTo(Status.STARTING) < 0;
        if (!works) {
            call.response()
                    .putHeader("Retry-After", report.status() == Status.STARTING ? SOON : LATER);
        }
        answer(call, works ? OK : UNAVAILABLE, body);
    }

    private static String word(Status status) {
        return status.name().toLowerCase(Locale.ROOT);
    }

    private static void answer(RoutingContext call, int status, ObjectNode body) {
        call.response()
                .setStatusCode(status)
                .putHeader("Content-Type", "application/json")
                .putHeader("Cache-Control", "no-store")
                .end(body.toString());
    }

    private void metrics(RoutingContext call, WorkerExecutor scraper) {
        scraper.executeBlocking(
                        () ->
                                metrics instanceof PrometheusMeterRegistry registry
                                        ? registry.scrape()
                                        : "")
                .onSuccess(
                        text ->
                                call.response()
                                        .putHeader(
                                                "Content-Type",
                                                "text/plain; version=0.0.4; charset=utf-8")
                                        .end(text))
                .onFailure(call::fail);
    }
}
