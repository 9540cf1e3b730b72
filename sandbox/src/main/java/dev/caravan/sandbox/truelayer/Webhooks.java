package dev.caravan.sandbox.truelayer;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.sandbox.Json;
import dev.caravan.sandbox.Outbox;
import dev.caravan.sandbox.http.Posting;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;

/**
 * Posts webhooks, each once and never again, and remembers the last 10,000 attempts. Reaches
 * loopback only. Safe for use by many threads; what is sent, an outbox of its own sends.
 */
final class Webhooks implements AutoCloseable {
    private static final int KEPT = 10_000;
    private final Supplier<TwinSettings> settings;
    private final SSLContext trust;
    private final Outbox outbox = new Outbox("truelayer-webhooks");
    private final Deque<WebhookDelivery> deliveries = new ArrayDeque<>();

    Webhooks(Supplier<TwinSettings> settings, SSLContext trust) {
        this.settings = settings;
        this.trust = trust;
    }

    Outbox outbox() {
        return outbox;
    }

    void send(URI to, JsonNode body) {
        outbox.put(() -> post(to, body));
    }

    /** Posts in the calling thread. */
    WebhookDelivery post(URI to, JsonNode body) {
        return post(to, Map.of(), Json.bytes(body));
    }

    WebhookDelivery post(URI to, Map<String, String> headers, byte[] body) {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("Content-Type", "application/json");
        all.putAll(headers);
        long started = System.nanoTime();
        int status = 0;
        String answer = "";
        String error = "";
        try {
            Posting.Answer came =
                    new Posting(trust, settings.get().webhookTimeoutMillis()).post(to, all, body);
            status = came.status();
            answer = came.body();
        } catch (IOException | IllegalArgumentException unreachable) {
            error = String.valueOf(unreachable.getMessage());
        }
        long millis = (System.nanoTime() - started) / 1_000_000;
        WebhookDelivery done = new WebhookDelivery(to, tree(body), status, answer, error, millis);
        synchronized (deliveries) {
            if (deliveries.size() == KEPT) {
                deliveries.removeFirst();
            }
            deliveries.addLast(done);
        }
        return done;
    }

    List<WebhookDelivery> deliveries() {
        synchronized (deliveries) {
            return List.copyOf(deliveries);
        }
    }

    private static JsonNode tree(byte[] body) {
        try {
            return Json.parse(body);
        } catch (IllegalArgumentException notJson) {
            return Json.object();
        }
    }

    @Override
    public void close() {
        outbox.close();
    }
}
