package dev.caravan.watch;

import dev.caravan.faults.StoreFault;
import dev.caravan.store.Database;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What people have paused, by provider, as it was seconds ago, so that whoever asks does not wait
 * for the store. Safe for any number of threads.
 */
public final class Pauses implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Pauses.class);
    private static final int EVERY_SECONDS = 3;

    private final Database database;
    private final BooleanSupplier ready;
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(
                    work -> {
                        Thread thread = new Thread(work, "caravan-pauses");
                        thread.setDaemon(true);
                        return thread;
                    });
    private volatile Map<String, String> paused = Map.of();

    public Pauses(Database database, BooleanSupplier ready) {
        this.database = database;
        this.ready = ready;
    }

    /** Begins to look. */
    public void start() {
        thread.scheduleWithFixedDelay(this::look, 0, EVERY_SECONDS, TimeUnit.SECONDS);
    }

    private void look() {
        if (!ready.getAsBoolean()) {
            return;
        }
        try {
            Map<String, String> found = new TreeMap<>();
            database.query(
                    "select provider, count(connection_id), bool_or(connection_id is null) from"
                            + " ledger.hold where stands group by provider",
                    row ->
                            found.put(
                                    row.getString(1),
                                    row.getBoolean(3)
                                            ? "all of it"
                                            : row.getLong(2) + " of its connections"));
            paused = Map.copyOf(found);
        } catch (StoreFault e) {
            // said once where the outage began; what was known stays
            LOG.debug(e.getMessage());
        } catch (RuntimeException e) {
            LOG.error("CARAVAN-UNEXPECTED looking for pauses stumbled and looks again", e);
        }
    }

    /** {@code all of it} or how many of its connections, by provider; empty where nothing is. */
    public Map<String, String> now() {
        return paused;
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
