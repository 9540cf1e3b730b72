package dev.caravan.benchmark;

import java.io.IOException;
import java.net.ServerSocket;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.util.Locale;

/**
 * Measures webhooks: real HTTP posts against the real intake, each answered after its commit,
 * beside a loop of one insert a commit on the same durable PostgreSQL, in turns and at the same
 * numbers of connections. Ends with status 1 where an answered event is not in the inbox.
 */
public final class Webhooks {
    private static final int[] CONNECTIONS = {1, 16, 64};
    private static final int ROUNDS = 3;
    private static final String PLAIN =
            """
            create table plain_event (id bigint generated always as identity primary key,
              event_key bytea not null unique, received_at timestamptz not null default now(), body text not null)
            """;

    private final ThrowawayStore store;
    private final WebhookNode node;
    private final int seconds;
    private long answered;

    private Webhooks(ThrowawayStore store, WebhookNode node, int seconds) {
        this.store = store;
        this.node = node;
        this.seconds = seconds;
    }

    public static void main(String[] arguments) throws Exception {
        int seconds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 6;
        boolean kept;
        int port = freePort();
        try (ThrowawayStore store = new ThrowawayStore(port);
                WebhookNode node = new WebhookNode(store, port, freePort())) {
            if (!store.durable()) {
                throw new IllegalStateException("the embedded store is not durable");
            }
            System.err.println("benchmark: fsync, synchronous_commit and full_page_writes are on");
            kept = new Webhooks(store, node, seconds).run();
            if (arguments.length < 2) {
                Es512.tell(System.out);
            }
        }
        System.exit(kept ? 0 : 1);
    }

    private boolean run() throws Exception {
        store.database().inTransaction(connection -> connection.createStatement().execute(PLAIN));
        side("webhook", 64, Math.max(seconds, 8), 0);
        side("plain", 64, 3, 0);
        System.out.println(
                "| connections | webhooks/s | p50 ms | p99 ms | one insert a commit/s | p50 ms |"
                        + " p99 ms | ratio |\n"
                        + "| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
        for (int connections : CONNECTIONS) {
            Latencies[] posts = new Latencies[ROUNDS];
            Latencies[] inserts = new Latencies[ROUNDS];
            for (int round = 0; round < ROUNDS; round++) {
                posts[round] = side("webhook", connections, seconds, round + 1);
                inserts[round] = side("plain", connections, seconds, round + 1);
            }
            Latencies post = Latencies.median(posts);
            Latencies insert = Latencies.median(inserts);
            System.out.printf(
                    Locale.ROOT,
                    "| %d | %,.0f | %.2f | %.2f | %,.0f | %.2f | %.2f | %.2f |%n",
                    connections,
                    post.rate(),
                    post.p50(),
                    post.p99(),
                    insert.rate(),
                    insert.p50(),
                    insert.p99(),
                    post.rate() / insert.rate());
        }
        long kept =
                store.database()
                        .first(
                                "select count(distinct body::jsonb ->> 'id') from caravan.inbox",
                                row -> row.getLong(1))
                        .orElseThrow();
        System.out.printf(Locale.ROOT, "%,d events answered, %,d in the inbox%n", answered, kept);
        return kept == answered;
    }

    private Latencies side(String side, int connections, int seconds, int round) throws Exception {
        String run = side + connections + "r" + round;
        Latencies told =
                side.equals("plain")
                        ? Load.of(connections, seconds, nth -> inserts(run + "c" + nth))
                        : node.posters().run(run, connections, seconds);
        if (side.equals("webhook")) {
            answered += told.count();
        }
        System.err.printf(Locale.ROOT, "benchmark: %s %s%n", run, told);
        return told;
    }

    /** One insert a commit, on a connection of its own. */
    private Load.Step inserts(String name) throws Exception {
        Connection connection =
                DriverManager.getConnection(
                        node.login().url(), node.login().user(), node.login().password());
        PreparedStatement insert =
                connection.prepareStatement(
                        "insert into plain_event (event_key, body) values (sha256(?::bytea), ?)");
        return new Load.Step() {
            @Override
            public void now(long nth) throws Exception {
                insert.setBytes(1, (name + "-" + nth).getBytes());
                insert.setString(2, WebhookNode.event(name + "-" + nth));
                insert.executeUpdate();
            }

            @Override
            public void close() throws Exception {
                connection.close();
            }
        };
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
