package dev.caravan.intake;

import dev.caravan.inbox.Door.Outcome;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The head of a post to a webhook address, and what is wrong with it before a byte of its body is
 * read. Immutable.
 *
 * @param provider whom it names, for counters: {@code unknown} where it names nobody who runs here
 * @param named whom it names, empty where it is no address at all
 * @param secret the secret of its path, or of its query
 * @param flaw what is wrong with it, null where nothing is
 */
record WebhookHead(String provider, String named, String secret, Outcome flaw) {
    static final long MOST_BYTES = 1_048_576;
    static final Outcome LARGE = new Outcome(413, "large");
    static final String UNKNOWN = "unknown";

    /**
     * To the letter: no dots, no encoded slashes, nothing that two programs may read differently.
     */
    private static final Pattern PATH =
            Pattern.compile("/webhooks/([a-z0-9-]{1,64})/(?:([A-Za-z0-9_-]{43})/?|data)");

    private static final Pattern NONCE = Pattern.compile("[A-Za-z0-9_-]{43}");

    /** {@code application/json} or a type that ends in {@code +json} (RFC 6839 section 3.1). */
    private static final Pattern JSON =
            Pattern.compile("application/(json|[a-z0-9.-]{1,64}\\+json)\\s*(;.*)?");

    /**
     * @param runs whether a provider of this name runs here
     */
    static WebhookHead of(HttpServerRequest request, java.util.function.Predicate<String> runs) {
        Matcher path = PATH.matcher(String.valueOf(request.path()));
        String secret = path.matches() ? secret(path, request) : "";
        boolean fits = NONCE.matcher(secret).matches();
        String named = fits ? path.group(1) : "";
        return new WebhookHead(
                runs.test(named) ? named : UNKNOWN, named, fits ? secret : "", flaw(request, fits));
    }

    /** The last part of the path, or the nonce in the query of an address for one thing only. */
    private static String secret(Matcher path, HttpServerRequest request) {
        if (path.group(2) != null) {
            return path.group(2);
        }
        List<String> nonces = request.params().getAll("t");
        return nonces.size() == 1 ? nonces.get(0) : "";
    }

    private static Outcome flaw(HttpServerRequest request, boolean fits) {
        MultiMap headers = request.headers();
        if (!fits) {
            return Outcome.UNKNOWN;
        }
        if (request.method() != HttpMethod.POST) {
            return new Outcome(405, "method");
        }
        if (!JSON.matcher(single(headers, "content-type").toLowerCase(Locale.ROOT)).matches()) {
            return new Outcome(415, "not-json");
        }
        if (headers.contains("content-encoding")
                && !single(headers, "content-encoding").equalsIgnoreCase("identity")) {
            // what unpacks to a thousand times its size is not unpacked
            return new Outcome(415, "encoded");
        }
        if (headers.contains("expect")
                && !single(headers, "expect").equalsIgnoreCase("100-continue")) {
            return new Outcome(417, "expects");
        }
        return length(headers) > MOST_BYTES ? LARGE : null;
    }

    private static long length(MultiMap headers) {
        String length = single(headers, "content-length");
        return length.matches("\\d{1,18}")
                ? Long.parseLong(length)
                : length.isEmpty() ? 0 : Long.MAX_VALUE;
    }

    /** One that is there twice says nothing. */
    private static String single(MultiMap headers, String name) {
        List<String> values = headers.getAll(name);
        return values.size() == 1 ? values.get(0).strip() : "";
    }

    /** The headers by their names in lower case; one that is there twice proves nothing. */
    static Map<String, String> headers(HttpServerRequest request) {
        Map<String, String> headers = new HashMap<>();
        for (Map.Entry<String, String> each : request.headers()) {
            String name = each.getKey().toLowerCase(Locale.ROOT);
            headers.put(name, headers.containsKey(name) ? null : each.getValue());
        }
        headers.values().removeIf(java.util.Objects::isNull);
        return headers;
    }
}
