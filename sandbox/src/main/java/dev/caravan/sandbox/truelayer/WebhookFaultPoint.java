package dev.caravan.sandbox.truelayer;

import dev.caravan.sandbox.Fault;
import dev.caravan.sandbox.FaultTable;
import java.time.Duration;

/**
 * Sets faults in the telling of tasks, by the endpoint that was called. Each strikes one task's end
 * at a time, from the moment it is named; {@link Fault} narrows and lifts it. Immutable.
 */
public record WebhookFaultPoint(FaultTable table, String endpoint) {
    public Fault twice() {
        return set(new WebhookFault.Twice());
    }

    public Fault never() {
        return set(new WebhookFault.Never());
    }

    /** So long after the task's end, by the twin's clock. */
    public Fault late(Duration by) {
        return set(new WebhookFault.Late(by));
    }

    /**
     * The task fails with {@code provider_error} and that is told; so long after, by the twin's
     * clock, it succeeds after all and that is told too.
     */
    public Fault failedFirst(Duration then) {
        return set(new WebhookFault.FailedFirst(then));
    }

    /** Succeeded is told, then Failed, though the result stays. */
    public Fault failedAfterwards() {
        return set(new WebhookFault.FailedAfterwards());
    }

    /** The body names this as the place of the result. */
    public Fault foreignResultsUri(String uri) {
        return says("results_uri", uri);
    }

    public Fault wrongTaskId(String id) {
        return says("task_id", id);
    }

    public Fault statusWord(String word) {
        return says("status", word);
    }

    /** Any member of the body says something else. */
    public Fault says(String member, String text) {
        return set(new WebhookFault.Says(member, text));
    }

    private Fault set(WebhookFault fault) {
        return table.set(endpoint, fault);
    }
}
