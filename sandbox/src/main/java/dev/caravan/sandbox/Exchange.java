package dev.caravan.sandbox;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * One request that a twin saw, and how it answered. The instants are of the twin's clock, the
 * nanoseconds of the machine, so that overlap shows even while the clock stands. Immutable; holds
 * tokens in clear, as only a twin may.
 */
public record Exchange(
        long number,
        Instant startedAt,
        Instant endedAt,
        long startedNanos,
        long endedNanos,
        String method,
        String path,
        String endpoint,
        Map<String, String> query,
        Map<String, String> headers,
        Map<String, String> fields,
        String user,
        String credentialsId,
        String accountId,
        int status,
        long bytes,
        boolean attended) {

    public Optional<String> header(String lowerCaseName) {
        return Optional.ofNullable(headers.get(lowerCaseName));
    }

    /** Whether both were being served at one moment. */
    public boolean overlaps(Exchange other) {
        return startedNanos < other.endedNanos && other.startedNanos < endedNanos;
    }
}
