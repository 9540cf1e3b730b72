package dev.caravan.vault;

import dev.caravan.faults.Fault;
import dev.caravan.faults.SetupFault;
import dev.caravan.faults.StoreFault;
import dev.caravan.store.Database;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replaces the vault's key while everything runs: a new key is handed out first, seals when every
 * node has it, then what is sealed is sealed anew, and only what seals nothing is taken away. Which
 * key seals is in the store, the keys are in the key file alone. Safe for any number of nodes.
 */
public final class KeyRotation implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(KeyRotation.class);
    private static final int EVERY_SECONDS = 5;
    private static final int LOOKS = 16;
    private static final long LOOK_MILLIS = 500;

    private final Database database;
    private final Sealer sealer;
    private final SealedValues values;
    private final KeyBoard board;
    private final BooleanSupplier ready;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(
                    work -> new Thread(work, "caravan-vault-keys"));
    private volatile String walked = "";
    private volatile String said = "";

    public KeyRotation(Database database, Sealer sealer, String node, BooleanSupplier ready) {
        this.database = database;
        this.sealer = sealer;
        this.values = new SealedValues(database, sealer);
        this.board = new KeyBoard(node);
        this.ready = ready;
    }

    /** Begins to look after the keys. */
    public void start() {
        thread.scheduleWithFixedDelay(this::tick, 0, EVERY_SECONDS, TimeUnit.SECONDS);
    }

    private void tick() {
        if (!ready.getAsBoolean()) {
            return;
        }
        try {
            look();
        } catch (StoreFault e) {
            // said once where the outage began; the next look goes on
            LOG.debug(e.getMessage());
        } catch (Fault e) {
            once(e.getMessage());
        } catch (RuntimeException e) {
            LOG.error("CARAVAN-UNEXPECTED the keys stumbled and are looked at again", e);
        }
    }

    private void once(String what) {
        if (!what.equals(said)) {
            LOG.error(what);
            said = what;
        }
    }

    /** Does what is to be done now: reads the file, follows the store, seals anew, takes away. */
    public void look() {
        KeyBoard.Keys keys = told();
        follow(keys);
        if (!keys.replaced().isEmpty() && !walked.equals(keys.current()) && values.walk()) {
            walked = stale(keys).isEmpty() ? keys.current() : "";
        }
        List<String> gone = keys.retired().stream().filter(sealer.ids()::contains).toList();
        if (!gone.isEmpty()) {
            Map<String, Long> counted = values.counted();
            gone.stream().filter(id -> !counted.containsKey(id)).forEach(sealer::drop);
            told();
        }
    }

    /** Tells the others which keys are here, and hears which one seals. */
    private synchronized KeyBoard.Keys told() {
        if (!sealer.reload()) {
            once(
                    "CARAVAN-KEY vault: the key file is not usable or lacks the key that seals; the"
                            + " keys stay as they were read last, put the file right before the"
                            + " next start");
        }
        return database.inTransaction(store -> board.told(store, sealer.ids(), sealer.current()));
    }

    private synchronized void follow(KeyBoard.Keys keys) {
        if (!sealer.ids().contains(keys.current())) {
            throw lacks(keys.current());
        }
        if (!sealer.current().equals(keys.current())
                || !sealer.ids().iterator().next().equals(keys.current())) {
            sealer.use(keys.current());
            told();
        }
    }

    private static SetupFault lacks(String id) {
        return new SetupFault(
                new Fault.Account(
                        "CARAVAN-KEY",
                        "vault",
                        "the key file of this node",
                        "lacks key " + id + ", under which the nodes seal",
                        "copy the key file of a node that has it here, mode 0600; it is read at"
                                + " once",
                        null));
    }

    private Map<String, Long> stale(KeyBoard.Keys keys) {
        Map<String, Long> counted = values.counted();
        counted.remove(keys.current());
        return counted;
    }

    /**
     * Seals under a new key from now on, where every node can read it; else hands it out, and is to
     * be asked again.
     *
     * @return the nodes that lack it; empty where it seals now
     */
    public List<String> rotate() {
        String fresh;
        synchronized (this) {
            KeyBoard.Keys keys = told();
            follow(keys);
            // one that was handed out before is used, so that asking again is the same
            Optional<String> handed =
                    sealer.ids().stream().filter(keys.handed()::contains).findFirst();
            fresh = handed.orElseGet(sealer::add);
            told();
        }
        List<String> lacking = lacking(fresh);
        // nodes that share the file have read it in a moment
        for (int i = 0; i < LOOKS && !lacking.isEmpty() && !closedWhileWaiting(); i++) {
            lacking = lacking(fresh);
        }
        if (lacking.isEmpty()) {
            database.inTransaction(store -> board.promote(store, fresh));
            follow(told());
            thread.execute(this::tick);
        }
        return lacking;
    }

    private boolean closedWhileWaiting() {
        try {
            return closed.await(LOOK_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    private List<String> lacking(String id) {
        return database.inTransaction(store -> board.lacking(store, id));
    }

    /**
     * Gives up the keys that seal nothing any more.
     *
     * @return why not yet; empty where they are gone here, and go on every node
     */
    public Optional<String> finish() {
        KeyBoard.Keys keys = told();
        follow(keys);
        if (keys.replaced().isEmpty()) {
            return Optional.of("there is no key that was replaced");
        }
        List<String> others =
                database.inTransaction(store -> board.sealingOtherwise(store, keys.current()));
        if (!others.isEmpty()) {
            return Optional.of(
                    "these nodes seal under an old key yet: " + String.join(", ", others));
        }
        values.walk();
        Map<String, Long> stale = stale(keys);
        if (!stale.isEmpty()) {
            return Optional.of(
                    "these keys seal values yet, which are sealed anew by and by: " + stale);
        }
        database.inTransaction((Connection store) -> board.retire(store));
        look();
        return Optional.empty();
    }

    /** A key as it is shown. */
    public record Shown(
            String id, String is, String since, long values, String nodes, boolean here) {}

    /** Every key that is known, or that something is sealed under. */
    public List<Shown> shown() {
        told();
        Map<String, Long> counted = values.counted();
        List<Shown> shown = database.inTransaction((Connection store) -> rows(store, counted));
        counted.forEach(
                (id, count) -> {
                    if (shown.stream().noneMatch(each -> each.id().equals(id))) {
                        shown.add(new Shown(id, "unknown", null, count, "", false));
                    }
                });
        return shown;
    }

    private List<Shown> rows(Connection store, Map<String, Long> counted) throws SQLException {
        return board.shown(
                store,
                (id, is, since, nodes) ->
                        new Shown(
                                id,
                                is,
                                since,
                                counted.getOrDefault(id, 0L),
                                nodes,
                                sealer.ids().contains(id)));
    }

    @Override
    public void close() {
        closed.countDown();
        thread.shutdownNow();
        try {
            thread.awaitTermination(EVERY_SECONDS, TimeUnit.SECONDS);
            if (ready.getAsBoolean()) {
                database.inTransaction(board::gone);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (StoreFault e) {
            // the others forget this node by time
            LOG.debug(e.getMessage());
        }
    }
}
