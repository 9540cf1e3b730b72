package dev.caravan.sandbox.truelayer;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What an account looked like when a request was first made; the same request sees the same for an
 * hour (contract 0.2, fact 7). Safe for use by many threads.
 */
final class HourCache {
    private record Seen(AccountState state, Instant until) {}

    private final Clock clock;
    private final Map<String, Seen> seen = new ConcurrentHashMap<>();

    HourCache(Clock clock) {
        this.clock = clock;
    }

    AccountState state(Call call, BankAccount account) {
        Instant now = clock.instant();
        String key = call.connection().credentialsId() + ' ' + call.request().target();
        return seen.compute(
                        key,
                        (same, before) ->
                                before != null && now.isBefore(before.until())
                                        ? before
                                        : new Seen(
                                                account.snapshot(), now.plus(Duration.ofHours(1))))
                .state();
    }
}
