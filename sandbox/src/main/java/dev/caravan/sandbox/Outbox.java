package dev.caravan.sandbox;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;

/**
 * Does what it is handed one after the other, in that order, on one thread of its own: what a twin
 * sends by itself. Can be held, so that a test changes the order; holds 100,000 pieces and refuses
 * more. Safe for use by many threads.
 */
public final class Outbox implements AutoCloseable {
    private static final int KEPT = 100_000;
    private final Deque<Runnable> waiting = new ArrayDeque<>();
    private boolean held;
    private boolean busy;
    private boolean closed;

    public Outbox(String name) {
        Thread worker = new Thread(this::work, name);
        worker.setDaemon(true);
        worker.start();
    }

    public synchronized void put(Runnable piece) {
        if (waiting.size() == KEPT) {
            throw new IllegalStateException("more than " + KEPT + " pieces wait to be sent");
        }
        waiting.addLast(piece);
        notifyAll();
    }

    /** Keeps what is put in from now on until it is released. */
    public synchronized void hold() {
        held = true;
    }

    public synchronized void release(boolean reversed) {
        if (reversed) {
            List<Runnable> all = new ArrayList<>(waiting);
            Collections.reverse(all);
            waiting.clear();
            waiting.addAll(all);
        }
        held = false;
        notifyAll();
    }

    /** Waits until nothing is on its way; false when the time is over before. */
    public synchronized boolean settled(Duration limit) throws InterruptedException {
        long until = System.nanoTime() + limit.toNanos();
        while (busy || !waiting.isEmpty()) {
            long left = (until - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                return false;
            }
            wait(left);
        }
        return true;
    }

    private void work() {
        for (Runnable next = next(); next != null; next = next()) {
            try {
                next.run();
            } catch (RuntimeException bug) {
                System.getLogger("sandbox").log(System.Logger.Level.ERROR, "outbox", bug);
            }
        }
    }

    private synchronized Runnable next() {
        busy = false;
        notifyAll();
        while (!closed && (held || waiting.isEmpty())) {
            try {
                wait();
            } catch (InterruptedException ending) {
                return null;
            }
        }
        if (closed) {
            return null;
        }
        busy = true;
        return waiting.removeFirst();
    }

    @Override
    public synchronized void close() {
        closed = true;
        notifyAll();
    }
}
