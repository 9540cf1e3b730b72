package dev.caravan.console;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Who is signed in to the console, by the random value of a cookie; gone with the process. Safe for
 * any number of threads.
 */
final class Sessions {
    static final Duration LIFE = Duration.ofHours(8);
    private static final int MOST = 50;
    private static final int BYTES = 32;

    private final Map<String, Instant> ends = new ConcurrentHashMap<>();
    private final SecureRandom random = new SecureRandom();
    private final Clock clock;

    Sessions(Clock clock) {
        this.clock = clock;
    }

    /** A new session; the oldest ends where there are too many. */
    String begin() {
        ends.values().removeIf(end -> !end.isAfter(clock.instant()));
        if (ends.size() >= MOST) {
            ends.entrySet().stream()
                    .min(Map.Entry.comparingByValue())
                    .ifPresent(oldest -> ends.remove(oldest.getKey()));
        }
        byte[] bytes = new byte[BYTES];
        random.nextBytes(bytes);
        String session = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        ends.put(session, clock.instant().plus(LIFE));
        return session;
    }

    boolean lasts(String session) {
        Instant end = session == null ? null : ends.get(session);
        return end != null && end.isAfter(clock.instant());
    }

    /** Everybody signs in again. */
    void endAll() {
        ends.clear();
    }

    void end(String session) {
        if (session != null) {
            ends.remove(session);
        }
    }
}
