package dev.caravan.deferred;

import dev.caravan.connections.Spans;
import java.time.Duration;
import java.util.Map;

/**
 * The settings {@code deferred.*} of a provider. Immutable.
 *
 * @param plan when a result is looked for
 * @param life how long the nonce of an ask is good
 * @param keep how long results that are over stay
 * @param fresh how long after a login everything is read at once
 * @param base how providers reach the public listener, {@code webhook.url}; empty where they cannot
 */
record DeferredSettings(PollPlan plan, Duration life, Duration keep, Duration fresh, String base) {
    private static final String PLAN = "10s 20s 40s 60s..15m 15m..6h";

    static DeferredSettings of(String provider, Map<String, String> settings) {
        String base = settings.getOrDefault("webhook.url", "").strip();
        return new DeferredSettings(
                PollPlan.of(provider, or(settings, "deferred.plan", PLAN)),
                Spans.of(or(settings, "deferred.life", "24h")),
                Spans.of(or(settings, "deferred.keep", "30d")),
                Duration.ofSeconds(
                        Long.parseLong(
                                or(
                                        settings,
                                        "deferred.fresh",
                                        or(settings, "window.deep.seconds", "270")))),
                base.endsWith("/") ? base.substring(0, base.length() - 1) : base);
    }

    private static String or(Map<String, String> settings, String name, String otherwise) {
        String written = settings.getOrDefault(name, "").strip();
        return written.isEmpty() ? otherwise : written;
    }
}
