package dev.caravan.intake;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caravan.connections.Enrolment;
import dev.caravan.connections.Journeys;
import dev.caravan.deploy.Deployer;
import dev.caravan.faults.StoreFault;
import dev.caravan.store.Database;
import java.util.UUID;
import java.util.function.Supplier;
import org.apache.camel.Exchange;

/**
 * What operators and their programs reach, on loopback and with a key: connections, pulls,
 * progress. Every answer is JSON. Safe for any number of threads.
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
    private final Progress progress;
    private final Records records;

    public AdminIntake(
            AdminKey key,
            String publicUrl,
            Journeys journeys,
            Enrolment enrolment,
            Deployer deployer,
            Database database) {
        this.key = key;
        this.journeys = journeys;
        this.connecting = new Connecting(publicUrl, journeys, enrolment, deployer);
        this.progress = new Progress(database);
        this.records = new Records(database);
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
