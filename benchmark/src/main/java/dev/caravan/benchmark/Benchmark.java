package dev.caravan.benchmark;

import dev.caravan.sandbox.Json;
import dev.caravan.sandbox.truelayer.TrueLayerMain;
import dev.caravan.sandbox.truelayer.TwinSettings;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Measures the shipped route against hand-written Java in one run: the same twin, the same rows, a
 * fresh durable PostgreSQL for each, each puller alone in a JVM with the distribution's memory
 * settings. Ends with status 1 where the two did not store the same rows.
 */
public final class Benchmark {
    /** As features/distribution's setenv starts Karaf. */
    private static final List<String> PULLER =
            List.of(
                    "-Xms64m",
                    "-Xmx256m",
                    "-XX:+UseSerialGC",
                    "-XX:MaxMetaspaceSize=192m",
                    "-XX:ReservedCodeCacheSize=96m",
                    "-XX:MaxDirectMemorySize=64m",
                    "-Xss512k");

    private static final List<String> TWIN = List.of("-Xmx256m", "-XX:+UseSerialGC");

    /** What both sides must agree on; the digest is each side's own. */
    private static final String CONTENT =
            """
            select count(*) || ' rows, sum ' || sum(t.amount) || ', content ' || sum(hashtextextended(concat_ws('|',
              a.provider_account_id, t.identity, t.status, t.provider_transaction_id, t.booked_at, t.booking_date, t.amount,
              t.currency, t.direction, t.running_balance, t.description, t.merchant_name, t.counterparty_name,
              t.counterparty_account, t.category, t.classification, t.anomaly,
              t.raw - 'transaction_id'), 0)::numeric)
            from caravan.transaction t join caravan.account a on a.id = t.account_id
            """;

    private final Options options;
    private final List<Figures> figures = new ArrayList<>();
    private final List<String> contents = new ArrayList<>();

    private Benchmark(Options options) {
        this.options = options;
    }

    public static void main(String[] arguments) throws Exception {
        Options options;
        try {
            options = Options.of(arguments);
        } catch (IllegalArgumentException e) {
            System.err.println("benchmark: " + e.getMessage() + "\n" + Options.USAGE);
            System.exit(2);
            return;
        }
        try {
            System.exit(new Benchmark(options).run() ? 0 : 1);
        } catch (IOException | RuntimeException e) {
            System.err.println("benchmark: " + e);
            System.exit(1);
        }
    }

    private boolean run() throws Exception {
        for (int round = 1; round <= options.rounds(); round++) {
            side("shipped", ShippedRoute.class);
            side("handwritten", HandWritten.class);
        }
        new Report(options, figures).print(System.out);
        if (contents.stream().distinct().count() != 1) {
            System.err.println("benchmark: the two sides did not store the same rows: " + contents);
            return false;
        }
        return true;
    }

    private void side(String name, Class<?> puller) throws IOException, InterruptedException {
        int publicPort = freePort();
        int storePort = freePort();
        System.err.println("benchmark: " + name + ", " + options.rows() + " rows");
        try (Jvm twin = Jvm.start(TWIN, TrueLayerMain.class, twin(publicPort));
                ThrowawayStore store = new ThrowawayStore(storePort)) {
            String bank = twin.line().replaceAll(".* on ", "");
            if (!store.durable()) {
                throw new IllegalStateException("the embedded store is not durable");
            }
            Job job =
                    new Job(
                            bank,
                            storePort,
                            store.postmaster(),
                            store.etc().toString(),
                            options.tree(),
                            publicPort,
                            options.rows());
            try (Jvm jvm = Jvm.start(PULLER, puller, job.written())) {
                for (String line = jvm.line(); line != null; line = jvm.line()) {
                    Figures told =
                            Json.bind(
                                    Json.parse(line.getBytes(StandardCharsets.UTF_8)),
                                    Figures.class);
                    figures.add(told);
                    System.err.println("benchmark: " + Report.line(told));
                }
                if (jvm.await() != 0) {
                    throw new IllegalStateException(name + " failed, see above");
                }
            }
            contents.add(store.text(CONTENT));
        }
    }

    private String twin(int publicPort) {
        TwinSettings settings =
                TwinSettings.defaults()
                        .port(0)
                        .users(Job.CONNECTIONS)
                        .accountsPerConnection(options.accounts())
                        .cardsPerConnection(0)
                        .transactionsPerAccount(Job.ROWS_A_PAGE)
                        .pendingPerAccount(0)
                        // inside the 89 days that need no fresh login, so that a re-pull sees all
                        // again
                        .historyDays(80)
                        .redirectUris("http://127.0.0.1:" + publicPort + "/callback/truelayer");
        return new String(Json.bytes(settings), StandardCharsets.UTF_8);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
