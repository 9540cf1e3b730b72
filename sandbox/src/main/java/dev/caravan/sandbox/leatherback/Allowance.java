package dev.caravan.sandbox.leatherback;

import dev.caravan.sandbox.Refusal;
import dev.caravan.sandbox.http.Reply;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Counts unattended calls in a rolling day and refuses the one too many. A refused call is not
 * counted. Safe for use by many threads.
 */
final class Allowance {
    private static final long DAY = 86_400;
    private final Clock clock;
    private final Map<String, Deque<Long>> calls = new ConcurrentHashMap<>();

    Allowance(Clock clock) {
        this.clock = clock;
    }

    void spend(String key, int limit) {
        if (limit <= 0) {
            return;
        }
        long now = clock.instant().getEpochSecond();
        Deque<Long> before = calls.computeIfAbsent(key, fresh -> new ArrayDeque<>());
        synchronized (before) {
            while (!before.isEmpty() && before.peekFirst() <= now - DAY) {
                before.removeFirst();
            }
            if (before.size() >= limit) {
                String wait = Long.toString(before.peekFirst() + DAY - now);
                throw new Refusal(Reply.empty(429).header("Retry-After", wait));
            }
            before.addLast(now);
        }
    }
}
