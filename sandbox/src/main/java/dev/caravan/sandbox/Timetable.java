package dev.caravan.sandbox;

import java.time.Clock;
import java.time.Instant;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Queue;

/**
 * Does work when the twin's clock says that it is due, in the order of the due times, and where
 * those are equal in the order in which it was entered. Work is done on one thread of its own
 * within a few milliseconds of the machine, or at once by whoever asks for {@link #runDue}. Safe
 * for use by many threads; the work itself must not wait.
 */
public final class Timetable implements AutoCloseable {
    private static final long LOOK_EVERY_MILLIS = 5;

    private record Entry(Instant due, long number, Runnable work) {}

    private final Clock clock;
    private final Queue<Entry> entries =
            new PriorityQueue<>(Comparator.comparing(Entry::due).thenComparing(Entry::number));
    private long numbers;
    private boolean closed;

    public Timetable(Clock clock, String name) {
        this.clock = clock;
        Thread worker = new Thread(this::work, name);
        worker.setDaemon(true);
        worker.start();
    }

    public synchronized void at(Instant due, Runnable work) {
        entries.add(new Entry(due, numbers++, work));
        notifyAll();
    }

    /** Does all that is due now, and what becomes due by it, before it answers. */
    public synchronized void runDue() {
        for (Entry next = entries.peek(); due(next); next = entries.peek()) {
            entries.remove();
            try {
                next.work().run();
            } catch (RuntimeException bug) {
                System.getLogger("sandbox").log(System.Logger.Level.ERROR, "timetable", bug);
            }
        }
    }

    private boolean due(Entry entry) {
        return !closed && entry != null && !entry.due().isAfter(clock.instant());
    }

    private synchronized void work() {
        while (!closed) {
            runDue();
            try {
                // a movable clock tells nobody that it moved
                wait(entries.isEmpty() ? 0 : LOOK_EVERY_MILLIS);
            } catch (InterruptedException ending) {
                return;
            }
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        notifyAll();
    }
}
