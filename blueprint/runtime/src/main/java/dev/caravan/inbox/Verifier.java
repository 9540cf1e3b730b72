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

    /**
     * Whether a post is genuine, as far as memory alone can tell in some microseconds; where it
     * cannot, false, which says nothing.
     */
    default boolean surely(Post post) {
        return false;
    }

    /** Who knows the address is genuine. */
    Verifier BY_ADDRESS =
            new Verifier() {
                @Override
                public String flaw(Post post) {
                    return null;
                }

                @Override
                public boolean surely(Post post) {
                    return true;
                }
            };
}
