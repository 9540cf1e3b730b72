package dev.caravan.sandbox.pockit;

import dev.caravan.sandbox.Effect;
import dev.caravan.sandbox.Fault;
import dev.caravan.sandbox.FaultPoint;
import dev.caravan.sandbox.FaultTable;
import java.util.List;

/**
 * Where a test sets faults, by endpoint template; {@code *} means all. Safe for use by many
 * threads.
 */
public record PockitFaults(FaultTable table) {
    /** {@code location} of an answered intent is this; {@code {id}} is filled in. */
    record Location(String address) implements Effect {}

    /** The faults that every endpoint can have. */
    public FaultPoint on(String endpoint) {
        return new FaultPoint(table, endpoint);
    }

    /** The faults of a list: its rows, its Next. */
    public PagePoint pages(String endpoint) {
        return new PagePoint(on(endpoint));
    }

    /** Sends the browser there instead: another host, another intent, plain http. */
    public Fault location(String address) {
        return on("authorise").set(new Location(address));
    }

    /** The payment is accepted and the connection dropped before a byte of the answer. */
    public Fault paymentAcceptedAndConnectionDropped() {
        return on("payments").losesTheAnswer();
    }

    public List<Fault> all() {
        return table.all();
    }

    public void clear() {
        table.clear();
    }
}
