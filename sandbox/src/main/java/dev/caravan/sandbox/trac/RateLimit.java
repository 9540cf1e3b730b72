package dev.caravan.sandbox.trac;

import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/** Counts the calls of each caller within the last second of the clock. Safe for many threads. */
final class RateLimit {
    private final Clock clock;
    private final Map<String, Deque<Long>> calls = new HashMap<>();

    RateLimit(Clock clock) {
        this.clock = clock;
    }

    /** Whether the caller may go on; a refused call is not counted. */
    synchronized boolean admits(String caller, int perSecond) {
        long now = clock.millis();
        Deque<Long> last = calls.computeIfAbsent(caller, any -> new ArrayDeque<>());
        while (!last.isEmpty() && last.peekFirst() <= now - 1000) {
            last.removeFirst();
        }
        if (last.size() >= perSecond) {
            return false;
        }
        last.addLast(now);
        return true;
    }
}
