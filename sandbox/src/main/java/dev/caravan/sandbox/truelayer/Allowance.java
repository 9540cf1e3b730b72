package dev.caravan.sandbox.truelayer;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The bank's own count of unattended calls: per connection, endpoint and account, over rolling 24
 * hours (contract 9). A refused call is not counted again. Safe for use by many threads.
 */
final class Allowance {
    /** Contract 10 and 5: what TrueLayer knows by itself. */
    private static final Set<String> ASK_NO_BANK =
            Set.of("me", "results/{id}", "batch/results/{id}");

    private final Map<String, Deque<Instant>> calls = new ConcurrentHashMap<>();

    /** Whether one more is within the limit; a yes is counted. */
    boolean admits(Call call, Instant now, int limit) {
        if (limit == 0 || call.attended() || ASK_NO_BANK.contains(call.route().endpoint())) {
            return true;
        }
        String key =
                String.join(
                        " ",
                        call.connection().credentialsId(),
                        call.route().endpoint(),
                        call.accountId());
        AtomicBoolean admitted = new AtomicBoolean();
        calls.compute(
                key,
                (same, before) -> {
                    Deque<Instant> times = before == null ? new ArrayDeque<>() : before;
                    times.removeIf(time -> !time.isAfter(now.minus(Duration.ofHours(24))));
                    admitted.set(times.size() < limit && times.add(now));
                    return times;
                });
        return admitted.get();
    }
}
