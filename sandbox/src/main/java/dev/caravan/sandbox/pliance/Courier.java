package dev.caravan.sandbox.pliance;

import dev.caravan.sandbox.Outbox;
import dev.caravan.sandbox.http.Posting;
import java.io.IOException;
import java.net.URI;
import java.util.LinkedHashMap;
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
    private final Supplier<PlianceSettings> settings;
    private final SSLContext trust;
    private final Outbox outbox = new Outbox("pliance-webhooks");

    Courier(Supplier<PlianceSettings> settings, SSLContext trust) {
        this.settings = settings;
        this.trust = trust;
    }

    /** Sends the event on its way and tells what became of it. */
    void send(Webhook hook, Event event, Consumer<Delivery> told) {
        outbox.put(
                () -> {
                    for (int left = settings.get().webhookTwice() ? 2 : 1; left > 0; left--) {
                        told.accept(deliver(hook, event));
                    }
                });
    }

    Outbox outbox() {
        return outbox;
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

    @Override
    public void close() {
        outbox.close();
    }
}
