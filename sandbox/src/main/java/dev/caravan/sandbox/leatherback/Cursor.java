package dev.caravan.sandbox.leatherback;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * Where a walk over pages stands. Opaque to callers: one word that begins nowhere they could build
 * themselves. Immutable.
 *
 * @param from first second of the window
 * @param page the number of the page, from 1
 * @param empties how many empty pages came right before
 */
record Cursor(long from, long to, int offset, int page, int empties) {
    String text() {
        String plain = from + "_" + to + "_" + offset + "_" + page + "_" + empties;
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(plain.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * @throws IllegalArgumentException when it is none of the twin's
     */
    static Cursor read(String text) {
        String plain = new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8);
        String[] parts = plain.split("_");
        if (parts.length != 5) {
            throw new IllegalArgumentException("not a cursor");
        }
        return new Cursor(
                Long.parseLong(parts[0]),
                Long.parseLong(parts[1]),
                Integer.parseInt(parts[2]),
                Integer.parseInt(parts[3]),
                Integer.parseInt(parts[4]));
    }

    /** Of the page after this one, which begins at that row. */
    Cursor next(int nextOffset) {
        return new Cursor(from, to, nextOffset, page + 1, 0);
    }

    /** Of this page again, behind an empty one. */
    Cursor afterEmpty() {
        return new Cursor(from, to, offset, page, empties + 1);
    }

    Cursor first() {
        return new Cursor(from, to, 0, 1, 0);
    }
}
