package dev.caravan.intake;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.connections.Enrolment;
import dev.caravan.connections.Journeys;
import dev.caravan.deploy.Deployer;
import dev.caravan.faults.Fault;
import java.util.Optional;
import java.util.UUID;
import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes connections for operators. The provider's route {@code enrol} runs first where it has one;
 * then a user gets a link, or, where the provider knows no trips, the connection works at once.
 * Safe for any number of threads.
 */
final class Connecting {
    private static final Logger LOG = LoggerFactory.getLogger(Connecting.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int LONGEST_USER = 200;
    private static final int CREATED = 201;
    private static final int OK = 200;
    private static final int BAD = 400;
    private static final int MISSING = 404;
    private static final int FAILED = 502;
    private static final int BUSY = 503;

    private final String publicUrl;
    private final Journeys journeys;
    private final Enrolment enrolment;
    private final Deployer deployer;

    Connecting(String publicUrl, Journeys journeys, Enrolment enrolment, Deployer deployer) {
        this.publicUrl = publicUrl;
        this.journeys = journeys;
        this.enrolment = enrolment;
        this.deployer = deployer;
    }

    /** What is said to whoever asked. */
    record Answer(int status, JsonNode body) {
        static Answer error(int status, String what) {
            return new Answer(status, JSON.createObjectNode().put("error", what));
        }
    }

    Answer connect(JsonNode asked) {
        String user = asked.path("user").asText();
        if (user.isBlank() || user.length() > LONGEST_USER) {
            return Answer.error(BAD, "expected a user of 1 to 200 characters");
        }
        Optional<RunningProvider> provider =
                RunningProvider.of(deployer, asked.path("provider").asText());
        if (provider.isEmpty()) {
            return Answer.error(BAD, "expected a provider of " + deployer.running());
        }
        try {
            Enrolment.Own own = OwnBody.of(asked);
            return begin(enrolment.add(provider.get().name(), user, own), provider.get(), false);
        } catch (IllegalArgumentException e) {
            return Answer.error(BAD, e.getMessage());
        }
    }

    /**
     * @param asked may hold {@code purpose}: {@code connect}, which is also meant where it says
     *     nothing, or {@code renew}
     */
    Answer again(UUID connection, JsonNode asked) {
        String purpose = asked.path("purpose").asText("connect");
        if (!purpose.equals("connect") && !purpose.equals("renew")) {
            return Answer.error(BAD, "expected purpose to be connect or renew");
        }
        Optional<String> name =
                connection == null ? Optional.empty() : enrolment.provider(connection);
        if (name.isEmpty()) {
            return Answer.error(MISSING, "no such connection");
        }
        return RunningProvider.of(deployer, name.get())
                .map(provider -> begin(connection, provider, purpose.equals("renew")))
                .orElseGet(() -> Answer.error(BUSY, name.get() + " does not run"));
    }

    private Answer begin(UUID connection, RunningProvider provider, boolean renews) {
        if (provider.has("enrol")) {
            Exchange enrolled =
                    provider.ask("enrol", request -> request.setProperty("connection", connection));
            if (enrolled.getException() != null) {
                enrolment.abandoned(connection);
                String why = said(provider, enrolled.getException());
                LOG.error(why);
                return Answer.error(FAILED, why);
            }
        }
        ObjectNode answer = JSON.createObjectNode().put("connection", connection.toString());
        if (!provider.has("authorise")) {
            enrolment.activate(connection, provider.name(), provider.tasks());
            return new Answer(CREATED, answer.put("state", "active"));
        }
        return journeys.again(connection, renews)
                .map(begun -> answer.put("link", publicUrl + "/connect/" + begun.link()))
                .map(linked -> new Answer(CREATED, linked))
                .orElseGet(() -> Answer.error(MISSING, "no such connection"));
    }

    private static String said(RunningProvider provider, Exception error) {
        return error instanceof Fault
                ? error.getMessage()
                : "CARAVAN-CONNECT "
                        + provider.name()
                        + ": enrolment failed with "
                        + error.getClass().getSimpleName()
                        + "; the connection was not made";
    }

    Answer change(UUID connection, JsonNode asked) {
        try {
            if (connection == null || !enrolment.change(connection, OwnBody.of(asked))) {
                return Answer.error(MISSING, "no such connection");
            }
            // what a provider refused may be right now; with a trip it is the user who has to come
            Optional<RunningProvider> refused =
                    enrolment
                            .refused(connection)
                            .flatMap(name -> RunningProvider.of(deployer, name))
                            .filter(provider -> !provider.has("authorise"));
            return refused.map(provider -> begin(connection, provider, false))
                    .map(begun -> begun.status() == CREATED ? new Answer(OK, begun.body()) : begun)
                    .orElseGet(
                            () ->
                                    new Answer(
                                            OK,
                                            JSON.createObjectNode()
                                                    .put("connection", connection.toString())));
        } catch (IllegalArgumentException e) {
            return Answer.error(BAD, e.getMessage());
        }
    }
}
