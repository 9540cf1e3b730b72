package dev.caravan.watch;

import java.util.List;
import java.util.Map;

/** What JMX shows of a node, as {@code dev.caravan:type=Node}; nothing of it names a connection. */
public interface NodeMXBean {
    /** {@code READY}, {@code DEGRADED}, {@code STARTING} or {@code DOWN}. */
    String getStatus();

    /** Why it is not simply ready, a line each. */
    List<String> getCauses();

    List<String> getProvidersRunning();

    /** The setting that a provider waits for, by provider. */
    Map<String, String> getProvidersIdle();

    /** Connections that are pulled now, on any node. */
    long getPullsRunning();

    /** Connections that are due and that nobody takes. */
    long getPullsOverdue();

    /** Webhook events that wait to be worked on. */
    long getInboxOpen();

    /** Webhook events that failed for good. */
    long getInboxDead();
}
