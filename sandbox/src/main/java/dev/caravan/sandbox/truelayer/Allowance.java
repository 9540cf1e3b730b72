package dev.caravan.sandbox.truelayer;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The bank's own count of unattended calls: per connection, endpoint and account, over rolling 24
 * hours (contract 9). A refused call is not counted again. Safe for use by many threads.
 */
final class Allowance {
    /** What TrueLayer knows by itself (contract 5 and 10). */
    private static final Set<String> ASK_NO_BANK =
            Set.of("me", "results/{id}", "batch/results/{id}");

    private final Map<String, Deque<Instant>> calls = new HashMap<>();

    /** One thing that a call asks of the bank. */
    record Ask(String endpoint, String account) {}

    /** What a call other than a batch asks. */
    static List<Ask> asks(Call call) {
        return List.of(new Ask(call.route().endpoint(), call.accountId()));
    }

    /** Whether all of it is within the limit; a yes is counted for each. */
    synchronized boolean admits(Call call, List<Ask> asks, Instant now, int limit) {
        if (limit == 0 || call.attended() || ASK_NO_BANK.contains(call.route().endpoint())) {
            return true;
        }
        List<Deque<Instant>> counts = asks.stream().map(ask -> count(call, ask, now)).toList();
        if (counts.stream().anyMatch(count -> count.size() >= limit)) {
            return false;
        }
        counts.forEach(count -> count.add(now));
        return true;
    }

    private Deque<Instant> count(Call call, Ask ask, Instant now) {
        String who = call.connection().credentialsId();
        String key = String.join(" ", who, ask.endpoint(), ask.account());
        Deque<Instant> times = calls.computeIfAbsent(key, none -> new ArrayDeque<>());
        times.removeIf(time -> !time.isAfter(now.minus(Duration.ofHours(24))));
        return times;
    }
}
