package dev.caravan.intake;

import dev.caravan.connections.Journeys;
import dev.caravan.connections.Journeys.Journey;
import dev.caravan.deploy.Deployer;
import dev.caravan.faults.StoreFault;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What users and banks reach: the one-time link and the callback. A state or link is good once and
 * in time; the exchange of the code happens inside the callback; no answer says more than how it
 * went. Safe for any number of threads.
 */
public final class PublicIntake {
    private static final Logger LOG = LoggerFactory.getLogger(PublicIntake.class);

    /**
     * How long a user counts as present after acting; contract of the caller, at most five minutes.
     */
    static final Duration ATTENDED = Duration.ofMinutes(5);

    private static final int FOUND = 302;
    private static final int BAD = 400;
    private static final int BUSY = 503;

    private final Journeys journeys;
    private final Deployer deployer;
    private final UserAddress addresses;

    public PublicIntake(Journeys journeys, Deployer deployer, UserAddress addresses) {
        this.journeys = journeys;
        this.deployer = deployer;
        this.addresses = addresses;
    }

    /** {@code GET /connect/{link}}: on to the bank. */
    public void connect(Exchange exchange) {
        guarded(
                exchange,
                () -> {
                    Optional<Journey> journey = journeys.open(header(exchange, "link"));
                    if (journey.isEmpty()) {
                        return page(exchange, BAD, "invalid");
                    }
                    return send(exchange, journey.get());
                });
    }

    private String send(Exchange exchange, Journey journey) {
        Optional<CamelContext> provider = deployer.camel(journey.provider());
        if (provider.isEmpty()) {
            return page(exchange, BUSY, "waiting");
        }
        Exchange asked =
                provider.get()
                        .createProducerTemplate()
                        .request(
                                "direct:authorise",
                                request -> {
                                    request.setProperty("connection", journey.connection());
                                    request.setProperty("journey.state", journey.state());
                                    request.setProperty("journey.challenge", journey.challenge());
                                });
        if (asked.getException() != null) {
            LOG.error(
                    "CARAVAN-CONNECT {}: {}",
                    journey.provider(),
                    asked.getException().getMessage());
            journeys.ended(journey, "failed");
            return page(exchange, BUSY, "failed");
        }
        exchange.getMessage().removeHeaders("*");
        exchange.getMessage().setHeader(Exchange.HTTP_RESPONSE_CODE, FOUND);
        exchange.getMessage().setHeader("Location", asked.getMessage().getBody(String.class));
        exchange.getMessage().setHeader("Cache-Control", "no-store");
        exchange.getMessage().setBody("");
        return "sent";
    }

    /** {@code GET|POST /callback/{provider}}: back from the bank, with a code or an error. */
    public void callback(Exchange exchange) {
        guarded(
                exchange,
                () -> {
                    Optional<Journey> journey =
                            journeys.back(header(exchange, "provider"), header(exchange, "state"));
                    if (journey.isEmpty()) {
                        return page(exchange, BAD, "invalid");
                    }
                    return back(exchange, journey.get());
                });
    }

    private String back(Exchange exchange, Journey journey) {
        String error = header(exchange, "error");
        if (!error.isEmpty()) {
            String outcome = error.equals("access_denied") ? "declined" : "failed";
            journeys.ended(journey, outcome);
            return page(exchange, 200, outcome);
        }
        String code = header(exchange, "code");
        Optional<CamelContext> provider = deployer.camel(journey.provider());
        if (code.isEmpty() || provider.isEmpty()) {
            journeys.ended(journey, "failed");
            return page(exchange, BAD, "failed");
        }
        Exchange exchanged =
                provider.get()
                        .createProducerTemplate()
                        .request(
                                "direct:callback",
                                request -> {
                                    request.setProperty("connection", journey.connection());
                                    request.setProperty("journey.code", code);
                                    request.setProperty("journey.verifier", journey.verifier());
                                });
        if (exchanged.getException() != null) {
            LOG.warn(
                    "CARAVAN-CALLBACK {}: {}",
                    journey.provider(),
                    exchanged.getException().getMessage());
            journeys.ended(journey, "failed");
            return page(exchange, 200, "failed");
        }
        String user =
                addresses.of(
                        header(exchange, "CamelVertxPlatformHttpRemoteAddress"),
                        exchange.getMessage().getHeader("X-Forwarded-For", String.class));
        journeys.connected(journey, user, ATTENDED);
        return page(exchange, 200, "connected");
    }

    private void guarded(Exchange exchange, Supplier<String> work) {
        try {
            work.get();
        } catch (StoreFault e) {
            page(exchange, BUSY, "waiting");
        }
    }

    private static String header(Exchange exchange, String name) {
        return exchange.getMessage().getHeader(name, "", String.class);
    }

    private static String page(Exchange exchange, int status, String outcome) {
        exchange.getMessage().removeHeaders("*");
        exchange.getMessage().setHeader(Exchange.HTTP_RESPONSE_CODE, status);
        exchange.getMessage().setHeader(Exchange.CONTENT_TYPE, "text/html; charset=utf-8");
        exchange.getMessage().setHeader("Cache-Control", "no-store");
        exchange.getMessage().setHeader("Referrer-Policy", "no-referrer");
        exchange.getMessage()
                .setHeader("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
        exchange.getMessage().setBody(Pages.of(outcome));
        return outcome;
    }
}
