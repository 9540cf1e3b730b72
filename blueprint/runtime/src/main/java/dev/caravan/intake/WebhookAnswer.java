package dev.caravan.intake;

import dev.caravan.inbox.Door.Outcome;
import dev.caravan.inbox.Learned;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;

/**
 * The answer to one post: a status and nothing else, given once and in time. For the event loop of
 * its request.
 */
final class WebhookAnswer {
    /** A sender gives up after some seconds; what is answered later is sent again. */
    private static final long MILLIS = Duration.ofSeconds(5).toMillis();

    /** So long what a refused sender still sends is read away, so that it can read its answer. */
    private static final long LINGER_MILLIS = 1_000;

    /** Whatever 503 is about is over within about this: an update, a restart, a full queue. */
    private static final String RETRY_SECONDS = "30";

    private final Vertx vertx;
    private final HttpServerRequest request;
    private final String provider;
    private final Refusals refusals;
    private final MeterRegistry metrics;
    private final Runnable over;
    private final long timer;
    private boolean given;

    /**
     * @param over told once, when nothing more is to come of the post
     */
    WebhookAnswer(
            Vertx vertx,
            HttpServerRequest request,
            String provider,
            Refusals refusals,
            MeterRegistry metrics,
            Runnable over) {
        this.vertx = vertx;
        this.request = request;
        this.provider = provider;
        this.refusals = refusals;
        this.metrics = metrics;
        this.over = over;
        this.timer =
                vertx.setTimer(
                        MILLIS,
                        late ->
                                give(
                                        request.isEnded()
                                                ? new Outcome(503, "store-slow")
                                                : new Outcome(408, "slow")));
        request.exceptionHandler(broken -> drop());
    }

    boolean given() {
        return given;
    }

    void give(Outcome outcome) {
        if (given) {
            return;
        }
        drop();
        if (outcome.taken()) {
            metrics.counter("caravan.webhook.taken", "provider", provider, "kind", outcome.kind())
                    .increment();
            if (outcome.kind().equals("new")) {
                Learned.byWebhook(metrics, provider);
            }
        } else {
            refusals.count(provider, outcome.kind());
        }
        HttpServerResponse response = request.response();
        if (response.ended() || response.closed()) {
            return;
        }
        response.setStatusCode(outcome.status());
        if (outcome.status() == 503) {
            response.putHeader("Retry-After", RETRY_SECONDS);
        }
        if (outcome.status() == 405) {
            response.putHeader("Allow", "POST");
        }
        if (outcome.status() == 503) {
            response.putHeader("Retry-After", String.valueOf(Pages.RETRY_SECONDS));
        }
        if (request.isEnded()) {
            response.end();
        } else {
            close(response);
        }
    }

    private void close(HttpServerResponse response) {
        request.handler(rest -> {});
        request.endHandler(end -> request.connection().close());
        response.putHeader("Connection", "close").end();
        vertx.setTimer(LINGER_MILLIS, end -> request.connection().close());
    }

    /** The sender is gone, or has its answer. */
    private void drop() {
        if (!given) {
            given = true;
            vertx.cancelTimer(timer);
            over.run();
        }
    }
}
