package dev.caravan.inbox;

import dev.caravan.connections.Pull;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The events of one connection that are worked on under one lease; whoever ends the last of them
 * gives it back. Safe for any number of threads.
 */
final class Batch {
    private final Pull pull;
    private final AtomicInteger left;

    Batch(Pull pull, int events) {
        this.pull = pull;
        this.left = new AtomicInteger(events);
    }

    Pull pull() {
        return pull;
    }

    /** True for the last event of the batch. */
    boolean last() {
        return left.decrementAndGet() == 0;
    }
}
