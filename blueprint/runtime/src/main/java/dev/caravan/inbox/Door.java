package dev.caravan.inbox;

import dev.caravan.faults.StoreFault;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Consumer;

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
        /** Nobody knows the address. */
        public static final Outcome UNKNOWN = new Outcome(404, "unknown");

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
     * Takes a post that is genuine as far as memory can tell; it neither blocks nor refuses.
     *
     * @return false where it is to be received with time
     */
    public boolean quickly(
            Post post, Addresses.Known address, String secret, Consumer<Outcome> answer) {
        if (verifier == null || large(post) || !verifier.surely(post)) {
            return false;
        }
        keep(post, address, secret, answer);
        return true;
    }

    /**
     * Takes a post or refuses it; it is taken once it is stored and committed.
     *
     * @param secret the secret of the address, which is not kept where the post repeats it
     * @param answer told once, by this thread or by the one that commits; must not block
     * @throws dev.caravan.faults.Fault where what the proof needs is not there now
     */
    public void receive(
            Post post, Addresses.Known address, String secret, Consumer<Outcome> answer) {
        if (verifier == null) {
            answer.accept(new Outcome(403, "unverifiable"));
            return;
        }
        if (large(post)) {
            answer.accept(new Outcome(413, "large"));
            return;
        }
        String flaw = verifier.flaw(post);
        if (flaw != null) {
            answer.accept(new Outcome(401, flaw));
            return;
        }
        keep(post, address, secret, answer);
    }

    private boolean large(Post post) {
        return post.size() > settings.most();
    }

    private void keep(Post post, Addresses.Known address, String secret, Consumer<Outcome> answer) {
        Arrival arrival =
                shape.of(
                        post.connection(),
                        address.id(),
                        "webhook",
                        post.headers(),
                        without(secret, post.body()));
        if (arrival == null) {
            answer.accept(new Outcome(400, "unreadable"));
            return;
        }
        Arrival bound = address.about() == null ? arrival : arrival.about(address.about());
        arrivals.offer(bound, (kept, trouble) -> answer.accept(outcome(kept, trouble)));
    }

    /** Some senders repeat the address that they were given. */
    private static byte[] without(String secret, byte[] body) {
        String text = new String(body, StandardCharsets.ISO_8859_1);
        return text.contains(secret)
                ? text.replace(secret, "***").getBytes(StandardCharsets.ISO_8859_1)
                : body;
    }

    private Outcome outcome(Arrivals.Kept kept, RuntimeException trouble) {
        if (trouble != null) {
            return new Outcome(503, trouble instanceof StoreFault ? "store-away" : "unready");
        }
        return switch (kept) {
            case NEW -> new Outcome(settings.answer(), "new");
            case DUPLICATE -> new Outcome(settings.answer(), "duplicate");
            case ENDED -> Outcome.UNKNOWN;
        };
    }
}
