package dev.caravan.sandbox.pliance;

import dev.caravan.sandbox.FaultTable;

/** The faults of a twin, by endpoint template; {@code *} is all of them. Immutable. */
public record PlianceFaults(FaultTable table) {
    public PlianceFaultPoint on(String endpoint) {
        return new PlianceFaultPoint(table, endpoint);
    }

    public void clear() {
        table.clear();
    }
}
