package dev.caravan.sandbox.truelayer;

/**
 * A run of generated rows spread evenly over consecutive days. Its rows are numbered by age, so a
 * window of days is a range of numbers, found without looking at any row. Immutable.
 *
 * @param base what the position of its first row is
 * @param firstDay the epoch day of its oldest row
 */
record Segment(long base, long count, long firstDay, long days) {
    long day(long number) {
        return firstDay + number * days / count;
    }

    /** The number of the first row of that day or later, between 0 and count. */
    long first(long epochDay) {
        if (epochDay <= firstDay) {
            return 0;
        }
        if (epochDay - firstDay >= days) {
            return count;
        }
        return ((epochDay - firstDay) * count + days - 1) / days;
    }
}
