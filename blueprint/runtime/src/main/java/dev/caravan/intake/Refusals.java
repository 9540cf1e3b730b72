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
    private final Map<String, Said> said = new ConcurrentHashMap<>();

    Refusals(MeterRegistry metrics, Clock clock) {
        this.metrics = metrics;
        this.clock = clock;
    }

    /** When a kind was last said, and how often it was met since. */
    private record Said(Instant at, long since) {}

    /**
     * @param provider a provider that runs here, or {@code unknown}
     */
    void count(String provider, String kind) {
        metrics.counter("caravan.webhook.refused", "provider", provider, "kind", kind).increment();
        Instant now = clock.instant();
        Said next =
                said.compute(
                        provider + " " + kind,
                        (key, last) ->
                                last == null || !now.isBefore(last.at().plus(QUIET))
                                        ? new Said(now, 0)
                                        : new Said(last.at(), last.since() + 1));
        if (next.at().equals(now) && next.since() == 0) {
            LOG.warn(
                    "CARAVAN-REFUSED {}: a post to a webhook address is {}; refused, nothing of it"
                            + " is kept; said once a minute, all are counted in"
                            + " caravan_webhook_refused",
                    provider,
                    kind);
        }
    }
}
