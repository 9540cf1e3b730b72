package dev.caravan.inbox;

import dev.caravan.faults.Fault;
import dev.caravan.faults.StoreFault;
import dev.caravan.store.Database;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stores events, each told of after its commit. Whoever comes while a commit runs shares the next
 * one: nobody lingers, a burst costs few commits, and no thread of a sender waits. Safe for any
 * number of threads and nodes; an event is kept once.
 */
public final class Arrivals {
    private static final Logger LOG = LoggerFactory.getLogger(Arrivals.class);
    private static final int MOST = 256;

    /** Events are made due at once, or together with others that come within this time. */
    private static final long NUDGE_NANOS = Duration.ofMillis(20).toNanos();

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final ArrivalRows rows;
    private final Queue<Waiting> queue = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean led = new AtomicBoolean();
    private final ScheduledThreadPoolExecutor leader;

    /** For the leader alone: connections that are not made due yet, and when others were last. */
    private final Set<UUID> due = new HashSet<>();

    private long nudged = System.nanoTime();
    private boolean later;

    public Arrivals(Database database) {
        this.rows = new ArrivalRows(database);
        this.leader =
                new ScheduledThreadPoolExecutor(
                        1,
                        work -> {
                            Thread thread = new Thread(work, "caravan-arrivals");
                            thread.setDaemon(true);
                            return thread;
                        });
        leader.setKeepAliveTime(30, TimeUnit.SECONDS);
        // nobody has to close it: without work it has no thread
        leader.allowCoreThreadTimeOut(true);
    }

    /** What became of an event: it is new, known already, or its address has ended. */
    enum Kept {
        NEW,
        DUPLICATE,
        ENDED
    }

    /** An event, and whom to tell: what became of it, or why it may not have been kept. */
    private record Waiting(Arrival arrival, BiConsumer<Kept, RuntimeException> told) {
        void tell(Kept kept, RuntimeException trouble) {
            try {
                told.accept(kept, trouble);
            } catch (RuntimeException e) {
                // who asked is gone; the others still wait for their answer
                LOG.debug("nobody to tell", e);
            }
        }
    }

    /**
     * Takes an event and does not wait.
     *
     * @param told told once, after the commit; it must not block
     */
    void offer(Arrival arrival, BiConsumer<Kept, RuntimeException> told) {
        queue.add(new Waiting(arrival, told));
        if (led.compareAndSet(false, true)) {
            leader.execute(this::lead);
        }
    }

    /**
     * Stores an event and commits before it returns.
     *
     * @throws StoreFault where the store is away or too slow: the event may or may not be kept
     */
    Kept keep(Arrival arrival) {
        CompletableFuture<Kept> mine = new CompletableFuture<>();
        offer(
                arrival,
                (kept, trouble) -> {
                    if (trouble == null) {
                        mine.complete(kept);
                    } else {
                        mine.completeExceptionally(trouble);
                    }
                });
        return await(mine);
    }

    private static Kept await(CompletableFuture<Kept> mine) {
        try {
            return mine.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw (RuntimeException) e.getCause();
        } catch (TimeoutException e) {
            throw slow();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw slow();
        }
    }

    /** Commits for all until nobody waits. */
    private void lead() {
        do {
            try {
                while (!queue.isEmpty()) {
                    write();
                    if (System.nanoTime() - nudged > NUDGE_NANOS) {
                        nudge();
                    }
                }
            } finally {
                led.set(false);
            }
        } while (!queue.isEmpty() && led.compareAndSet(false, true));
        if (!due.isEmpty() && !later) {
            later = true;
            leader.schedule(this::nudge, NUDGE_NANOS, TimeUnit.NANOSECONDS);
        }
    }

    private void write() {
        List<Waiting> batch = new ArrayList<>();
        while (batch.size() < MOST && !queue.isEmpty()) {
            batch.add(queue.remove());
        }
        try {
            commit(batch);
        } catch (StoreFault e) {
            batch.forEach(each -> each.tell(null, e));
        } catch (RuntimeException e) {
            // one that the store refuses must not cost the others their answer
            batch.forEach(this::alone);
        }
    }

    private void alone(Waiting one) {
        try {
            commit(List.of(one));
        } catch (RuntimeException e) {
            one.tell(null, e);
        }
    }

    private void commit(List<Waiting> batch) {
        Kept[] kept = rows.insert(batch.stream().map(Waiting::arrival).toList());
        for (int i = 0; i < kept.length; i++) {
            batch.get(i).tell(kept[i], null);
            if (kept[i] == Kept.NEW) {
                due.add(batch.get(i).arrival().connection());
            }
        }
    }

    /** Nobody waits for it: what is not made due now, the sweep makes due. */
    private void nudge() {
        nudged = System.nanoTime();
        later = false;
        if (!due.isEmpty()) {
            try {
                rows.nudge(due);
            } catch (RuntimeException e) {
                LOG.debug("events are stored and wait for the sweep", e);
            }
            due.clear();
        }
    }

    private static StoreFault slow() {
        return new StoreFault(
                new Fault.Account(
                        "CARAVAN-STORE-DOWN",
                        "store",
                        "expected a commit within " + PATIENCE.toSeconds() + " s,",
                        "found none",
                        "the event is not acknowledged; it is offered again",
                        null));
    }
}
