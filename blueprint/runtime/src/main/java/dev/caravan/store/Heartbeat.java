package dev.caravan.store;

import dev.caravan.faults.StoreFault;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the heartbeat row while this node runs, so that readers can tell silence from absence and
 * a replication slot moves on. Of several nodes on a store one writes each beat. One thread of its
 * own.
 */
public final class Heartbeat implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Heartbeat.class);

    private final Database database;
    private final BooleanSupplier ready;
    private final String node;
    private final Duration every;
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(
                    work -> {
                        Thread thread = new Thread(work, "caravan-heartbeat");
                        thread.setDaemon(true);
                        return thread;
                    });

    /**
     * @param seconds how often, at least 1
     */
    public Heartbeat(Database database, BooleanSupplier ready, String node, int seconds) {
        this.database = database;
        this.ready = ready;
        this.node = node;
        this.every = Duration.ofSeconds(Math.max(1, seconds));
    }

    public void start() {
        // oftener than beats are due, so that the first comes soon after the store is ready
        long look = Math.max(1, every.toSeconds() / 5);
        thread.scheduleWithFixedDelay(this::look, 0, look, TimeUnit.SECONDS);
    }

    private void look() {
        if (!ready.getAsBoolean()) {
            return;
        }
        try {
            beat();
        } catch (StoreFault e) {
            // said once where the outage began
            LOG.debug(e.getMessage());
        } catch (RuntimeException e) {
            LOG.error("CARAVAN-UNEXPECTED the heartbeat stumbled and is tried again", e);
        }
    }

    /** Writes the row where its time has come. */
    void beat() {
        database.query(
                "select caravan.beat(?, make_interval(secs => ?))",
                row -> null,
                node,
                every.toSeconds());
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
