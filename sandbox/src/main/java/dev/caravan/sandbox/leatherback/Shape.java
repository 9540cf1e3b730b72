package dev.caravan.sandbox.leatherback;

/** The three shapes of an answer (contract section 4). */
public enum Shape {
    /** A: Data, Links, Meta. */
    OBIE,
    /** B: isSuccess and value. */
    WRAPPER,
    /** C: pageData and record inside value. */
    PAGED
}
