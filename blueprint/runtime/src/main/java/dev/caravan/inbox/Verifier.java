package dev.caravan.inbox;

/**
 * Tells genuine posts from others, on their raw bytes and before anything is parsed. Safe for any
 * number of threads.
 */
@FunctionalInterface
public interface Verifier {
    /**
     * @return null where the post is genuine, else what it lacks: one word such as {@code forged}
     *     or {@code late}, which is counted and logged but never answered
     */
    String flaw(Post post);
}
