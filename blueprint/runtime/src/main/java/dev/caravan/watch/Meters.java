package dev.caravan.watch;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * What the verbs measure as they work. Labels are providers, scopes and kinds of routes and words
 * of ours, so many at most; never a connection, an account or a text. Safe for any number of
 * threads.
 */
public final class Meters {
    private static final int MOST_SCOPES = 100;
    private static final int CLASSES = 9;
    private static final Duration[] BOUNDS =
            IntStream.range(0, CLASSES)
                    .mapToObj(i -> Duration.ofMillis(50L << i))
                    .toArray(Duration[]::new);

    private final Clock clock;
    private final Map<String, Set<String>> scopes = new ConcurrentHashMap<>();
    private final Map<String, Map<UUID, Instant>> certificates = new ConcurrentHashMap<>();
    private final Map<Limit.Of, Limit> limits = new ConcurrentHashMap<>();
    private volatile MeterRegistry registry = new SimpleMeterRegistry();

    public Meters(Clock clock) {
        this.clock = clock;
    }

    /**
     * How many unattended calls of an endpoint fit into a day.
     *
     * @param shared whether all accounts of a connection share them
     */
    record Limit(int most, boolean shared) {
        record Of(String provider, String endpoint) {}
    }

    /** From now on it is measured into this one. */
    public void use(MeterRegistry measured) {
        registry = measured;
    }

    /** What an endpoint is called in labels and figures. */
    String scope(String provider, String endpoint) {
        String scope = Scope.of(endpoint);
        Set<String> known = scopes.computeIfAbsent(provider, name -> ConcurrentHashMap.newKeySet());
        return known.contains(scope) || known.size() < MOST_SCOPES && known.add(scope)
                ? scope
                : Scope.OTHER;
    }

    void call(String provider, String scope, Outcome outcome, long millis) {
        Timer.builder("caravan.call")
                .description("Calls to providers, from the request to the last byte of the answer.")
                .tags("provider", provider, "scope", scope, "outcome", outcome.label())
                .serviceLevelObjectives(BOUNDS)
                .register(registry)
                .record(millis, TimeUnit.MILLISECONDS);
    }

    /**
     * What became of the records of a page.
     *
     * @param what {@code inserted}, {@code changed}, {@code removed} or {@code rejected}
     */
    public void rows(String provider, String kind, String what, int count) {
        Counter.builder("caravan.rows")
                .description("Records of committed pages, by what became of them.")
                .tags("provider", provider, "kind", scope(provider, kind), "what", what)
                .register(registry)
                .increment(count);
    }

    /** An endpoint has a budget. */
    public void limit(String provider, String endpoint, int most, boolean shared) {
        limits.put(new Limit.Of(provider, scope(provider, endpoint)), new Limit(most, shared));
    }

    Map<Limit.Of, Limit> limits() {
        return Map.copyOf(limits);
    }

    /** A connection shows a certificate that ends then; null where it shows none. */
    public void certificate(String provider, UUID connection, Instant end) {
        Map<UUID, Instant> ends =
                certificates.computeIfAbsent(provider, name -> new ConcurrentHashMap<>());
        if (end == null) {
            ends.remove(connection);
            return;
        }
        ends.put(connection, end);
        TimeGauge.builder("caravan.certificate.left", ends, TimeUnit.SECONDS, this::soonest)
                .description("Seconds until the client certificate that ends next, of those used.")
                .tag("provider", provider)
                .register(registry);
    }

    private double soonest(Map<UUID, Instant> ends) {
        return ends.values().stream()
                .min(Instant::compareTo)
                .map(end -> (double) Duration.between(clock.instant(), end).toSeconds())
                .orElse(Double.NaN);
    }
}
