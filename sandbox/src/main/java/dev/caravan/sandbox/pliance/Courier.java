package dev.caravan.sandbox.pliance;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;

/**
 * Delivers events, one after the other in the order in which they were handed over, each once and
 * never again. Can be held, so that a test changes the order. Safe for use by many threads; one
 * thread of its own does the work.
 */
final class Courier implements AutoCloseable {
    /** An event on its way, and who is told what became of it. */
    record Parcel(Webhook hook, Event event, Consumer<Delivery> told) {}

    private final Supplier<PlianceSettings> settings;
    private final SSLContext trust;
    private final Deque<Parcel> waiting = new ArrayDeque<>();
    private boolean held;
    private boolean busy;
    private boolean closed;

    Courier(Supplier<PlianceSettings> settings, SSLContext trust) {
        this.settings = settings;
        this.trust = trust;
        Thread worker = new Thread(this::work, "pliance-webhooks");
        worker.setDaemon(true);
        worker.start();
    }

    synchronized void send(Parcel parcel) {
        waiting.addLast(parcel);
        notifyAll();
    }

    /** Keeps what is sent from now on until it is released. */
    synchronized void hold() {
        held = true;
    }

    synchronized void release(boolean reversed) {
        if (reversed) {
            List<Parcel> all = new ArrayList<>(waiting);
            Collections.reverse(all);
            waiting.clear();
            waiting.addAll(all);
        }
        held = false;
        notifyAll();
    }

    /** Waits until nothing is on its way; false when the time is over before. */
    synchronized boolean settled(Duration limit) throws InterruptedException {
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

    /** Delivers in the calling thread. */
    Delivery deliver(Webhook hook, Event event) {
        PlianceSettings now = settings.get();
        boolean secret = false;
        if (hook.url().isEmpty()) {
            return new Delivery(event, "", 0, "", false, "no webhook is registered");
        }
        try {
            URI url = URI.create(hook.url());
            Map<String, String> headers = new LinkedHashMap<>();
            headers.put("Content-Type", "application/json; charset=utf-8");
            headers.put("User-Agent", "Pliance");
            secret = url.getScheme().equalsIgnoreCase("https") || now.secretOverHttp();
            if (secret) {
                headers.put("X-PLIANCE-SECRET", hook.secret());
            }
            Posting.Answer answer =
                    new Posting(trust, now.webhookTimeoutMillis())
                            .post(url, headers, event.payload());
            return new Delivery(event, hook.url(), answer.status(), answer.body(), secret, "");
        } catch (IOException | IllegalArgumentException unreachable) {
            String error = String.valueOf(unreachable.getMessage());
            return new Delivery(event, hook.url(), 0, "", secret, error);
        }
    }

    private void work() {
        for (Parcel next = next(); next != null; next = next()) {
            try {
                for (int sent = settings.get().webhookTwice() ? 2 : 1; sent > 0; sent--) {
                    next.told().accept(deliver(next.hook(), next.event()));
                }
            } catch (RuntimeException bug) {
                System.getLogger("sandbox").log(System.Logger.Level.ERROR, "webhook", bug);
            }
        }
    }

    private synchronized Parcel next() {
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
