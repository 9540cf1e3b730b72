package dev.caravan.inbox;

import io.micrometer.core.instrument.MeterRegistry;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;

/**
 * Counts events by how they were first learned: a webhook that silently died shows as a growing
 * share of {@code offer}. Stateless.
 */
public final class Learned {
    private static final String NAME = "caravan.inbox.events";

    private Learned() {}

    /** An event of a provider that nobody had told before its webhook did. */
    public static void byWebhook(MeterRegistry metrics, String provider) {
        metrics.counter(NAME, "provider", provider, "source", "webhook").increment();
    }

    static void count(Exchange exchange, String provider) {
        CamelContext camel = exchange.getContext();
        MeterRegistry metrics =
                camel.getRegistry().lookupByNameAndType("metricsRegistry", MeterRegistry.class);
        if (metrics != null) {
            metrics.counter(NAME, "provider", provider, "source", "offer").increment();
        }
    }
}
