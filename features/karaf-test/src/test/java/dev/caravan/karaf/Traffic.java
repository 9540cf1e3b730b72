package dev.caravan.karaf;

import java.io.IOException;
import java.sql.SQLException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Lets a provider have news and be pulled, again and again, until it is closed. */
final class Traffic implements AutoCloseable {
    private static final long PAUSE_MILLIS = 150;

    /** One round of it; an installation that is away for a moment ends nothing. */
    interface Round {
        void run() throws IOException, InterruptedException, SQLException;
    }

    private final CountDownLatch over = new CountDownLatch(1);
    private final Thread thread;

    Traffic(String name, Round round) {
        thread = new Thread(() -> go(round), name);
        thread.start();
    }

    private void go(Round round) {
        try {
            do {
                try {
                    round.run();
                } catch (IOException | SQLException away) {
                    // the next round finds it again
                }
            } while (!over.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS));
        } catch (InterruptedException ending) {
            over.countDown();
        }
    }

    @Override
    public void close() throws InterruptedException {
        over.countDown();
        thread.join();
    }
}
