package dev.caravan.store;

import java.time.LocalDate;

/**
 * What became of a page, in records.
 *
 * @param envelope the text at the envelope path of the answer, null where there is none
 * @param shape the JSON type found at the path of the items, null where there is nothing
 * @param oldest the oldest booking date in the page, null where none is known
 * @param newest the newest booking date in the page, null where none is known
 */
public record PageResult(
        String envelope,
        String shape,
        int seen,
        int inserted,
        int changed,
        int removed,
        int rejected,
        String oldest,
        String newest) {

    PageResult rejecting(int seenInAll, int refused) {
        return new PageResult(
                envelope, shape, seenInAll, inserted, changed, removed, refused, oldest, newest);
    }

    public LocalDate oldestDate() {
        return oldest == null ? null : LocalDate.parse(oldest);
    }

    public LocalDate newestDate() {
        return newest == null ? null : LocalDate.parse(newest);
    }
}
