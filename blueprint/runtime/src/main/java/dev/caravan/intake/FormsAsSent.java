package dev.caravan.intake;

import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;
import java.util.Locale;

/**
 * Lets the form of a callback through as it was sent: Vert.x would end a field at 8 KiB, less than
 * an id_token may have, and Camel would make headers of the fields. Stateless.
 */
final class FormsAsSent implements Handler<RoutingContext> {
    private static final String TYPE = "Content-Type";

    @Override
    public void handle(RoutingContext call) {
        String type = call.request().getHeader(TYPE);
        String path = call.request().path();
        if ((path.startsWith("/callback/") || path.startsWith("/console/"))
                && type != null
                && type.toLowerCase(Locale.ROOT).startsWith("application/x-www-form-urlencoded")) {
            call.request().headers().set(TYPE, "text/plain");
        }
        call.next();
    }
}
