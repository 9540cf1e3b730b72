package dev.caravan.intake;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.connections.Enrolment;
import dev.caravan.connections.Journeys;
import dev.caravan.deploy.Deployer;
import dev.caravan.faults.StoreFault;
import dev.caravan.store.Database;
import dev.caravan.store.Keeper;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.UUID;
import java.util.function.Supplier;
import org.apache.camel.Exchange;

/**
 * What operators and their programs reach, on loopback and with a key: connections, pulls,
 * progress; health and metrics need no key. Every answer is JSON but the metrics. Safe for any
 * number of threads.
 */
public final class AdminIntake {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int OK = 200;
    private static final int ACCEPTED = 202;
    private static final int UNAUTHORIZED = 401;
    private static final int MISSING = 404;
    private static final int BUSY = 503;

    private final AdminKey key;
    private final Journeys journeys;
    private final Connecting connecting;
    private final Deployer deployer;
    private final Keeper keeper;
    private final Progress progress;
    private final Records records;
    private final MeterRegistry metrics;

    public AdminIntake(
            AdminKey key,
            String publicUrl,
            Journeys journeys,
            Enrolment enrolment,
            Deployer deployer,
            Keeper keeper,
            Database database,
            MeterRegistry metrics) {
        this.key = key;
        this.journeys = journeys;
        this.connecting = new Connecting(publicUrl, journeys, enrolment, deployer);
        this.deployer = deployer;
        this.keeper = keeper;
        this.progress = new Progress(database);
        this.records = new Records(database);
        this.metrics = metrics;
    }

    /**
     * {@code POST /connections} with {@code {"provider","user"}} and, where it needs them, {@code
     * "settings"} and {@code "secrets"} of its own: a connection and its one-time link, or one that
     * works at once where the provider knows no trips.
     */
    public void connect(Exchange exchange) {
        keyed(exchange, () -> answer(exchange, connecting.connect(body(exchange))));
    }

    /**
     * {@code POST /connections/{id}/link}: the same for a connection that exists; with {@code
     * {"purpose": "renew"}} its user is asked to agree once more, by the shortest way there is.
     */
    public void reconnect(Exchange exchange) {
        keyed(exchange, () -> answer(exchange, connecting.again(id(exchange), body(exchange))));
    }

    /** {@code PUT /connections/{id}/settings}: changes its own settings and secrets. */
    public void change(Exchange exchange) {
        keyed(exchange, () -> answer(exchange, connecting.change(id(exchange), body(exchange))));
    }

    private static Void answer(Exchange exchange, Connecting.Answer answer) {
        return answer(exchange, answer.status(), answer.body());
    }

    /**
     * {@code POST /connections/{id}/pull}: a pull now, without a user, within the budget; with
     * {@code kinds=a,b} of those alone.
     */
    public void pull(Exchange exchange) {
        keyed(
                exchange,
                () -> {
                    UUID id = id(exchange);
                    String kinds = exchange.getMessage().getHeader("kinds", "", String.class);
                    boolean due =
                            id != null
                                    && (kinds.isBlank()
                                            ? journeys.pull(id, null, PublicIntake.ATTENDED)
                                            : journeys.pull(id, kinds.strip()));
                    if (!due) {
                        return error(exchange, MISSING, "no such connection");
                    }
                    return answer(exchange, ACCEPTED, JSON.createObjectNode().put("pull", "due"));
                });
    }

    /** {@code GET /progress}: what was pulled so far. */
    public void progress(Exchange exchange) {
        keyed(exchange, () -> answer(exchange, OK, progress.now()));
    }

    /** {@code GET /records}: what the store holds, counted; a question for the end of a pull. */
    public void records(Exchange exchange) {
        keyed(exchange, () -> answer(exchange, OK, records.now()));
    }

    /** {@code GET /health/live}: the process answers. */
    public void live(Exchange exchange) {
        answer(exchange, OK, health("up"));
    }

    /** {@code GET /health/ready}: the store is there and every provider runs, else why not. */
    public void ready(Exchange exchange) {
        ObjectNode health = health("up");
        ArrayNode causes = (ArrayNode) health.get("causes");
        keeper.trouble().ifPresent(causes::add);
        deployer.refusals().forEach((name, why) -> refused(health, causes, name, why));
        if (causes.isEmpty() && deployer.running().isEmpty() && deployer.idle().isEmpty()) {
            causes.add("no provider runs yet");
        }
        if (!causes.isEmpty()) {
            health.put(
                    "status", keeper.ready() && keeper.trouble().isPresent() ? "down" : "starting");
        }
        answer(exchange, causes.isEmpty() ? OK : BUSY, health);
    }

    /** A refused edit of a provider whose last good version runs is worth a warning, no more. */
    private void refused(ObjectNode health, ArrayNode causes, String name, String why) {
        if (deployer.running().contains(name)) {
            health.withArrayProperty("warnings").add(why);
        } else {
            causes.add(why);
        }
    }

    private ObjectNode health(String status) {
        ObjectNode health = JSON.createObjectNode().put("status", status);
        ArrayNode providers = health.putArray("providers");
        deployer.running().forEach(providers::add);
        ObjectNode idle = health.putObject("idle");
        deployer.idle().forEach((name, setting) -> idle.put(name, setting + " is empty"));
        health.putArray("causes");
        return health;
    }

    /** {@code GET /metrics}: Prometheus text. */
    public void metrics(Exchange exchange) {
        exchange.getMessage().removeHeaders("*");
        exchange.getMessage()
                .setHeader(Exchange.CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8");
        exchange.getMessage()
                .setBody(
                        metrics instanceof PrometheusMeterRegistry registry
                                ? registry.scrape()
                                : "");
    }

    private void keyed(Exchange exchange, Supplier<Void> work) {
        if (!key.fits(exchange.getMessage().getHeader("Authorization", String.class))) {
            error(
                    exchange,
                    UNAUTHORIZED,
                    "expected Authorization: Bearer and the key of etc/caravan.admin.key");
            return;
        }
        try {
            work.get();
        } catch (StoreFault e) {
            error(exchange, BUSY, e.getMessage());
        }
    }

    private static UUID id(Exchange exchange) {
        try {
            return UUID.fromString(exchange.getMessage().getHeader("id", "", String.class));
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static JsonNode body(Exchange exchange) {
        try {
            JsonNode body = JSON.readTree(exchange.getMessage().getBody(String.class));
            return body == null ? JSON.createObjectNode() : body;
        } catch (JsonProcessingException | IllegalArgumentException e) {
            return JSON.createObjectNode();
        }
    }

    private static Void error(Exchange exchange, int status, String what) {
        return answer(exchange, status, JSON.createObjectNode().put("error", what));
    }

    private static Void answer(Exchange exchange, int status, JsonNode body) {
        exchange.getMessage().removeHeaders("*");
        exchange.getMessage().setHeader(Exchange.HTTP_RESPONSE_CODE, status);
        exchange.getMessage().setHeader(Exchange.CONTENT_TYPE, "application/json");
        exchange.getMessage().setBody(body.toString());
        return null;
    }
}
