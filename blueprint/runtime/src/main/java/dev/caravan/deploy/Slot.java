package dev.caravan.deploy;

import dev.caravan.faults.Fault;
import dev.caravan.faults.StoreFault;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One provider of a node: what it should be, what runs, and why the two differ. A change that stays
 * the same from one look to the next is built aside and swapped in; whatever fails leaves the last
 * good version running. Looks come one at a time, questions from any thread.
 */
final class Slot {
    private static final Logger LOG = LoggerFactory.getLogger(Slot.class);

    /** How long a provider is left running that nothing names any more: files are replaced. */
    private static final Duration GRACE = Duration.ofSeconds(3);

    /** How long between two attempts to run the last good version again. */
    private static final Duration AGAIN = Duration.ofSeconds(5);

    private final String name;
    private final Supplier<Wanted> wish;
    private final Function<Provider, ProviderContext> workshop;
    private final DeploymentLog log;
    private final Executor later;
    private final AtomicBoolean busy = new AtomicBoolean();

    /** Requests go through it; a swap shuts it for the moment in which nothing runs. */
    private final ReentrantReadWriteLock gate = new ReentrantReadWriteLock();

    private volatile ProviderContext running;
    private volatile String refusal;
    private volatile String idle;
    private Wanted seen;
    private Provider tried;
    private Provider good;
    private long goneSince;
    private long revivedAt;

    /**
     * What a provider should be.
     *
     * @param provider null where nothing names it, or where it cannot be read
     * @param trouble why it cannot be read, else null
     */
    record Wanted(Provider provider, String trouble) {
        static final Wanted NOTHING = new Wanted(null, null);
    }

    /**
     * @param wish what the provider should be, as of now
     * @param workshop builds a version aside
     * @param later does what nobody waits for
     */
    Slot(
            String name,
            Supplier<Wanted> wish,
            Function<Provider, ProviderContext> workshop,
            DeploymentLog log,
            Executor later) {
        this.log = log;
        this.later = later;
        this.name = name;
        this.wish = wish;
        this.workshop = workshop;
    }

    /** True for the one that may look now; ends with the look. */
    boolean free() {
        return busy.compareAndSet(false, true);
    }

    /** Looks once; never raises. */
    synchronized void look() {
        try {
            consider(wish.get());
        } catch (RuntimeException e) {
            LOG.error("CARAVAN-DEPLOY {}: the deployer stumbled and looks again", name, e);
        } finally {
            busy.set(false);
        }
    }

    private void consider(Wanted wanted) {
        // a file that is still being written differs from one look to the next
        boolean settled = wanted.equals(seen);
        seen = wanted;
        if (wanted.equals(Wanted.NOTHING)) {
            gone(settled);
            return;
        }
        goneSince = 0;
        if (!settled) {
            return;
        }
        if (wanted.trouble() != null) {
            tried = null;
            refuse(wanted.trouble());
        } else if (wanted.provider().unset() != null) {
            waits(wanted.provider().unset());
        } else {
            idle = null;
            change(wanted.provider());
        }
        revive();
    }

    private void change(Provider wanted) {
        if (wanted.equals(tried)) {
            return;
        }
        if (running != null && wanted.equals(running.provider())) {
            // an edit was taken back
            tried = wanted;
            refusal = null;
        } else {
            deploy(wanted);
        }
    }

    /** Nothing names it; an editor, a bundle update or a new cfg may only be half way. */
    private void gone(boolean settled) {
        if (!settled || goneSince == 0) {
            goneSince = System.nanoTime();
        } else if (System.nanoTime() - goneSince > GRACE.toNanos()) {
            idle = null;
            forget();
        }
    }

    private void waits(String setting) {
        if (!setting.equals(idle)) {
            LOG.info(
                    "CARAVAN-IDLE {}: {} is empty; set it in etc/caravan.provider.{}.cfg",
                    name,
                    setting,
                    name);
        }
        idle = setting;
        forget();
    }

