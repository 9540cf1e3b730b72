package dev.caravan.sandbox.trac;

/**
 * Scatters a number over 64 bits (the finaliser of SplitMix64, Steele et al. 2014). One-to-one, so
 * two different rows of an organization never share their bits. Stateless.
 */
final class Mix {
    private Mix() {}

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

    /** A number from 0 to below the bound. */
    static int below(long bits, int bound) {
        return (int) Long.remainderUnsigned(of(bits), bound);
    }
}
