package dev.caravan.sandbox.http;

import java.time.Duration;

/**
 * What the wire does to an answer that was right when it was made. The time is the limit of a
 * stall, or the pause between two bytes of a drip; elsewhere it means nothing. Immutable.
 */
public record Damage(Kind kind, Duration time) {
    /** The ways of the wire. */
    public enum Kind {
        /** One byte of the body, then silence until the limit or until the caller hangs up. */
        STALL,
        /** One byte of the body after the other, with the pause between them. */
        DRIP,
        /** Half of the body although Content-Length promises all of it, then an orderly close. */
        TRUNCATE,
        /** Half of the body under a Content-Length that fits: a whole answer, but cut JSON. */
        CUT,
        /** Half of the body, then a TCP reset. */
        RESET,
        /** Nothing at all: the request was carried out and the connection is closed. */
        LOSE
    }

    public static Damage of(Kind kind) {
        return new Damage(kind, Duration.ZERO);
    }
}
