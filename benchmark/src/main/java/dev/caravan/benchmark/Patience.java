package dev.caravan.benchmark;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for what others do, by looking again until it is there or too late. Stateless. */
final class Patience {
    private static final Duration PACE = Duration.ofMillis(50);

    private Patience() {}

    /**
     * @param lack what is missing when it is too late
     * @throws IllegalStateException with what is missing where it is not there in time
     */
    static void until(BooleanSupplier there, Duration most, Supplier<String> lack)
            throws InterruptedException {
        long giveUp = System.nanoTime() + most.toNanos();
        while (!there.getAsBoolean()) {
            if (System.nanoTime() > giveUp) {
                throw new IllegalStateException(
                        lack.get() + " within " + most.toSeconds() + " seconds");
            }
            pause(PACE);
        }
    }

    /** Lets others go on. */
    static void pause(Duration moment) throws InterruptedException {
        Thread.sleep(moment.toMillis());
    }
}
