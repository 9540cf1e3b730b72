package dev.caravan.intake;

import dev.caravan.deploy.Deployer;
import dev.caravan.faults.Fault;
import dev.caravan.faults.StoreFault;
import dev.caravan.inbox.Addresses;
import dev.caravan.inbox.Door;
import dev.caravan.inbox.Door.Outcome;
import dev.caravan.inbox.Es512;
import dev.caravan.inbox.Inbox;
import dev.caravan.inbox.Post;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * What providers post to: {@code POST /webhooks/{provider}/{secret}}. A genuine post is stored and
 * committed before it is answered; of any other nothing is kept, answered or logged but its kind.
 * Safe for any number of threads.
 */
public final class WebhookIntake implements Mounted {
    /** Proofs are work for a processor; nobody waits for the store on one of these. */
    private static final int WORKERS = Math.max(4, Runtime.getRuntime().availableProcessors() + 1);

    /** What is read at once, where it came in; more is read by those who do nothing else. */
    private static final int SMALL_BYTES = 16_384;

    /** So many posts may wait for their answer at once; more are told to come again. */
    private static final int MOST_WAITING = 1_024;

    private final Addresses addresses;
    private final Deployer deployer;
    private final Https https;
    private final Refusals refusals;
    private final MeterRegistry metrics;
    private final AtomicInteger waiting = new AtomicInteger();

    public WebhookIntake(
            Addresses addresses,
            Deployer deployer,
            Https https,
            MeterRegistry metrics,
            Clock clock) {
        this.addresses = addresses;
        this.deployer = deployer;
        this.https = https;
        this.refusals =
                new Refusals(
                        metrics,
                        clock,
                        "caravan.webhook.refused",
                        "provider",
                        "a post to a webhook address");
        this.metrics = metrics;
        // who verifies signatures is worth knowing where webhooks are slow
        Gauge.builder("caravan.webhook.es512", () -> 1)
                .description("Who verifies signatures over P-521, as label.")
                .tag("provider", Es512.provider().getName())
                .register(metrics);
    }

    @Override
    public void mount(Router router, Vertx vertx) {
        WorkerExecutor workers = vertx.createSharedWorkerExecutor("caravan-webhooks", WORKERS);
        router.route("/webhooks/*")
                .order(-2)
                .handler(call -> arrive(call.request(), call.vertx(), workers));
    }

    private void arrive(HttpServerRequest request, Vertx vertx, WorkerExecutor workers) {
        WebhookHead head = WebhookHead.of(request, name -> deployer.camel(name).isPresent());
        int before = waiting.getAndIncrement();
        WebhookAnswer answer =
                new WebhookAnswer(
                        vertx,
                        request,
                        head.provider(),
                        refusals,
                        metrics,
                        waiting::decrementAndGet);
        if (head.flaw() != null || before >= MOST_WAITING) {
            answer.give(head.flaw() != null ? head.flaw() : new Outcome(503, "busy"));
            return;
        }
        if (request.headers().contains("expect")) {
            request.response().writeContinue();
        }
        Buffer body = Buffer.buffer();
        request.handler(
                part -> {
                    if (body.length() + part.length() > WebhookHead.MOST_BYTES) {
                        answer.give(WebhookHead.LARGE);
                    } else {
                        body.appendBuffer(part);
                    }
                });
        request.endHandler(
                end -> {
                    if (!answer.given()) {
                        work(request, head, body.getBytes(), answer, workers);
                    }
                });
    }

    private void work(
            HttpServerRequest request,
            WebhookHead head,
            byte[] body,
            WebhookAnswer answer,
            WorkerExecutor workers) {
        Map<String, String> headers = WebhookHead.headers(request);
        Context loop = Vertx.currentContext();
        Consumer<Outcome> told = outcome -> loop.runOnContext(now -> answer.give(outcome));
        String peer = request.remoteAddress().hostAddress();
        String path = request.path();
        Optional<Addresses.Known> met = addresses.met(head.named(), head.secret());
        Optional<Door> door = door(head.named());
        if (body.length <= SMALL_BYTES
                && met.isPresent()
                && door.isPresent()
                && https.fits(peer, headers, door.get().loopback())
                && door.get()
                        .quickly(
                                post(met.get(), path, headers, body),
                                met.get(),
                                head.secret(),
                                told)) {
            return;
        }
        workers.executeBlocking(
                () -> {
                    take(head, peer, path, headers, body, told);
                    return null;
                },
                false);
    }

    private static Post post(
            Addresses.Known address, String path, Map<String, String> headers, byte[] body) {
        return new Post(address.connection(), "POST", path, headers, body);
    }

    private void take(
            WebhookHead head,
            String peer,
            String path,
            Map<String, String> headers,
            byte[] body,
            Consumer<Outcome> told) {
        try {
            Optional<Addresses.Known> address = addresses.find(head.named(), head.secret());
            Optional<Door> door = door(head.named());
            if (address.isEmpty()) {
                told.accept(Outcome.UNKNOWN);
            } else if (door.isEmpty()) {
                told.accept(new Outcome(503, "not-running"));
            } else if (!https.fits(peer, headers, door.get().loopback())) {
                told.accept(new Outcome(403, "plain-http"));
            } else {
                door.get()
                        .receive(
                                post(address.get(), path, headers, body),
                                address.get(),
                                head.secret(),
                                told);
            }
        } catch (StoreFault e) {
            told.accept(new Outcome(503, "store-away"));
        } catch (Fault e) {
            // a setting of ours is wrong or a key set away: the sender is to come again when it is
            // mended
            told.accept(new Outcome(503, "unready"));
        } catch (RuntimeException e) {
            told.accept(new Outcome(500, "unexpected"));
        }
    }

    private Optional<Door> door(String provider) {
        return deployer.verb(provider, Inbox.class).map(Inbox::door);
    }
}
