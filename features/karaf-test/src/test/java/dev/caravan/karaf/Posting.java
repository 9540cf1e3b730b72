package dev.caravan.karaf;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Senders that post events to one address as fast as they are answered. As a provider does, each
 * sends an event again, a few times, until it is acknowledged. Closing it ends them.
 */
final class Posting implements AutoCloseable {
    private static final int SENDERS = 16;
    private static final int ATTEMPTS = 400;

    /** Events that were answered with 2xx, and those that were sent and never were. */
    final Set<String> answered = ConcurrentHashMap.newKeySet();

    final Set<String> unanswered = ConcurrentHashMap.newKeySet();

    private final List<Thread> senders = new ArrayList<>();
    private final URI address;
    private final String proof;
    private final CountDownLatch over = new CountDownLatch(1);

    Posting(URI address, String proof) {
        this.address = address;
        this.proof = proof;
        for (int i = 0; i < SENDERS; i++) {
            var name = "s" + i;
            // every second one gives up at once, as senders do that know no retry
            var attempts = i % 2 == 0 ? ATTEMPTS : 1;
            var sender = new Thread(() -> send(name, attempts));
            senders.add(sender);
            sender.start();
        }
    }

    private void send(String name, int attempts) {
        var http =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(Duration.ofSeconds(2))
                        .build();
        for (int n = 0; !isOver(); n++) {
            var event = name + "-" + n;
            unanswered.add(event);
            for (int i = 0; i < attempts && !isOver() && !acknowledged(http, event); i++) {
                pause();
            }
        }
    }

    private boolean acknowledged(HttpClient http, String event) {
        var request =
                HttpRequest.newBuilder(address)
                        .timeout(Duration.ofSeconds(10))
                        .header("Content-Type", "application/json")
                        .header("X-Sesame", proof)
                        .POST(HttpRequest.BodyPublishers.ofString("{\"type\":\"" + event + "\"}"))
                        .build();
        try {
            if (http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() / 100
                    == 2) {
                unanswered.remove(event);
                answered.add(event);
                return true;
            }
        } catch (IOException e) {
            // nobody there
        } catch (InterruptedException e) {
            over.countDown();
        }
        return false;
    }

    private boolean isOver() {
        return over.getCount() == 0;
    }

    /** A sender does not knock without a break; the end of all ends the break. */
    private void pause() {
        try {
            over.await(100, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            over.countDown();
        }
    }

    @Override
    public void close() throws InterruptedException {
        over.countDown();
        for (var sender : senders) {
            sender.join();
        }
    }
}
