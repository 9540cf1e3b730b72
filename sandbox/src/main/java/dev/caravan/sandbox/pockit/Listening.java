package dev.caravan.sandbox.pockit;

/**
 * Where the twin listens and what it keeps; read once, at the start. Immutable.
 *
 * @param port The port on 127.0.0.1; 0 takes any free one.
 * @param authPrefix The path in front of {@code /authorise} and {@code /access-token}; never part
 *     of a signed path.
 * @param apiPrefix The path in front of {@code /accounts} and {@code /payments}; never part of a
 *     signed path.
 * @param maxConnections Open TCP connections; one more is hung up on.
 * @param gzip Bodies are zipped for a caller that accepts it.
 * @param stateFile Where intents, consents, payments and the first day survive a restart; empty
 *     keeps them in memory only.
 */
public record Listening(
        int port,
        String authPrefix,
        String apiPrefix,
        int maxConnections,
        boolean gzip,
        String stateFile) {

    public Listening {
        authPrefix = prefix("authPrefix", authPrefix);
        apiPrefix = prefix("apiPrefix", apiPrefix);
    }

    static Listening defaults() {
        return new Listening(0, "/v1", "/v1", 256, true, "");
    }

    private static String prefix(String name, String path) {
        if (!path.matches("(/[A-Za-z0-9._~-]+)*")) {
            throw new IllegalArgumentException(name + ": expected a path like /v1, found " + path);
        }
        return path;
    }
}
