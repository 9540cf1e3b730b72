package dev.caravan.inbox;

import dev.caravan.connections.Pull;
import java.util.UUID;
import org.apache.camel.Exchange;

/**
 * An event that this node works on, under the lease of its connection. Its body does not show in
 * {@code toString}. Immutable.
 *
 * @param body the JSON exactly as it came
 * @param attempts how often working on it has failed
 */
public record Event(long id, String type, String entity, String body, int attempts, Batch batch) {
    static Event of(Exchange exchange) {
        return exchange.getProperty("event", Event.class);
    }

    public UUID connection() {
        return batch.pull().connection();
    }

    /** The work as other verbs know it: set it as property {@code pull}. */
    public Pull pull() {
        return batch.pull();
    }

    @Override
    public String toString() {
        return "event " + id + " of type " + type;
    }
}