    /** Builds the provider aside and swaps it in; what ran before runs on where that fails. */
    private void deploy(Provider wanted) {
        tried = wanted;
        try {
            long drained = replace(workshop.apply(wanted));
            good = wanted;
            refusal = null;
            log.live(wanted);
            LOG.info(
                    "CARAVAN-DEPLOYED {}: {} files live, {} ms without a running route",
                    name,
                    wanted.files().size(),
                    drained);
        } catch (StoreFault e) {
            // nothing is wrong with it: tried again with the next look
            tried = null;
            refuse(e.getMessage());
        } catch (Fault e) {
            refuse(e.getMessage());
            log.refused(wanted, e.getMessage());
        }
    }

    private void refuse(String why) {
        if (!Objects.equals(refusal, why)) {
            refusal = why;
            LOG.error(why);
        }
    }

    /**
     * Lets the old one come to a stop and the new one begin; where the new one does not start, the
     * old one goes on.
     *
     * @return for how many milliseconds no route ran
     */
    private long replace(ProviderContext next) {
        ProviderContext old = running;
        if (old != null) {
            old.drain(gate::getReadLockCount);
        }
        boolean alone = alone(next);
        long shut = System.nanoTime();
        try {
            if (old != null) {
                old.pause();
            }
            try {
                next.run();
            } catch (RuntimeException e) {
                goOn(old);
                throw e;
            }
            running = next;
        } catch (RuntimeException e) {
            next.close();
            throw e;
        } finally {
            if (alone) {
                gate.writeLock().unlock();
            }
        }
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - shut);
        if (old != null) {
            later.execute(old::replaced);
        }
        return millis;
    }

    private boolean alone(ProviderContext next) {
        try {
            return gate.writeLock().tryLock(next.patience().toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void goOn(ProviderContext old) {
        if (old == null) {
            return;
        }
        try {
            old.goOn();
        } catch (RuntimeException e) {
            LOG.error(
                    "CARAVAN-DEPLOY {}: the last good version does not start again and is built"
                            + " anew",
                    name,
                    e);
            running = null;
            old.close();
        }
    }

    /** The last good version runs, whatever became of the newest. */
    private void revive() {
        boolean due = System.nanoTime() - revivedAt > AGAIN.toNanos();
        if (running != null || good == null || refusal == null || !due) {
            return;
        }
        revivedAt = System.nanoTime();
        try {
            replace(workshop.apply(good));
            LOG.info("CARAVAN-DEPLOYED {}: the last good version runs again", name);
        } catch (Fault e) {
            LOG.warn(e.getMessage());
        }
    }

    private void forget() {
        ProviderContext old = running;
        running = null;
        tried = null;
        good = null;
        refusal = null;
        if (old != null) {
            old.drain(gate::getReadLockCount);
            old.close();
            LOG.info("CARAVAN-WITHDRAWN {}: stopped; its connections and rows stay", name);
        }
    }

    /** Stops it for good. */
    synchronized void end() {
        idle = null;
        forget();
    }

    /**
     * Does something with what runs, and nothing is swapped meanwhile; while a swap is on it waits.
     *
     * @param work gets null where nothing runs
     */
    <T> T with(Duration patience, Function<ProviderContext, T> work) {
        boolean in = false;
        try {
            in = gate.readLock().tryLock(patience.toMillis(), TimeUnit.MILLISECONDS);
            return work.apply(in ? running : null);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return work.apply(null);
        } finally {
            if (in) {
                gate.readLock().unlock();
            }
        }
    }

    ProviderContext running() {
        return running;
    }

    String refusal() {
        return refusal;
    }

    String idle() {
        return idle;
    }

    Map<String, String> settings() {
        ProviderContext context = running;
        return context == null ? Map.of() : context.provider().settings();
    }

    Map<String, String> answers() {
        ProviderContext context = running;
        return context == null ? Map.of() : context.provider().answers();
    }
}
