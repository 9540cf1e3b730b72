package dev.caravan.sandbox.truelayer;

import dev.caravan.sandbox.http.Request;
import java.time.Instant;
import java.util.Optional;

/**
 * One request with what the twin knows about it. A bearer token leads to its connection even when
 * it is no longer good. Immutable.
 */
record Call(
        long number,
        Instant startedAt,
        long startedNanos,
        Request request,
        Route route,
        Optional<Connection> bearer) {

    Connection connection() {
        return bearer.orElseThrow();
    }

    String user() {
        return bearer.map(Connection::user).orElse("");
    }

    /** The account in the path; empty where the path names none. */
    String accountId() {
        return route.ofAccount() ? route.id() : "";
    }

    boolean attended() {
        return request.headers().containsKey("x-psu-ip");
    }

    static Optional<String> bearerToken(Request request) {
        return request.header("authorization")
                .filter(value -> value.startsWith("Bearer "))
                .map(value -> value.substring("Bearer ".length()));
    }
}
