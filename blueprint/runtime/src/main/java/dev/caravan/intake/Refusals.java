package dev.caravan.intake;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts what is refused at a listener by kind, and says each kind once a minute at most. Nothing
 * that a stranger wrote gets into a metric or the log. Safe for any number of threads.
 */
final class Refusals {
    private static final Logger LOG = LoggerFactory.getLogger(Refusals.class);
    private static final Duration QUIET = Duration.ofMinutes(1);

    private final MeterRegistry metrics;
    private final Clock clock;
    private final String counter;
    private final String label;
    private final String what;
    private final Map<String, Said> said = new ConcurrentHashMap<>();

    /**
     * @param counter the name of the metric
     * @param label what its label for where is called
     * @param what what is refused, in words
     */
    Refusals(MeterRegistry metrics, Clock clock, String counter, String label, String what) {
        this.metrics = metrics;
        this.clock = clock;
        this.counter = counter;
        this.label = label;
        this.what = what;
    }

    /** When a kind was last said, and how often it was met since. */
    private record Said(Instant at, long since) {}

    /**
     * @param where a provider that runs here or {@code unknown}, or a listener: nothing that a
     *     sender chooses
     */
    void count(String where, String kind) {
        metrics.counter(counter, label, where, "kind", kind).increment();
        Instant now = clock.instant();
        Said next =
                said.compute(
                        where + " " + kind,
                        (key, last) ->
                                last == null || !now.isBefore(last.at().plus(QUIET))
                                        ? new Said(now, 0)
                                        : new Said(last.at(), last.since() + 1));
        if (next.at().equals(now) && next.since() == 0) {
            LOG.warn(
                    "CARAVAN-REFUSED {}: {} is refused ({}), nothing of it is kept; said once a"
                            + " minute, all are counted in {}",
                    where,
                    what,
                    kind,
                    counter.replace('.', '_'));
        }
    }
}
