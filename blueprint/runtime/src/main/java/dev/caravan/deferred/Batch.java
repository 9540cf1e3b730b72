package dev.caravan.deferred;

import dev.caravan.connections.Pull;
import dev.caravan.windows.DateWalk;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.camel.Exchange;

/**
 * What one ask is about that covers several accounts, as property {@code batch} of an exchange. For
 * the thread of one exchange.
 */
public final class Batch {
    private final List<Long> asked = new ArrayList<>();
    private final Set<String> accounts = new LinkedHashSet<>();
    private final Set<String> kinds = new LinkedHashSet<>();
    private LocalDate from;
    private LocalDate to;
    private String address = "";

    static Batch of(Exchange exchange) {
        return exchange.getProperty("batch", Batch.class);
    }

    void add(long id, Exchange exchange) {
        asked.add(id);
        accounts.add(Pull.accountKey(exchange));
        kinds.add(Pull.kind(exchange));
        DateWalk window = exchange.getProperty("window", DateWalk.class);
        if (window != null) {
            from = from == null || window.getFrom().isBefore(from) ? window.getFrom() : from;
            to = to == null || window.getTo().isAfter(to) ? window.getTo() : to;
        }
    }

    List<Long> asked() {
        return List.copyOf(asked);
    }

    void told(String where) {
        address = where;
    }

    /** Whether there is anything to ask for. */
    public boolean isAny() {
        return !asked.isEmpty();
    }

    boolean covers(Exchange exchange) {
        return accounts.contains(Pull.accountKey(exchange));
    }

    /** Whether it is about a kind. */
    public boolean has(String kind) {
        return kinds.contains(kind);
    }

    /** The first day that one of the accounts wants. */
    public LocalDate getFrom() {
        return from;
    }

    public LocalDate getTo() {
        return to;
    }

    /** The accounts, as a JSON array. */
    public String getAccounts() {
        return accounts.stream().map(Json::text).collect(Collectors.joining(",", "[", "]"));
    }

    /**
     * The address of the webhook as a further field of a JSON object; empty where there is none.
     */
    public String callback(String field) {
        return address.isEmpty() ? "" : "," + Json.text(field) + ":" + Json.text(address);
    }
}
