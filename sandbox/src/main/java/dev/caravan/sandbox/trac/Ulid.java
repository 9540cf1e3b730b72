package dev.caravan.sandbox.trac;

/**
 * The 26 characters of an id: 48 bits of milliseconds and 80 scattered ones in Crockford's base 32.
 * The same moment and bits always give the same id. Stateless.
 */
final class Ulid {
    private static final String DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    private Ulid() {}

    static String of(long millis, long bits) {
        char[] id = new char[26];
        put(id, 0, 10, millis & 0xFFFFFFFFFFFFL);
        // 16 characters hold 80 bits: 40 of the number itself keep ids apart, 40 of its echo
        put(id, 10, 8, bits >>> 24);
        put(id, 18, 8, (bits << 16 ^ (Mix.of(bits) & 0xFFFF)) & 0xFFFFFFFFFFL);
        return new String(id);
    }

    /** The moment inside an id; a text that is none raises IllegalArgumentException. */
    static long millis(String id) {
        if (!is(id)) {
            throw new IllegalArgumentException("not an id: " + id);
        }
        long value = 0;
        for (int at = 0; at < 10; at++) {
            value = value << 5 | DIGITS.indexOf(id.charAt(at));
        }
        return value;
    }

    static boolean is(String text) {
        return text.matches("[0-9A-HJKMNP-TV-Z]{26}");
    }

    private static void put(char[] id, int from, int count, long value) {
        long rest = value;
        for (int at = from + count - 1; at >= from; at--) {
            id[at] = DIGITS.charAt((int) (rest & 31));
            rest >>>= 5;
        }
    }
}
