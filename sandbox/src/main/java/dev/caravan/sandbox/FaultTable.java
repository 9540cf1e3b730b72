package dev.caravan.sandbox;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The faults set at a twin. The fault set first strikes first, and one request is struck by one
 * fault at most. Safe for use by many threads.
 */
public final class FaultTable {
    private final List<Fault> faults = new CopyOnWriteArrayList<>();

    public Fault set(String endpoint, Effect effect) {
        Fault fault = new Fault(endpoint, effect);
        faults.add(fault);
        return fault;
    }

    public Optional<Effect> strike(String endpoint, String user, String account) {
        for (Fault fault : faults) {
            if (fault.strikes(endpoint, user, account)) {
                return Optional.of(fault.effect());
            }
        }
        return Optional.empty();
    }

    public List<Fault> all() {
        return List.copyOf(faults);
    }

    public void clear() {
        faults.forEach(Fault::lift);
        faults.clear();
    }
}
