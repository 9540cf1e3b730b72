package dev.caravan.store;

import dev.caravan.connections.DeadLeases;
import dev.caravan.faults.Fault;
import dev.caravan.faults.StoreFault;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the store usable: starts the embedded server where there is one (and again where its
 * process died), then brings the shape up to date. Trouble is logged once and tried again until it
 * is over. One thread of its own; the queries are safe for any.
 */
public final class Keeper implements BooleanSupplier, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Keeper.class);

    private final EmbeddedServer embedded;
    private final Database database;
    private final Migrations migrations;
    private final DeadLeases leases;
    private final LogParts parts;
    private final AtomicReference<String> trouble = new AtomicReference<>("the store is starting");
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(
                    work -> new Thread(work, "caravan-store-keeper"));
    private volatile boolean ready;
    private volatile String step = "its server is starting";

    public Keeper(
            StoreHome home,
            Database database,
            Migrations migrations,
            DeadLeases leases,
            LogParts parts) {
        this.leases = leases;
        this.parts = parts;
        this.embedded = home.embedded();
        this.database = database;
        this.migrations = migrations;
    }

    public void start() {
        thread.scheduleWithFixedDelay(this::look, 0, 1, TimeUnit.SECONDS);
    }

    private void look() {
        try {
            if (embedded != null && !embedded.alive()) {
                embedded.start();
            }
            if (!ready) {
                step = "its shape is brought up to date";
                migrations.run();
                leases.free();
                parts.settle();
                ready = true;
                LOG.info("CARAVAN-STORE-READY store: at version {}", migrations.version());
            }
            trouble.set(null);
            parts.keep();
        } catch (StoreFault e) {
            // the database said it already
            trouble.set(e.getMessage());
        } catch (Fault e) {
            say(e.getMessage());
        } catch (IOException e) {
            say(
                    "CARAVAN-STORE-START store: the embedded server does not start: "
                            + e.getMessage()
                            + "; tried again until it does, see log/ in its data folder, or move it"
                            + " with embedded.port in etc/caravan.store.cfg");
        } catch (RuntimeException | LinkageError e) {
            say("CARAVAN-STORE-MIGRATION store: " + e);
        }
    }

    private void say(String what) {
        if (!what.equals(trouble.getAndSet(what))) {
            LOG.error(what);
        }
    }

    /** Whether the store has this version's shape; routes run only then. */
    public boolean ready() {
        return ready;
    }

    @Override
    public boolean getAsBoolean() {
        return ready();
    }

    /** What is done before the store is ready, in a few words. */
    public String step() {
        return step;
    }

    /** What is wrong with the store, in one line; empty where nothing is. */
    public Optional<String> trouble() {
        return Optional.ofNullable(trouble.get()).or(database::outage);
    }

    @Override
    public void close() {
        thread.shutdown();
        try {
            thread.awaitTermination(1, TimeUnit.MINUTES);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        database.close();
        if (embedded != null) {
            embedded.close();
        }
    }
}
