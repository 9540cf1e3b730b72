package dev.caravan.intake;

import dev.caravan.connections.Journey;
import dev.caravan.connections.Journeys;
import dev.caravan.deploy.Deployer;
import dev.caravan.faults.Fault;
import dev.caravan.faults.SetupFault;
import dev.caravan.faults.StoreFault;
import dev.caravan.signer.Signer;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.component.platform.http.vertx.HttpMessage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What users and banks reach: the one-time link, the callback and the keys we sign with. A state or
 * link is good once and in time; the exchange of the code happens inside the callback, before
 * anything else; no answer says more than how it went. Safe for any number of threads.
 */
public final class PublicIntake {
    private static final Logger LOG = LoggerFactory.getLogger(PublicIntake.class);

    /**
     * How long a user counts as present after acting; contract of the caller, at most five minutes.
     */
    static final Duration ATTENDED = Duration.ofMinutes(5);

    private static final int OK = 200;
    private static final int FOUND = 302;
    private static final int OTHER = 303;
    private static final int BAD = 400;
    private static final int MISSING = 404;
    private static final int BUSY = 503;
    private static final String EXTEND = "extend";

    private final Journeys journeys;
    private final Deployer deployer;
    private final UserAddress addresses;
    private final CallbackRefusals refusals;
    private final TripCookie cookie;

    /**
     * @param publicUrl how users reach this listener
     */
    public PublicIntake(
            Journeys journeys,
            Deployer deployer,
            UserAddress addresses,
            CallbackRefusals refusals,
            String publicUrl) {
        this.cookie = new TripCookie(publicUrl);
        this.journeys = journeys;
        this.deployer = deployer;
        this.addresses = addresses;
        this.refusals = refusals;
    }

    /**
     * {@code GET|POST /connect/{link}}: on to the bank. A link that renews shows a page first,
     * whose click posts to the same address.
     */
    public void connect(Exchange exchange) {
        guarded(
                exchange,
                () -> {
                    String link = exchange.getMessage().getHeader("link", "", String.class);
                    Optional<Journeys.Link> known = journeys.link(link);
                    Optional<RunningProvider> running =
                            known.flatMap(to -> RunningProvider.of(deployer, to.provider()));
                    if (known.isPresent() && running.isEmpty()) {
                        Pages.end(exchange, BUSY, "waiting");
                        return;
                    }
                    boolean asks =
                            known.isPresent() && known.get().renews() && running.get().has(EXTEND);
                    if (asks && isGet(exchange)) {
                        Pages.confirm(exchange);
                        return;
                    }
                    Optional<Journeys.Opened> trip =
                            known.isPresent() && asks != isGet(exchange)
                                    ? journeys.open(link, asks)
                                    : Optional.empty();
                    if (trip.isEmpty()) {
                        Pages.end(exchange, BAD, "invalid");
                        return;
                    }
                    send(exchange, trip.get(), running.get(), asks ? EXTEND : "authorise");
                });
    }

    private void send(
            Exchange exchange, Journeys.Opened trip, RunningProvider provider, String route) {
        Journey journey = trip.journey();
        Exchange asked = provider.ask(journey.pays() ? "pay-authorise" : route, journey::tell);
        if (asked.getException() != null && !journey.pays() && provider.replaced(asked)) {
            journeys.spared(journey, false);
            Pages.end(exchange, BUSY, "again");
            return;
        }
        if (asked.getException() != null) {
            LOG.error("CARAVAN-CONNECT {}: {}", provider.name(), said(asked.getException()));
            if (journey.pays()) {
                String page = Paying.failed(provider, journey, asked.getException());
                journeys.over(journey, page);
                Pages.end(exchange, BUSY, page);
                return;
            }
            journeys.ended(journey, "failed");
            Pages.end(exchange, BUSY, "failed");
            return;
        }
        String bank = asked.getMessage().getBody(String.class);
        if (route.equals(EXTEND) && (bank == null || bank.isBlank())) {
            extended(exchange, journey, provider);
            return;
        }
        String reference = asked.getProperty("journey.reference", String.class);
        if (reference != null) {
            journeys.referenced(journey, reference);
        }
        exchange.getMessage().removeHeaders("*");
        exchange.getMessage()
                .setHeader(Exchange.HTTP_RESPONSE_CODE, route.equals(EXTEND) ? OTHER : FOUND);
        exchange.getMessage().setHeader("Set-Cookie", cookie.set(trip.cookie()));
        exchange.getMessage().setHeader("Location", bank);
        exchange.getMessage().setHeader("Cache-Control", "no-store");
        exchange.getMessage().setHeader("Referrer-Policy", "no-referrer");
        exchange.getMessage().setBody("");
    }

