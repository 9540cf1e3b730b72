package dev.caravan.launch;

import java.io.IOException;
import java.time.Duration;

/** Waits for what others do, by looking again until it is there or too late. One thread. */
final class Patience {
    private static final Duration PACE = Duration.ofMillis(250);

    private final Duration most;
    private final long until;

    Patience(Duration most) {
        this.most = most;
        this.until = System.nanoTime() + most.toNanos();
    }

    /** What is missing when it is too late. */
    interface Lack {
        String said() throws Fault, IOException, InterruptedException;
    }

    /**
     * Lets a moment pass.
     *
     * @throws Fault with what is missing where the time is over
     */
    void pause(Lack lack) throws Fault, IOException, InterruptedException {
        if (System.nanoTime() > until) {
            throw new Fault(lack.said() + " within " + Screen.seconds(most));
        }
        pause();
    }

    /** Lets a moment pass, for those that know themselves when it is too late. */
    static void pause() throws InterruptedException {
        Thread.sleep(PACE.toMillis());
    }
}
