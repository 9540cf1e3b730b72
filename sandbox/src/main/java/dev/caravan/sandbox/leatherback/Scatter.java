package dev.caravan.sandbox.leatherback;

import java.util.HexFormat;
import java.util.UUID;

/**
 * Scatters a number over 64 bits (the finaliser of SplitMix64, Steele et al. 2014), so that data
 * looks random and is the same for the same seed. Stateless.
 */
final class Scatter {
    private Scatter() {}

    static long of(long value) {
        long z = value + 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    static long of(long seed, String text) {
        long mixed = of(seed);
        for (int at = 0; at < text.length(); at++) {
            mixed = of(mixed ^ text.charAt(at));
        }
        return mixed;
    }

    /** A number from 0 to bound - 1. */
    static int below(long bits, int bound) {
        return (int) Long.remainderUnsigned(of(bits), bound);
    }

    static String hex(long value) {
        return HexFormat.of().toHexDigits(value);
    }

    /** So many decimal digits, the first one not zero. */
    static String digits(long bits, int count) {
        StringBuilder digits = new StringBuilder().append(1 + below(bits, 9));
        for (int at = 1; at < count; at++) {
            digits.append(below(bits + at, 10));
        }
        return digits.toString();
    }

    static String uuid(long bits) {
        long high = of(bits) & ~0xF000L | 0x4000L;
        long low = of(bits + 1) >>> 2 | Long.MIN_VALUE;
        return new UUID(high, low).toString();
    }
}
