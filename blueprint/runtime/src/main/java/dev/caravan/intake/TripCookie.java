package dev.caravan.intake;

import io.vertx.core.http.Cookie;
import io.vertx.core.http.HttpServerRequest;
import java.net.URI;
import java.time.Duration;
import java.util.Iterator;

/**
 * The cookie {@code caravan-trip} that binds a trip to the browser it began in (RFC 6265), for our
 * callback alone. A browser sends it along when a bank sends its user back, but not with a form
 * that another site's page posts. Immutable.
 */
final class TripCookie {
    private static final String NAME = "caravan-trip";
    private static final Duration LIFE = Duration.ofMinutes(30);

    private final String attributes;
    private final String origin;

    /**
     * @param publicUrl how users reach us
     */
    TripCookie(String publicUrl) {
        URI url = URI.create(publicUrl.strip());
        String path = url.getPath() == null ? "" : url.getPath();
        this.attributes =
                "; Path="
                        + path
                        + "/callback; Max-Age="
                        + LIFE.toSeconds()
                        + "; HttpOnly; SameSite=Lax"
                        + ("https".equals(url.getScheme()) ? "; Secure" : "");
        this.origin = url.getScheme() + "://" + url.getAuthority();
    }

    /** The header {@code Set-Cookie} for a value. */
    String set(String value) {
        return NAME + "=" + value + attributes;
    }

    /** What the browser kept; empty where it kept nothing, or two that contradict each other. */
    String of(HttpServerRequest request) {
        Iterator<Cookie> all = request.cookies(NAME).iterator();
        String value = all.hasNext() ? all.next().getValue() : "";
        return all.hasNext() ? "" : value;
    }

    /** Whether a page of another origin posted this: then no cookie came with it. */
    boolean fromElsewhere(HttpServerRequest request) {
        String from = request.getHeader("Origin");
        return from != null && !from.equalsIgnoreCase(origin);
    }
}
