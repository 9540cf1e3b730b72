package dev.caravan.watch;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Sums over calls of one minute, provider and scope. Times are of the calls that did not fail, also
 * by classes that double from 50 ms. Immutable.
 */
record Figures(
        long calls,
        long failed,
        long throttled,
        long refused,
        long millis,
        long mostMillis,
        List<Long> spread) {
    private static final int CLASSES = 10;
    private static final long FIRST_MILLIS = 50;

    static final Figures NONE = new Figures(0, 0, 0, 0, 0, 0, Collections.nCopies(CLASSES, 0L));

    Figures plus(Outcome outcome, long took) {
        boolean answered = outcome != Outcome.FAILED;
        List<Long> classes = spread;
        if (answered) {
            classes = new ArrayList<>(spread);
            int of = classOf(took);
            classes.set(of, classes.get(of) + 1);
        }
        return new Figures(
                calls + 1,
                failed + (answered ? 0 : 1),
                throttled + (outcome == Outcome.THROTTLED ? 1 : 0),
                refused + (outcome == Outcome.REFUSED ? 1 : 0),
                millis + (answered ? took : 0),
                answered ? Math.max(mostMillis, took) : mostMillis,
                classes);
    }

    private static int classOf(long took) {
        int of = 0;
        for (long bound = FIRST_MILLIS; took > bound && of < CLASSES - 1; bound *= 2) {
            of++;
        }
        return of;
    }
}
