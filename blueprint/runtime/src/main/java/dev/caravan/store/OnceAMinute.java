package dev.caravan.store;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * Lets housekeeping run once a minute on this node, however often it is called; one that failed
 * runs again at the next call. Safe for any number of threads: one of them does the work.
 */
public final class OnceAMinute {
    public static final Duration EVERY = Duration.ofMinutes(1);

    private final Clock clock;
    private final AtomicReference<Instant> last = new AtomicReference<>();

    public OnceAMinute(Clock clock) {
        this.clock = clock;
    }

    /**
     * @param work is told whether it is the first time in the life of this process
     */
    public void run(Consumer<Boolean> work) {
        Instant before = last.get();
        Instant now = clock.instant();
        if (before != null && now.isBefore(before.plus(EVERY))
                || !last.compareAndSet(before, now)) {
            return;
        }
        try {
            work.accept(before == null);
        } catch (RuntimeException e) {
            last.set(before);
            throw e;
        }
    }
}
