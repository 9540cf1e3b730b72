package dev.caravan.connections;

/**
 * Whether one deployment of a provider takes on work: while it is over nothing is claimed, and a
 * pull stops before its next call. Safe for any number of threads.
 */
public final class Shift {
    private volatile boolean over;

    /** No new work from now on; what is under way ends at its next page. */
    public void end() {
        over = true;
    }

    /** Work is taken on again. */
    public void goOn() {
        over = false;
    }

    public boolean isOver() {
        return over;
    }
}
