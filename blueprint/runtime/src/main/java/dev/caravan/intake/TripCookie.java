package dev.caravan.intake;

import io.vertx.core.http.Cookie;
import io.vertx.core.http.HttpServerRequest;
import java.net.URI;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The cookies {@code caravan-trip-NAME} that bind trips to the browser they began in (RFC 6265),
 * for our callback alone; each trip has a name of its own, so that two tabs do not take turns. A
 * browser sends them along when a bank sends its user back, but not with a form that another site's
 * page posts. Immutable.
 */
final class TripCookie {
    private static final String NAME = "caravan-trip-";

    /** So many trips one browser may have open at once. */
    private static final int MOST = 20;

    private static final int NAMED = 6;
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

    /** The header {@code Set-Cookie} for a value; its first letters name the trip. */
    String set(String value) {
        return NAME + value.substring(0, NAMED) + "=" + value + attributes;
    }

    /** What the browser kept of its trips. */
    Set<String> of(HttpServerRequest request) {
        return request.cookies().stream()
                .filter(cookie -> cookie.getName().startsWith(NAME))
                .limit(MOST)
                .map(Cookie::getValue)
                .collect(Collectors.toUnmodifiableSet());
    }

    /** Whether a page of another origin posted this: then no cookie came with it. */
    boolean fromElsewhere(HttpServerRequest request) {
        String from = request.getHeader("Origin");
        return from != null && !from.equalsIgnoreCase(origin);
    }
}
