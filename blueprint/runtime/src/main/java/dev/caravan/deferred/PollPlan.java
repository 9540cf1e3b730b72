package dev.caravan.deferred;

import dev.caravan.connections.Spans;
import dev.caravan.faults.Fault;
import dev.caravan.faults.SetupFault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How old a deferred result is when it is looked for, where no webhook tells that it is there:
 * {@code 10s 40s 60s..15m 15m..6h} is at 10 s, at 40 s, then every 60 s up to 15 min, then every
 * quarter up to 6 h. Immutable.
 */
final class PollPlan {
    private final List<Duration> ages;

    private PollPlan(List<Duration> ages) {
        this.ages = List.copyOf(ages);
    }

    /**
     * @throws SetupFault where the setting does not fit
     */
    static PollPlan of(String provider, String written) {
        List<Duration> ages = new ArrayList<>();
        Duration last = Duration.ZERO;
        try {
            for (String word : written.strip().split("\\s+")) {
                String[] sides = word.split("\\.\\.", 2);
                Duration each = Spans.of(sides[0]);
                Duration end = sides.length == 1 ? each : Spans.of(sides[1]);
                Duration next = sides.length == 1 ? each : after(last, each);
                if (next.compareTo(last) <= 0 || next.compareTo(end) > 0) {
                    throw new IllegalArgumentException("'" + word + "' is not after " + last);
                }
                for (; next.compareTo(end) <= 0; next = next.plus(each)) {
                    ages.add(next);
                    last = next;
                }
            }
        } catch (IllegalArgumentException e) {
            throw new SetupFault(
                    new Fault.Account(
                            "CARAVAN-DEFERRED",
                            provider,
                            "setting deferred.plan",
                            "does not fit: " + e.getMessage(),
                            "mend it; what ran before runs on",
                            null));
        }
        return new PollPlan(ages);
    }

    /** The first multiple of a span after an age. */
    private static Duration after(Duration age, Duration each) {
        return each.isZero() ? each : each.multipliedBy(age.dividedBy(each) + 1);
    }

    /** The next age to look at after one; empty where that was the last. */
    Optional<Duration> after(Duration age) {
        return ages.stream().filter(each -> each.compareTo(age) > 0).findFirst();
    }

    Duration first() {
        return ages.get(0);
    }

    Duration last() {
        return ages.get(ages.size() - 1);
    }
}
