package dev.caravan.intake;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells operators of callbacks that were refused: one line a provider, kind and minute, however
 * many there were, and a counter. Neither holds anything of what was sent. Safe for any number of
 * threads.
 */
public final class CallbackRefusals {
    private static final Logger LOG = LoggerFactory.getLogger(CallbackRefusals.class);
    private static final Map<String, String> SENTENCES =
            Map.of(
                    "missing", "it named no trip",
                    "unknown", "nobody knows its trip",
                    "used", "its trip was over already",
                    "late", "its trip had run out",
                    "reference", "it is not about what its trip was made for",
                    "browser", "it came from another browser than the one that left",
                    "doubled", "a parameter came twice",
                    "large", "it was too large",
                    "malformed", "its parameters do not decode");

    private final MeterRegistry metrics;
    private final Clock clock;
    private final Map<String, Instant> told = new ConcurrentHashMap<>();

    public CallbackRefusals(MeterRegistry metrics, Clock clock) {
        this.metrics = metrics;
        this.clock = clock;
    }

    /**
     * @param provider one that runs, so that no sender chooses what is counted
     */
    void refused(String provider, String kind) {
        metrics.counter("caravan.callback.refused", "provider", provider, "kind", kind).increment();
        Instant minute = clock.instant().truncatedTo(ChronoUnit.MINUTES);
        if (!minute.equals(told.put(provider + " " + kind, minute))) {
            LOG.warn(
                    "CARAVAN-CALLBACK {}: a callback was refused: {}; said once a minute, counted"
                            + " as caravan_callback_refused",
                    provider,
                    SENTENCES.get(kind));
        }
    }
}
