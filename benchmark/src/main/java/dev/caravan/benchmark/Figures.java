package dev.caravan.benchmark;

/**
 * What one phase of one puller cost. Immutable.
 *
 * @param side {@code shipped} or {@code handwritten}
 * @param phase {@code first} load or {@code again}, a re-pull without changes, or {@code same}, one
 *     whose pages equal the last ones to the byte and may be known by that
 * @param pullerCpu CPU seconds of the puller's JVM
 * @param storeCpu CPU seconds of all PostgreSQL processes
 * @param wal bytes
 * @param checkpoints how many happened in between; a re-pull with one pays for whole page images
 * @param peak the most resident memory of the puller's JVM so far, in megabytes
 */
record Figures(
        String side,
        String phase,
        long rows,
        double seconds,
        double pullerCpu,
        double storeCpu,
        long wal,
        long checkpoints,
        double peak) {
    double rate() {
        return rows / seconds;
    }

    double cpu() {
        return (pullerCpu + storeCpu) * 100_000 / rows;
    }

    double walPerRow() {
        return (double) wal / rows;
    }
}
