package dev.caravan.sandbox.truelayer;

import dev.caravan.sandbox.Fault;
import dev.caravan.sandbox.FaultTable;
import java.util.List;

/**
 * The way into the faults of the twin. Endpoints are named by template, such as {@code
 * accounts/{id}/transactions} or {@code connect/token}; {@code *} is every endpoint. Immutable, its
 * table safe for use by many threads.
 */
public record Faults(FaultTable table) {
    public FaultPoint on(String endpoint) {
        return new FaultPoint(table, endpoint);
    }

    public List<Fault> all() {
        return table.all();
    }

    /** Lifts all of them. */
    public void clear() {
        table.clear();
    }
}
