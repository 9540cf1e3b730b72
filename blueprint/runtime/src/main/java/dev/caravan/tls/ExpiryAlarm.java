package dev.caravan.tls;

import java.time.Duration;
import java.time.Instant;

/**
 * Rings once when an end is 30, 7 and 1 days away, and for one that is nearer only the last of
 * these. Not thread-safe.
 */
final class ExpiryAlarm {
    private static final long[] DAYS = {1, 7, 30};

    private long rung = Long.MAX_VALUE;

    /** Whether to say it now. */
    boolean rings(Instant end, Instant now) {
        Duration left = Duration.between(now, end);
        for (long days : DAYS) {
            if (left.compareTo(Duration.ofDays(days)) <= 0) {
                boolean first = days < rung;
                rung = Math.min(days, rung);
                return first;
            }
        }
        return false;
    }
}
