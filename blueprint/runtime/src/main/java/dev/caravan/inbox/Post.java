package dev.caravan.inbox;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/**
 * A request at a webhook address, raw as it came. Header names are in lower case; nothing of it
 * shows in {@code toString}. Immutable.
 *
 * @param connection the connection that the address belongs to
 * @param path the absolute path that was asked, without a query
 */
public record Post(
        UUID connection, String method, String path, Map<String, String> headers, byte[] body) {
    public Post {
        Map<String, String> lower = new TreeMap<>();
        headers.forEach((name, value) -> lower.put(name.toLowerCase(Locale.ROOT), value));
        headers = Map.copyOf(lower);
        body = body.clone();
    }

    /** The value of a header, whatever the case of its name; null where it is missing. */
    String header(String name) {
        return headers.get(name.toLowerCase(Locale.ROOT));
    }

    int size() {
        return body.length;
    }

    @Override
    public byte[] body() {
        return body.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Post post
                && connection.equals(post.connection)
                && headers.equals(post.headers)
                && Arrays.equals(body, post.body);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(body);
    }

    @Override
    public String toString() {
        return "a post for connection " + connection;
    }
}
