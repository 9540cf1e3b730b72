package dev.caravan.sandbox.pockit;

import dev.caravan.sandbox.http.Request;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/**
 * Which of the provider's endpoints a path means. Immutable.
 *
 * @param endpoint the template; {@code unknown} where there is none
 * @param id what fills the template, decoded; empty where nothing does
 * @param path the path as it must be signed: as it came, without the prefix
 */
record Spot(String endpoint, String id, String path) {
    static final Set<String> OF_AN_ACCOUNT =
            Set.of(
                    "balance",
                    "product",
                    "beneficiaries",
                    "transactions",
                    "standing-orders",
                    "direct-debits",
                    "scheduled-payments");
    private static final Spot NOWHERE = new Spot("unknown", "", "");

    static Spot of(Request request, Listening listening) {
        Spot auth = under(listening.authPrefix(), request.path());
        if (auth.endpoint.startsWith("authorise") || auth.endpoint.equals("access-token")) {
            return auth;
        }
        Spot api = under(listening.apiPrefix(), request.path());
        return api.endpoint.startsWith("accounts") || api.endpoint.startsWith("payments")
                ? api
                : NOWHERE;
    }

    boolean account() {
        return endpoint.startsWith("accounts");
    }

    /** The last word of an account's template, such as {@code balance}; or {@code accounts}. */
    String resource() {
        String last = endpoint.substring(endpoint.lastIndexOf('/') + 1);
        return last.equals("{id}") ? "account" : last;
    }

    private static Spot under(String prefix, String path) {
        if (!path.startsWith(prefix + "/")) {
            return NOWHERE;
        }
        String rest = path.substring(prefix.length());
        String[] parts = rest.substring(1).split("/", -1);
        String id = parts.length > 1 ? decoded(parts[1]) : "";
        String template =
                switch (parts.length) {
                    case 1 -> parts[0];
                    case 2 -> parts[0] + "/{id}";
                    case 3 -> parts[0] + "/{id}/" + parts[2];
                    default -> "unknown";
                };
        return exists(template) && (parts.length == 1 || !id.isEmpty())
                ? new Spot(template, id, rest)
                : NOWHERE;
    }

    private static boolean exists(String template) {
        return switch (template) {
            case "authorise",
                    "authorise/{id}",
                    "access-token",
                    "accounts",
                    "accounts/{id}",
                    "payments",
                    "payments/{id}" ->
                    true;
            default ->
                    template.startsWith("accounts/{id}/")
                            && OF_AN_ACCOUNT.contains(
                                    template.substring("accounts/{id}/".length()));
        };
    }

    /** A plus sign in a path is a plus sign. */
    private static String decoded(String segment) {
        try {
            return URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException unreadable) {
            return segment;
        }
    }
}
