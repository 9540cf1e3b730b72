package dev.caravan.inbox;

import dev.caravan.faults.StoreFault;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * The way in for a provider's posts: verified on their raw bytes, then read, then stored and
 * committed. Nothing of a refused post is kept. Safe for any number of threads.
 */
public final class Door {
    private final InboxSettings settings;
    private final Verifier verifier;
    private final Shape shape;
    private final Arrivals arrivals;

    Door(InboxSettings settings, Verifier verifier, Shape shape, Arrivals arrivals) {
        this.settings = settings;
        this.verifier = verifier;
        this.shape = shape;
        this.arrivals = arrivals;
    }

    /**
     * What became of a post.
     *
     * @param status the HTTP status to answer with
     * @param kind {@code new} or {@code duplicate} where it was taken, else why not, in one word
     */
    public record Outcome(int status, String kind) {
        public boolean taken() {
            return status < 300;
        }
    }

    /** Whether plain http from this very host is taken, as development wants it. */
    public boolean loopback() {
        return settings.loopback();
    }

    /** How long an earlier address stays good beside a newer one, null until it is ended. */
    public Duration overlap() {
        return settings.overlap();
    }

    /**
     * Takes a post or refuses it.
     *
     * @param about what the address says it is about, null where the post does
     * @param secret the secret of the address, which is not kept where the post repeats it
     * @throws StoreFault where it is genuine and cannot be stored now
     */
    public Outcome receive(Post post, String about, String secret) {
        if (verifier == null) {
            return new Outcome(403, "unverifiable");
        }
        if (post.body().length > settings.most()) {
            return new Outcome(413, "large");
        }
        String flaw = verifier.flaw(post);
        if (flaw != null) {
            return new Outcome(401, flaw);
        }
        Arrival arrival =
                shape.of(
                        post.connection(), "webhook", post.headers(), without(secret, post.body()));
        if (arrival == null) {
            return new Outcome(400, "unreadable");
        }
        Arrival bound = about == null ? arrival : arrival.about(about);
        return new Outcome(settings.answer(), arrivals.keep(bound) ? "new" : "duplicate");
    }

    /** Some senders repeat the address that they were given. */
    private static byte[] without(String secret, byte[] body) {
        String text = new String(body, StandardCharsets.ISO_8859_1);
        return text.contains(secret)
                ? text.replace(secret, "***").getBytes(StandardCharsets.ISO_8859_1)
                : body;
    }
}
