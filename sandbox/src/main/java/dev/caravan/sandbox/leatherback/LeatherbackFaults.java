package dev.caravan.sandbox.leatherback;

import dev.caravan.sandbox.Fault;
import dev.caravan.sandbox.FaultTable;
import java.util.List;

/** The faults of the twin, by endpoint template. Safe for use by many threads. */
public record LeatherbackFaults(FaultTable table) {

    /** {@code accounts/{id}/transactions}, {@code auth/token}, ... or {@code *} for all. */
    public LeatherbackFaultPoint on(String endpoint) {
        return new LeatherbackFaultPoint(table, endpoint);
    }

    public List<Fault> all() {
        return table.all();
    }

    public void clear() {
        table.clear();
    }
}
