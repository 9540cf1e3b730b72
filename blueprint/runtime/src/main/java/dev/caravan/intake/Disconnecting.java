package dev.caravan.intake;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.connections.Disconnections;
import dev.caravan.deploy.Deployer;
import dev.caravan.faults.Fault;
import dev.caravan.faults.StoreFault;
import dev.caravan.store.SqlFault;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends connections for operators. Here it ends at once, whatever the provider says; there by the
 * provider's route {@code revoke} where it has one, tried again a few times where it fails. Safe
 * for any number of threads.
 */
public final class Disconnecting implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Disconnecting.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int LOOK_SECONDS = 20;
    private static final String NO_SUCH_TABLE = "42P01";
    private static final int OK = 200;
    private static final int BAD = 400;
    private static final int UNAUTHORIZED = 401;
    private static final int MISSING = 404;
    private static final int BUSY = 503;

    private final AdminKey key;
    private final Disconnections disconnections;
    private final Deployer deployer;
    private final String otherwise;
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(
                    work -> new Thread(work, "caravan-disconnecting"));

    /**
     * @param otherwise what becomes of the data where nobody says: {@code keep} or {@code erase}
     */
    public Disconnecting(
            AdminKey key, Disconnections disconnections, Deployer deployer, String otherwise) {
        this.key = key;
        this.disconnections = disconnections;
        this.deployer = deployer;
        this.otherwise = otherwise.strip();
    }

    /** Starts to look for what is left to do. */
    public void start() {
        thread.scheduleWithFixedDelay(this::look, LOOK_SECONDS, LOOK_SECONDS, TimeUnit.SECONDS);
    }

    private void look() {
        try {
            sweep();
        } catch (StoreFault e) {
            // said once where the outage began; the next look goes on
            return;
        } catch (RuntimeException e) {
            if (e instanceof SqlFault fault && fault.state().equals(NO_SUCH_TABLE)) {
                // the store's shape is still being brought up to date
                return;
            }
            LOG.error("CARAVAN-UNEXPECTED disconnecting stumbled and looks again", e);
        }
    }

    /** Goes on with everything that is due. */
    public void sweep() {
        for (Disconnections.Ending ending : disconnections.due()) {
            if (work(ending).revocation().equals(ending.revocation()) && !ending.due()) {
                disconnections.end(ending);
            }
        }
    }

    /** {@code DELETE /connections/{id}}, with {@code {"data": "keep"}} or {@code "erase"}. */
    public void disconnect(Exchange exchange) {
        if (!key.fits(exchange.getMessage().getHeader("Authorization", String.class))) {
            error(exchange, UNAUTHORIZED, "expected the key of etc/caravan.admin.key");
            return;
        }
        String data = data(exchange.getMessage().getBody(String.class));
        UUID connection = connection(exchange);
        if (data == null) {
            error(exchange, BAD, "expected data to be keep or erase");
            return;
        }
        try {
            Optional<ObjectNode> ended =
                    connection == null ? Optional.empty() : end(connection, data.equals("erase"));
            if (ended.isEmpty()) {
                error(exchange, MISSING, "no such connection");
            } else {
                answer(exchange, OK, ended.get());
            }
        } catch (StoreFault e) {
            error(exchange, BUSY, e.getMessage());
        }
    }

    /** Whether data is erased where nobody says. */
    boolean erasesOtherwise() {
        return otherwise.equals("erase");
    }

    /** Ends a connection and says how far that came; empty where there is none. */
    Optional<ObjectNode> end(UUID connection, boolean erases) {
        return disconnections.begin(connection, erases).map(ending -> said(work(ending)));
    }

    private Disconnections.Ending work(Disconnections.Ending ending) {
        if (ending.erases() && !ending.erased()) {
            disconnections.erase(ending);
        }
        return ending.due() ? revoked(ending) : ending;
    }

    private Disconnections.Ending revoked(Disconnections.Ending ending) {
        Optional<RunningProvider> provider = RunningProvider.of(deployer, ending.provider());
        if (provider.isEmpty()) {
            return failed(ending, "it does not run here");
        }
        if (!provider.get().has("revoke")) {
            return disconnections.settled(ending, "none");
        }
        Exception failed =
                provider.get()
                        .ask(
                                "revoke",
                                request -> request.setProperty("connection", ending.connection()))
                        .getException();
        if (failed == null) {
            return disconnections.settled(ending, "done");
        }
        return failed(
                ending,
                failed instanceof Fault
                        ? failed.getMessage()
                        : "it failed with " + failed.getClass().getSimpleName());
    }

    private Disconnections.Ending failed(Disconnections.Ending ending, String fault) {
        Disconnections.Ending moved = disconnections.failed(ending, fault);
        LOG.warn(
                "CARAVAN-REVOKE {}: the consent of connection {} was not revoked there: {}; {}",
                moved.provider(),
                moved.connection(),
                fault,
                moved.due() ? "tried again" : "given up, the user should revoke at the provider");
        return moved;
    }

    private ObjectNode said(Disconnections.Ending ending) {
        ObjectNode answer =
                JSON.createObjectNode()
                        .put("connection", ending.connection().toString())
                        .put("state", "revoked")
                        .put("data", ending.erases() ? "erased" : "kept")
                        .put("revocation", ending.revocation());
        if (ending.revocation().equals("none")) {
            answer.put(
                    "next",
                    deployer.answers(ending.provider())
                            .getOrDefault(
                                    "revoke.none", "the user may have to revoke at the provider")
                            .strip());
        } else if (!ending.revocation().equals("done")) {
            answer.put("next", "the provider was not reached; it is tried again");
        }
        return answer;
    }

    private String data(String body) {
        try {
            JsonNode asked = JSON.readTree(body == null ? "" : body);
            String data = asked.path("data").asText(otherwise);
            return data.equals("keep") || data.equals("erase") ? data : null;
        } catch (JsonProcessingException e) {
            return null;
        }
    }

    private static UUID connection(Exchange exchange) {
        try {
            return UUID.fromString(exchange.getMessage().getHeader("id", "", String.class));
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static void error(Exchange exchange, int status, String what) {
        answer(exchange, status, JSON.createObjectNode().put("error", what));
    }

    private static void answer(Exchange exchange, int status, JsonNode body) {
        exchange.getMessage().removeHeaders("*");
        exchange.getMessage().setHeader(Exchange.HTTP_RESPONSE_CODE, status);
        exchange.getMessage().setHeader(Exchange.CONTENT_TYPE, "application/json");
        exchange.getMessage().setBody(body.toString());
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
