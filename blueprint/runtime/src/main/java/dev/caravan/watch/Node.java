package dev.caravan.watch;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Map;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows the health of a node and a few of its gauges over JMX. What it shows was found out before;
 * reading it waits for nothing. Safe for any number of threads.
 */
public final class Node implements NodeMXBean, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Node.class);
    private static final String NAME = "dev.caravan:type=Node";

    private final Health health;
    private final MeterRegistry metrics;
    private final MBeanServer server = ManagementFactory.getPlatformMBeanServer();

    public Node(Health health, MeterRegistry metrics) {
        this.health = health;
        this.metrics = metrics;
    }

    public void start() {
        try {
            ObjectName name = new ObjectName(NAME);
            if (server.isRegistered(name)) {
                server.unregisterMBean(name);
            }
            server.registerMBean(this, name);
        } catch (JMException e) {
            LOG.warn("the node does not show over JMX: {}", e.toString());
        }
    }

    @Override
    public String getStatus() {
        return health.now().status().name();
    }

    @Override
    public List<String> getCauses() {
        return health.now().causes().stream()
                .map(each -> each.part() + ": " + each.what() + "; " + each.next())
                .toList();
    }

    @Override
    public List<String> getProvidersRunning() {
        return health.now().running();
    }

    @Override
    public Map<String, String> getProvidersIdle() {
        return health.now().idle();
    }

    @Override
    public long getPullsRunning() {
        return sum("caravan.pulls.running");
    }

    @Override
    public long getPullsOverdue() {
        return sum("caravan.pulls.overdue");
    }

    @Override
    public long getInboxOpen() {
        return sum("caravan.inbox.open");
    }

    @Override
    public long getInboxDead() {
        return sum("caravan.inbox.dead");
    }

    private long sum(String gauge) {
        return (long) metrics.find(gauge).gauges().stream().mapToDouble(Gauge::value).sum();
    }

    @Override
    public void close() {
        try {
            server.unregisterMBean(new ObjectName(NAME));
        } catch (JMException e) {
            LOG.debug("the node did not show over JMX", e);
        }
    }
}
