package dev.caravan.benchmark;

import dev.caravan.connections.Connections;
import dev.caravan.connections.Pull;
import dev.caravan.connections.Schedules;
import dev.caravan.connections.Shift;
import dev.caravan.store.Database;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Measures the schedule at many connections: a poll that finds nothing due, a claim of 500, and two
 * nodes that claim side by side until nothing is left. One run, one thread but for the two nodes.
 */
public final class Claims {
    private static final int BATCH = 500;
    private static final int POLLS = 2_000;

    private Claims() {}

    public static void main(String[] arguments) throws Exception {
        long connections = arguments.length > 0 ? Long.parseLong(arguments[0]) : 1_000_000;
        try (ThrowawayStore store = new ThrowawayStore(freePort())) {
            long began = System.nanoTime();
            store.text(seed(connections));
            System.err.printf(
                    Locale.ROOT,
                    "benchmark: %,d connections made in %.1f s%n",
                    connections,
                    (System.nanoTime() - began) / 1e9);
            System.out.println("| figure | value |\n| --- | ---: |");
            empty(store);
            store.text(
                    "with due as (update caravan.task set due_at = caravan.now() - random() *"
                            + " interval '1 day' returning 1) select count(*)::text from due");
            batch(store);
            race(store);
        }
    }

    private static String seed(long connections) {
        return """
        with made as (
          insert into caravan.connection (provider, user_ref, state)
          select 'many', 'user-' || n, 'active' from generate_series(1, %d) n returning id),
        tasks as (
          insert into caravan.task (connection_id, kind, provider, due_at)
          select id, 'pull', 'many', caravan.now() + interval '1 hour' + random() * interval '1 day' from made returning 1)
        select count(*)::text from tasks
        """
                .formatted(connections);
    }

    private static void empty(ThrowawayStore store) {
        Connections node = node(store.database(), "one");
        long[] nanos = new long[POLLS];
        for (int i = 0; i < POLLS; i++) {
            long at = System.nanoTime();
            if (!node.claim("pull", BATCH).isEmpty()) {
                throw new IllegalStateException("nothing was due");
            }
            nanos[i] = System.nanoTime() - at;
        }
        tell("a poll that finds nothing, median ms", median(nanos));
    }

    private static void batch(ThrowawayStore store) {
        Connections node = node(store.database(), "one");
        long[] nanos = new long[40];
        for (int i = 0; i < nanos.length; i++) {
            long at = System.nanoTime();
            List<Pull> claimed = node.claim("pull", BATCH);
            nanos[i] = System.nanoTime() - at;
            if (claimed.size() != BATCH) {
                throw new IllegalStateException("claimed " + claimed.size());
            }
            claimed.forEach(node::dropped);
        }
        tell("a claim of 500, median ms", median(nanos));
    }

    /** Two nodes take what is due for five seconds; nothing may be taken twice. */
    private static void race(ThrowawayStore store) throws Exception {
        ExecutorService nodes = Executors.newFixedThreadPool(2);
        List<Callable<Long>> both = new ArrayList<>();
        long end = System.nanoTime() + 5_000_000_000L;
        for (String name : List.of("one", "two")) {
            both.add(
                    () -> {
                        Connections node = node(store.database(), name);
                        long claimed = 0;
                        while (System.nanoTime() < end) {
                            List<Pull> some = node.claim("pull", BATCH);
                            claimed += some.size();
                            some.forEach(node::dropped);
                            if (some.isEmpty()) {
                                break;
                            }
                        }
                        return claimed;
                    });
        }
        long began = System.nanoTime();
        long claimed = 0;
        for (Future<Long> each : nodes.invokeAll(both)) {
            claimed += each.get();
        }
        double seconds = (System.nanoTime() - began) / 1e9;
        nodes.shutdown();
        String twice =
                store.text("select count(*)::text from caravan.connection where lease_epoch > 1");
        System.out.printf(
                Locale.ROOT,
                "| claims a second of two nodes, in batches of 500 | %,.0f |%n",
                claimed / seconds);
        System.out.printf("| connections claimed twice | %s |%n", twice);
    }

    private static Connections node(Database database, String name) {
        return new Connections(
                database, "many", name, new Schedules("many", Map.of()), new Shift());
    }

    private static double median(long[] nanos) {
        Arrays.sort(nanos);
        return nanos[nanos.length / 2] / 1e6;
    }

    private static void tell(String what, double millis) {
        System.out.printf(Locale.ROOT, "| %s | %.2f |%n", what, millis);
    }

    private static int freePort() throws IOException {
        try (java.net.ServerSocket socket = new java.net.ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
