package dev.caravan.benchmark;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * What a load told: how many, how many a second, and the times of the middle one and of the slowest
 * of a hundred, in milliseconds. Immutable.
 */
record Latencies(long count, double rate, double p50, double p99) {
    static Latencies of(List<long[]> nanos, double seconds) {
        long[] all = nanos.stream().flatMapToLong(Arrays::stream).sorted().toArray();
        return new Latencies(all.length, all.length / seconds, at(all, 0.50), at(all, 0.99));
    }

    private static double at(long[] sorted, double share) {
        return sorted.length == 0 ? 0 : sorted[(int) (sorted.length * share)] / 1e6;
    }

    /** The round in the middle, by its rate. */
    static Latencies median(Latencies... rounds) {
        Latencies[] sorted = rounds.clone();
        Arrays.sort(sorted, Comparator.comparingDouble(Latencies::rate));
        return sorted[sorted.length / 2];
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT, "%,.0f a second, p50 %.2f ms, p99 %.2f ms", rate, p50, p99);
    }
}
