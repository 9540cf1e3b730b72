package dev.caravan.intake;

import dev.caravan.deploy.Deployer;
import dev.caravan.faults.Fault;
import dev.caravan.faults.StoreFault;
import dev.caravan.inbox.Addresses;
import dev.caravan.inbox.Door;
import dev.caravan.inbox.Inbox;
import dev.caravan.inbox.Learned;
import dev.caravan.inbox.Post;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.http.HttpServerRequest;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.component.platform.http.vertx.HttpMessage;

/**
 * What providers post to: {@code POST /webhooks/{provider}/{secret}}. A genuine post is stored and
 * committed before it is answered; of any other nothing is kept, answered or logged but its kind.
 * Safe for any number of threads.
 */
public final class WebhookIntake {
    private static final String UNKNOWN = "unknown";

    private final Addresses addresses;
    private final Deployer deployer;
    private final Https https;
    private final Refusals refusals;
    private final MeterRegistry metrics;

    public WebhookIntake(
            Addresses addresses,
            Deployer deployer,
            Https https,
            MeterRegistry metrics,
            Clock clock) {
        this.addresses = addresses;
        this.deployer = deployer;
        this.https = https;
        this.refusals = new Refusals(metrics, clock);
        this.metrics = metrics;
    }

    /** The verb of the route. */
    public void post(Exchange exchange) {
        HttpServerRequest request = exchange.getMessage(HttpMessage.class).getRequest();
        String provider = header(exchange, "provider");
        String known = deployer.running().contains(provider) ? provider : UNKNOWN;
        Door.Outcome outcome;
        try {
            outcome = received(exchange, request, provider);
        } catch (StoreFault e) {
            outcome = new Door.Outcome(503, "store-away");
        } catch (Fault e) {
            // a setting of ours is wrong or a key set away: the sender is to come again when it is
            // mended
            outcome = new Door.Outcome(503, "unready");
        }
        if (outcome.taken()) {
            metrics.counter("caravan.webhook.taken", "provider", known, "kind", outcome.kind())
                    .increment();
            if (outcome.kind().equals("new")) {
                Learned.byWebhook(metrics, known);
            }
        } else {
            refusals.count(known, outcome.kind());
        }
        exchange.getMessage().removeHeaders("*");
        exchange.getMessage().setHeader(Exchange.HTTP_RESPONSE_CODE, outcome.status());
        exchange.getMessage().setBody("");
    }

    private Door.Outcome received(Exchange exchange, HttpServerRequest request, String provider) {
        Map<String, String> headers = headers(request);
        if (!json(headers.getOrDefault("content-type", ""))) {
            return new Door.Outcome(415, "not-json");
        }
        String secret = secret(exchange, request);
        Optional<Addresses.Known> address = addresses.find(provider, secret);
        if (address.isEmpty()) {
            return new Door.Outcome(404, UNKNOWN);
        }
        Optional<Door> door =
                deployer.camel(provider)
                        .map(camel -> camel.getRegistry().lookupByNameAndType("inbox", Inbox.class))
                        .map(Inbox::door);
        if (door.isEmpty()) {
            return new Door.Outcome(503, "not-running");
        }
        if (!https.fits(
                request.remoteAddress().hostAddress(),
                headers.getOrDefault("x-forwarded-proto", ""),
                door.get().loopback())) {
            return new Door.Outcome(403, "plain-http");
        }
        byte[] body = exchange.getMessage().getBody(byte[].class);
        return door.get()
                .receive(
                        new Post(
                                address.get().connection(),
                                request.method().name(),
                                request.path(),
                                headers,
                                body == null ? new byte[0] : body),
                        address.get().about(),
                        secret);
    }

    /** The last part of the path, or the nonce in the query of an address for one thing only. */
    private static String secret(Exchange exchange, HttpServerRequest request) {
        List<String> nonces =
                header(exchange, "secret").equals("data")
                        ? request.params().getAll("t")
                        : List.of();
        return nonces.size() == 1 ? nonces.get(0) : header(exchange, "secret");
    }

    /** {@code application/json} or a type that ends in {@code +json} (RFC 6839 section 3.1). */
    private static boolean json(String type) {
        String bare = type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        return bare.matches("application/(json|[a-z0-9.-]+\\+json)");
    }

    /** The headers of the request itself: Camel's are mixed with what its query says. */
    private static Map<String, String> headers(HttpServerRequest request) {
        Map<String, String> headers = new HashMap<>();
        for (String name : request.headers().names()) {
            List<String> values = request.headers().getAll(name);
            if (values.size() == 1) {
                // one that is there twice proves nothing
                headers.put(name.toLowerCase(Locale.ROOT), values.get(0));
            }
        }
        return headers;
    }

    private static String header(Exchange exchange, String name) {
        return exchange.getMessage().getHeader(name, "", String.class);
    }
}