    /** The click was all that was needed: what the route kept holds, and is read at once. */
    private void extended(Exchange exchange, Journey journey, RunningProvider provider) {
        journeys.exchanged(journey);
        boolean good = journeys.connected(journey, user(exchange), ATTENDED, provider.tasks());
        Pages.end(exchange, good ? OK : BAD, good ? "renewed" : "invalid");
    }

    /** {@code GET|POST /callback/{provider}}: back from the bank, with a code or an error. */
    public void callback(Exchange exchange) {
        guarded(
                exchange,
                () -> {
                    Optional<RunningProvider> provider =
                            RunningProvider.of(deployer, lastOfPath(exchange));
                    if (provider.isEmpty()) {
                        Pages.end(exchange, BUSY, "waiting");
                    } else {
                        back(exchange, provider.get());
                    }
                });
    }

    /** Of the path itself: a query parameter of the name would be in the header too. */
    private static String lastOfPath(Exchange exchange) {
        String path = exchange.getMessage().getHeader(Exchange.HTTP_PATH, "", String.class);
        return path.substring(path.lastIndexOf('/') + 1);
    }

    private void back(Exchange exchange, RunningProvider provider) {
        CallbackLines lines = CallbackLines.of(provider.answers());
        Parameters parameters = Parameters.of(exchange);
        String token = parameters.get(lines.state());
        if (parameters.trouble() == null
                && token.isEmpty()
                && lines.fragment()
                && isGet(exchange)) {
            Pages.fragment(exchange);
            return;
        }
        HttpServerRequest request = exchange.getMessage(HttpMessage.class).getRequest();
        Set<String> kept = cookie.of(request);
        if (parameters.trouble() == null
                && !token.isEmpty()
                && kept.isEmpty()
                && !isGet(exchange)
                && parameters.get(Pages.AGAIN).isEmpty()
                && cookie.fromElsewhere(request)) {
            Pages.again(exchange, provider.name(), parameters.values());
            return;
        }
        String refusal = parameters.trouble();
        Journeys.Back back = null;
        if (refusal == null && token.isEmpty()) {
            refusal = "missing";
        } else if (refusal == null) {
            String reference = lines.reference() == null ? null : parameters.get(lines.reference());
            back = journeys.back(provider.name(), new Journeys.Returned(token, reference, kept));
            refusal = back.refusal();
        }
        if (refusal != null) {
            refusals.refused(provider.name(), refusal);
            Pages.end(exchange, BAD, "invalid");
            return;
        }
        decided(exchange, provider, back.journey(), lines, parameters);
    }

    private static boolean isGet(Exchange exchange) {
        return "GET".equals(exchange.getMessage().getHeader(Exchange.HTTP_METHOD));
    }

    private void decided(
            Exchange exchange,
            RunningProvider provider,
            Journey journey,
            CallbackLines lines,
            Parameters parameters) {
        String error = parameters.get("error");
        String code = parameters.get(lines.code());
        String outcome;
        if (!error.isEmpty()) {
            outcome = error.equals("access_denied") ? "declined" : "failed";
        } else if (lines.declines(code)) {
            outcome = "declined";
        } else if (code.isEmpty()) {
            outcome = "failed";
        } else if (journey.pays()) {
            outcome = paid(exchange, provider, journey, code, parameters);
        } else {
            outcome = exchanged(provider, journey, code, parameters);
        }
        if (outcome.equals("again")) {
            journeys.spared(journey, true);
            Pages.end(exchange, BUSY, outcome);
            return;
        }
        if (journey.pays()) {
            outcome = unpaid(provider, journey, outcome);
            journeys.over(journey, outcome);
        } else if (!outcome.equals("connected")) {
            journeys.ended(journey, outcome);
        } else if (!journeys.connected(journey, user(exchange), ATTENDED, provider.tasks())) {
            outcome = "failed";
        }
        Pages.end(exchange, code.isEmpty() && outcome.equals("failed") ? BAD : OK, outcome);
    }

