package dev.caravan.sandbox.truelayer;

import dev.caravan.sandbox.Fault;
import dev.caravan.sandbox.FaultTable;
import java.util.List;
import java.util.stream.Stream;

/**
 * The way into the faults of the twin. Endpoints are named by template, such as {@code
 * accounts/{id}/transactions} or {@code connect/token}; {@code *} is every endpoint. Immutable, its
 * tables safe for use by many threads.
 */
public record Faults(FaultTable table, FaultTable tasks, FaultTable webhooks) {
    Faults() {
        this(new FaultTable(), new FaultTable(), new FaultTable());
    }

    /** Faults of the exchange: of an asynchronous call they strike its acceptance. */
    public FaultPoint on(String endpoint) {
        return new FaultPoint(table, endpoint);
    }

    /** Faults inside the task of an asynchronous call, by the endpoint that was called. */
    public FaultPoint task(String endpoint) {
        return new FaultPoint(tasks, endpoint);
    }

    /** Faults in the telling of a task's end, by the endpoint that was called. */
    public WebhookFaultPoint webhook(String endpoint) {
        return new WebhookFaultPoint(webhooks, endpoint);
    }

    public List<Fault> all() {
        return Stream.of(table, tasks, webhooks).flatMap(one -> one.all().stream()).toList();
    }

    /** Lifts all of them. */
    public void clear() {
        table.clear();
        tasks.clear();
        webhooks.clear();
    }
}
