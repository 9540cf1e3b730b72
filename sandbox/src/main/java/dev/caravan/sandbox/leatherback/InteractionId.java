package dev.caravan.sandbox.leatherback;

/** What becomes of x-fapi-interaction-id. */
public enum InteractionId {
    /** Played back, or minted where the caller sent none. */
    ECHO,
    /** Another one than the caller's comes back. */
    FOREIGN,
    /** Never sent. */
    NONE
}