    private String paid(
            Exchange exchange,
            RunningProvider provider,
            Journey journey,
            String code,
            Parameters parameters) {
        return Paying.agreed(
                provider,
                journey,
                request -> {
                    tell(request, journey, parameters);
                    request.setProperty("journey.code", code);
                },
                user(exchange));
    }

    private static String unpaid(RunningProvider provider, Journey journey, String outcome) {
        return switch (outcome) {
            case "declined" -> Paying.declined(provider, journey);
            case "failed" -> Paying.failed(provider, journey, null);
            default -> outcome;
        };
    }

    /** Spends the code, first of all, and then looks at what the consent became. */
    private String exchanged(
            RunningProvider provider, Journey journey, String code, Parameters parameters) {
        Exchange exchanged =
                provider.ask(
                        "callback",
                        request -> {
                            tell(request, journey, parameters);
                            request.setProperty("journey.code", code);
                        });
        if (exchanged.getException() != null && provider.replaced(exchanged)) {
            return "again";
        }
        if (failed(provider, exchanged)) {
            return "failed";
        }
        journeys.exchanged(journey);
        return !provider.has("granted")
                        || !failed(
                                provider,
                                provider.ask(
                                        "granted", request -> tell(request, journey, parameters)))
                ? "connected"
                : "failed";
    }

    private static void tell(Exchange request, Journey journey, Parameters parameters) {
        journey.tell(request);
        parameters
                .values()
                .forEach((name, value) -> request.setProperty("journey.param." + name, value));
    }

    private static boolean failed(RunningProvider provider, Exchange asked) {
        if (asked.getException() != null) {
            LOG.warn("CARAVAN-CALLBACK {}: {}", provider.name(), said(asked.getException()));
        }
        return asked.getException() != null;
    }

    /** What may be said of an error: only a fault is known to hold nothing of what was sent. */
    private static String said(Exception error) {
        return error instanceof Fault
                ? error.getMessage()
                : "failed with " + error.getClass().getSimpleName();
    }

    /** {@code GET /jwks/{provider}}: the public keys of what we sign for a provider. */
    public void jwks(Exchange exchange) {
        String keys = null;
        try {
            keys = deployer.verb(lastOfPath(exchange), Signer.class).map(Signer::jwks).orElse(null);
        } catch (SetupFault e) {
            LOG.error(e.getMessage());
        }
        exchange.getMessage().removeHeaders("*");
        exchange.getMessage().setHeader(Exchange.HTTP_RESPONSE_CODE, keys == null ? MISSING : OK);
        if (keys != null) {
            exchange.getMessage().setHeader(Exchange.CONTENT_TYPE, "application/jwk-set+json");
            exchange.getMessage().setHeader("Cache-Control", "public, max-age=300");
        }
        exchange.getMessage().setBody(keys == null ? "" : keys);
    }

    private static void guarded(Exchange exchange, Runnable work) {
        try {
            work.run();
        } catch (StoreFault e) {
            Pages.end(exchange, BUSY, "waiting");
        }
    }

    /** Whoever came, by the headers of the request itself: Camel's are mixed with its query. */
    private String user(Exchange exchange) {
        HttpServerRequest request = exchange.getMessage(HttpMessage.class).getRequest();
        List<String> forwarded = request.headers().getAll("X-Forwarded-For");
        return addresses.of(
                request.remoteAddress().hostAddress(),
                forwarded.isEmpty() ? null : String.join(",", forwarded));
    }
}
