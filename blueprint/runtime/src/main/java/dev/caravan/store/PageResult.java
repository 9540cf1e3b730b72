package dev.caravan.store;

import java.time.LocalDate;
import java.util.List;

/**
 * What became of a page, in records.
 *
 * @param envelope the text at the envelope path of the answer, null where there is none
 * @param shape the JSON type found at the path of the items, null where there is nothing
 * @param oldest the oldest booking date in the page, null where none is known
 * @param newest the newest booking date in the page, null where none is known
 * @param latest the latest instant in the page that a watermark may move to, null where there is
 *     none
 * @param counts how often each record without an id is in the page, as JSON; null where nobody asks
 * @param identities the identities of the page; empty where nobody asks
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
        String newest,
        String latest,
        String counts,
        List<String> identities) {

    /** A page that is in the store already. */
    static PageResult known(int seen, String oldest, String newest, String latest) {
        return new PageResult(
                null, "array", seen, 0, 0, 0, 0, oldest, newest, latest, null, List.of());
    }

    PageResult rejecting(int seenInAll, int refused) {
        return new PageResult(
                envelope,
                shape,
                seenInAll,
                inserted,
                changed,
                removed,
                refused,
                oldest,
                newest,
                latest,
                counts,
                identities);
    }

    /** The same with how often records of further sets are in the page. */
    PageResult counting(String further) {
        if (further == null || further.equals("{}")) {
            return this;
        }
        String both =
                counts == null || counts.equals("{}")
                        ? further
                        : counts.substring(0, counts.length() - 1) + ", " + further.substring(1);
        return new PageResult(
                envelope,
                shape,
                seen,
                inserted,
                changed,
                removed,
                rejected,
                oldest,
                newest,
                latest,
                both,
                identities);
    }

    PageResult removing(int gone) {
        return new PageResult(
                envelope,
                shape,
                seen,
                inserted,
                changed,
                removed + gone,
                rejected,
                oldest,
                newest,
                latest,
                counts,
                identities);
    }

    public LocalDate oldestDate() {
        return oldest == null ? null : LocalDate.parse(oldest);
    }

    public LocalDate newestDate() {
        return newest == null ? null : LocalDate.parse(newest);
    }
}
