package dev.caravan.intake;

import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;

/**
 * Cuts off whoever does not send a whole request in time; what the answer takes afterwards is not
 * its matter. Safe for any number of requests.
 */
final class SlowBodies implements Handler<RoutingContext> {
    private static final int REQUEST_TIMEOUT = 408;
    private final long millis;

    SlowBodies() {
        this(Duration.ofSeconds(5));
    }

    SlowBodies(Duration most) {
        this.millis = most.toMillis();
    }

    @Override
    public void handle(RoutingContext request) {
        long timer = request.vertx().setTimer(millis, fired -> look(request));
        request.addEndHandler(ended -> request.vertx().cancelTimer(timer));
        request.next();
    }

    private static void look(RoutingContext request) {
        if (!request.request().isEnded() && !request.response().ended()) {
            request.response()
                    .setStatusCode(REQUEST_TIMEOUT)
                    .putHeader("Connection", "close")
                    .end()
                    .onComplete(sent -> request.request().connection().close());
        }
    }
}
