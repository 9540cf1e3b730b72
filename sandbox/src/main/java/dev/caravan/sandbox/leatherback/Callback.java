package dev.caravan.sandbox.leatherback;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Where the browser is sent after the customer has decided, and with what. Immutable; the
 * parameters keep their order.
 */
public record Callback(ResponseMode mode, URI target, Map<String, String> parameters) {

    /** The value of a parameter; empty where there is none. */
    public String get(String name) {
        return parameters.getOrDefault(name, "");
    }

    /** As it stands in the address line; for a form post the bare target. */
    public URI location() {
        return switch (mode) {
            case FRAGMENT -> URI.create(target + "#" + encoded());
            case QUERY -> URI.create(target + (target.getQuery() == null ? "?" : "&") + encoded());
            case FORM_POST -> target;
        };
    }

    /** The parameters as a form, a query or a fragment has them. */
    public String encoded() {
        return parameters.entrySet().stream()
                .map(one -> one.getKey() + "=" + encode(one.getValue()))
                .collect(Collectors.joining("&"));
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
