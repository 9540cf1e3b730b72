package dev.caravan.sandbox;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * What a twin was asked, in the order in which the answers ended. Keeps the last 100,000 exchanges
 * and counts all of them per endpoint. Safe for use by many threads; every list is a copy.
 */
public final class Journal {
    private static final int KEPT = 100_000;
    private final Deque<Exchange> last = new ArrayDeque<>();
    private final Map<String, Long> counters = new TreeMap<>();

    public synchronized void add(Exchange exchange) {
        if (last.size() == KEPT) {
            last.removeFirst();
        }
        last.addLast(exchange);
        counters.merge(exchange.endpoint(), 1L, Long::sum);
    }

    public synchronized List<Exchange> all() {
        return List.copyOf(last);
    }

    public List<Exchange> where(Predicate<Exchange> wanted) {
        return all().stream().filter(wanted).toList();
    }

    /** The exchanges of one endpoint template, such as {@code accounts/{id}/transactions}. */
    public List<Exchange> on(String endpoint) {
        return where(exchange -> exchange.endpoint().equals(endpoint));
    }

    public List<Exchange> unattended() {
        return where(exchange -> !exchange.attended());
    }

    public List<Exchange> of(String user) {
        return where(exchange -> exchange.user().equals(user));
    }

    /** All requests ever, also those that the list no longer holds. */
    public synchronized long count(String endpoint) {
        return counters.getOrDefault(endpoint, 0L);
    }

    public synchronized Map<String, Long> counters() {
        return Map.copyOf(counters);
    }

    /**
     * The pairs that were served at one moment under one key; an exchange without a key (an empty
     * string) overlaps with nothing.
     */
    public List<List<Exchange>> overlapping(Function<Exchange, String> key) {
        List<Exchange> byStart = new ArrayList<>(where(exchange -> !key.apply(exchange).isEmpty()));
        byStart.sort((a, b) -> Long.compare(a.startedNanos(), b.startedNanos()));
        List<List<Exchange>> pairs = new ArrayList<>();
        Map<String, Exchange> longest = new TreeMap<>();
        for (Exchange next : byStart) {
            Exchange before = longest.get(key.apply(next));
            if (before != null && before.overlaps(next)) {
                pairs.add(List.of(before, next));
            }
            if (before == null || before.endedNanos() < next.endedNanos()) {
                longest.put(key.apply(next), next);
            }
        }
        return pairs;
    }

    public synchronized void clear() {
        last.clear();
        counters.clear();
    }
}
