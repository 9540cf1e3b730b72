package dev.caravan.benchmark;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Threads that each do one thing after another for some seconds, and how long each took. */
final class Load {
    private Load() {}

    /** What is done again and again by one thread. */
    interface Step extends AutoCloseable {
        void now(long nth) throws Exception;

        @Override
        void close() throws Exception;
    }

    /** Makes the step of a thread. */
    interface Maker {
        Step step(int nth) throws Exception;
    }

    static Latencies of(int threads, int seconds, Maker maker) throws InterruptedException {
        ExecutorService all = Executors.newFixedThreadPool(threads);
        try {
            List<Step> steps = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                steps.add(maker.step(i));
            }
            long began = System.nanoTime();
            long end = began + seconds * 1_000_000_000L;
            List<Future<long[]>> running = new ArrayList<>();
            for (Step step : steps) {
                running.add(all.submit(() -> run(step, end)));
            }
            List<long[]> told = new ArrayList<>();
            for (Future<long[]> each : running) {
                told.add(each.get());
            }
            return Latencies.of(told, (System.nanoTime() - began) / 1e9);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        } finally {
            all.shutdownNow();
        }
    }

    private static long[] run(Step step, long end) throws Exception {
        long[] nanos = new long[1024];
        int count = 0;
        try (step) {
            for (long at = System.nanoTime(); at < end; ) {
                step.now(count);
                long now = System.nanoTime();
                if (count == nanos.length) {
                    nanos = java.util.Arrays.copyOf(nanos, 2 * count);
                }
                nanos[count++] = now - at;
                at = now;
            }
        }
        return java.util.Arrays.copyOf(nanos, count);
    }
}
