package dev.caravan.watch;

import java.util.regex.Pattern;

/**
 * What a call is counted under: the property {@code endpoint} of its exchange. Whatever in it looks
 * like an id is not kept, so that neither labels nor rows grow with users. Stateless.
 */
final class Scope {
    /** What has no name, or came when there were too many. */
    static final String OTHER = "other";

    private static final int LONGEST = 80;

    /** A segment with five digits in it, or a long one of hex digits, is an id. */
    private static final Pattern ID =
            Pattern.compile("[^/{}?=&]*(?:\\d[^/{}?=&]*){5}|[0-9a-fA-F-]{16,}");

    private Scope() {}

    static String of(String endpoint) {
        if (endpoint == null || endpoint.isBlank()) {
            return OTHER;
        }
        String path = endpoint.strip().split("\\?", 2)[0];
        String scope = ID.matcher(path).replaceAll("{id}");
        return scope.length() > LONGEST ? scope.substring(0, LONGEST) : scope;
    }
}
