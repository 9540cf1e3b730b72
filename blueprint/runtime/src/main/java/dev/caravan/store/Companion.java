package dev.caravan.store;

import java.util.ArrayList;
import java.util.List;
import org.apache.camel.Exchange;

/**
 * A further mapping of the page at hand, committed in the same transaction: what a page tells of
 * other kinds, or stubs of what it refers to. Immutable.
 */
record Companion(String kind, String file, String part, boolean stub) {
    private static final String PROPERTY = "store.also";

    static void add(Exchange exchange, Companion companion) {
        List<Companion> all = new ArrayList<>(of(exchange));
        all.add(companion);
        exchange.setProperty(PROPERTY, all);
    }

    @SuppressWarnings("unchecked")
    static List<Companion> of(Exchange exchange) {
        List<Companion> all = (List<Companion>) exchange.getProperty(PROPERTY);
        return all == null ? List.of() : all;
    }

    /** What was asked for, once: the next page has companions of its own. */
    static List<Companion> take(Exchange exchange) {
        List<Companion> all = of(exchange);
        exchange.removeProperty(PROPERTY);
        return all;
    }
}
