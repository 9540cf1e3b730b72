package dev.caravan.sandbox.pliance;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * The order in which subjects are listed: the one that changed last comes first, so rows move while
 * somebody pages. In some walks a row also slips over a page border without any change. Guarded by
 * its owner.
 */
final class Listing {
    private List<Subject> ordered;
    private int walks;

    /** To be told of every change. */
    void forget() {
        ordered = null;
    }

    List<Subject> all(Collection<Subject> subjects) {
        if (ordered == null) {
            ordered = new ArrayList<>(subjects);
            ordered.sort(
                    Comparator.comparing(Subject::changedAt)
                            .reversed()
                            .thenComparing(subject -> subject.ref().hashCode() * 0x9E3779B9)
                            .thenComparing(Subject::ref));
        }
        return ordered;
    }

    /** One page of the listed references. */
    List<String> page(List<String> refs, int number, int size, int movesEvery) {
        if (number == 0) {
            walks++;
        }
        long from = (long) number * size;
        if (from >= refs.size()) {
            return List.of();
        }
        int start = (int) from;
        List<String> page =
                new ArrayList<>(refs.subList(start, Math.min(refs.size(), start + size)));
        if (movesEvery > 0 && walks % movesEvery == 0) {
            slip(refs, page, number, size, walks / movesEvery);
        }
        return page;
    }

    /**
     * At one border the last row before it and the first one after it change places between two
     * requests. Border and direction differ from walk to walk, so no row is hidden for good.
     */
    private static void slip(List<String> refs, List<String> page, int number, int size, int turn) {
        int borders = (refs.size() - 1) / size;
        if (borders == 0) {
            return;
        }
        int border = 1 + turn / 2 % borders;
        boolean backwards = turn % 2 == 0;
        if (backwards && number == border - 1) {
            page.set(size - 1, refs.get(border * size));
        } else if (!backwards && number == border) {
            page.set(0, refs.get(border * size - 1));
        }
    }
}
