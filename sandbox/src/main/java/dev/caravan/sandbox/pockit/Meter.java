package dev.caravan.sandbox.pockit;

import dev.caravan.sandbox.Refusal;
import dev.caravan.sandbox.http.Reply;
import dev.caravan.sandbox.http.Request;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Counts the calls without a user (contract 4.5). What it refuses it does not count, so a caller
 * that waits long enough is always let in. Safe for use by many threads.
 */
final class Meter {
    private static final Duration DAY = Duration.ofDays(1);
    private final Supplier<PockitSettings> settings;
    private final Refusals refusals;
    private final Clock clock;
    private final Map<String, Deque<Instant>> calls = new ConcurrentHashMap<>();

    Meter(Supplier<PockitSettings> settings, Refusals refusals, Clock clock) {
        this.settings = settings;
        this.refusals = refusals;
        this.clock = clock;
    }

    /** Counts the call or refuses it with 429. */
    void admit(Consent consent, Spot spot, Request request) {
        Metering rules = settings.get().metering();
        if (!counts(rules, request)) {
            return;
        }
        Instant now = clock.instant();
        Deque<Instant> counted = counted(consent, spot, rules);
        synchronized (counted) {
            while (!counted.isEmpty() && !now.isBefore(freeAt(counted.getFirst(), rules))) {
                counted.removeFirst();
            }
            if (counted.size() >= rules.unattendedLimit()) {
                throw tooMany(rules, Duration.between(now, freeAt(counted.getFirst(), rules)));
            }
            counted.addLast(now);
        }
    }

    private static boolean counts(Metering rules, Request request) {
        boolean laterPage = request.query().containsKey(Pages.CURSOR);
        return rules.unattendedLimit() > 0
                && !Gate.attended(request)
                && (rules.pagesCount() || !laterPage);
    }

    private Deque<Instant> counted(Consent consent, Spot spot, Metering rules) {
        String which = rules.meterKey() == Metering.Key.PATH ? spot.path() : spot.endpoint();
        return calls.computeIfAbsent(consent.intentId() + " " + which, key -> new ArrayDeque<>());
    }

    private static Instant freeAt(Instant call, Metering rules) {
        return rules.meterWindow() == Metering.Window.ROLLING
                ? call.plus(DAY)
                : LocalDate.ofInstant(call, ZoneOffset.UTC)
                        .plusDays(1)
                        .atStartOfDay()
                        .toInstant(ZoneOffset.UTC);
    }

    private Refusal tooMany(Metering rules, Duration wait) {
        Reply reply =
                refusals.resourceReply(
                        429,
                        "Rules.ResourceLimit",
                        rules.unattendedLimit() + " calls without a user a day");
        // rounded up: a caller that waits as told must not come a moment early
        String seconds = Long.toString(wait.plusMillis(999).toSeconds());
        return new Refusal(rules.retryAfter() ? reply.header("Retry-After", seconds) : reply);
    }
}
