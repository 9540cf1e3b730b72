package dev.caravan.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.zaxxer.hikari.HikariDataSource;
import dev.caravan.connections.DeadLeases;
import dev.caravan.deploy.Deployer;
import dev.caravan.deploy.Metrics;
import dev.caravan.deploy.ProviderFolders;
import dev.caravan.deploy.Verbs;
import dev.caravan.intake.Listener;
import dev.caravan.intake.WatchIntake;
import dev.caravan.store.Database;
import dev.caravan.store.Keeper;
import dev.caravan.store.Migrations;
import dev.caravan.store.StoreHome;
import dev.caravan.store.StoreProbe;
import dev.caravan.vault.Sealer;
import dev.caravan.watch.Health;
import dev.caravan.watch.Node;
import dev.caravan.watch.Pauses;
import io.micrometer.core.instrument.MeterRegistry;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;

/** What a monitor is told of a node whose store starts late, is taken whole, freezes and dies. */
class HealthTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final Duration AT_ONCE = Duration.ofSeconds(1);
    private static final int CONNECTIONS = 3;

    private final Path home = Scratch.folder("health");
    private final HttpClient http = HttpClient.newHttpClient();
    private final int admin = FrontDesk.freePort();

    private HttpResponse<String> asked(String path) {
        try {
            return http.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + admin + path))
                            .timeout(AT_ONCE)
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(path + " was not answered at once", e);
        }
    }

    private JsonNode health() {
        try {
            return JSON.readTree(asked("/health/ready").body());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private String status() {
        return health().path("status").asText();
    }

    /** Awaits a status, asking all the while; each answer has to come at once. */
    private JsonNode awaited(String status) {
        await().atMost(PATIENCE).until(() -> status().equals(status));
        return health();
    }

    private void write(String file, String text) throws IOException {
        Files.createDirectories(home.resolve(file).getParent());
        Files.writeString(home.resolve(file), text);
    }

    private static void signal(String signal, long process) throws Exception {
        assertThat(new ProcessBuilder("kill", signal, String.valueOf(process)).start().waitFor())
                .isZero();
    }

    @Test
    void saysWhatItWaitsForWhatIsWrongSinceWhenAndWhatIsNextAndNeverWaitsItself() throws Exception {
        int port = FrontDesk.freePort();
        byte[] key = new byte[32];
        new java.security.SecureRandom().nextBytes(key);
        write("vault.key", Base64.getUrlEncoder().withoutPadding().encodeToString(key));
        StoreHome store =
                new StoreHome(
                        "jdbc:postgresql://localhost:" + port + "/postgres",
                        "postgres",
                        "none",
                        1,
                        home,
                        home,
                        home);
        Clock clock = Clock.systemUTC();
        Database database = new Database(store, CONNECTIONS);
        MeterRegistry metrics = Metrics.registry();
        write("routes/bank/bank.xml", bank("direct:nothing"));
        try (Keeper keeper =
                        new Keeper(
                                store,
                                database,
                                new Migrations(database),
                                new DeadLeases(database, "host:1"),
                                new dev.caravan.store.LogParts(
                                        database, 25, 25, java.time.Clock.systemUTC()));
                StoreProbe probe = new StoreProbe(store, clock);
                Deployer deployer =
                        new Deployer(
                                new ProviderFolders(home.resolve("routes")),
                                name -> Map.of(),
                                new Verbs(
                                        database,
                                        Sealer.from(home.resolve("vault.key")),
                                        home,
                                        clock,
                                        "test"),
                                metrics,
                                keeper);
                Pauses pauses = new Pauses(database, keeper);
                Health health = new Health(keeper, database, probe, deployer, clock);
                Listener listener =
                        new Listener(
                                "admin",
                                "127.0.0.1",
                                admin,
                                null,
                                Map.of("watch", new WatchIntake(health, metrics, pauses)))) {
            listener.start();

            JsonNode starting = health();
            assertThat(starting.at("/status").asText()).isEqualTo("starting");
            assertThat(starting.at("/causes/0/part").asText()).isEqualTo("store");
            assertThat(starting.at("/causes/0/what").asText()).isEqualTo("its server is starting");
            assertThat(asked("/health/ready").statusCode()).isEqualTo(503);
            assertThat(asked("/health/ready").headers().firstValue("Retry-After")).hasValue("2");
            assertThat(asked("/health/live").statusCode()).isEqualTo(200);
            assertThat(asked("/health/live").body()).isEqualTo("{\"status\":\"starting\"}");

            health.start();
            probe.start();
            keeper.start();
            await().atMost(PATIENCE)
                    .until(
                            () ->
                                    health().at("/causes/0/what")
                                            .asText()
                                            .startsWith("CARAVAN-STORE-DOWN"));
            assertThat(status()).isEqualTo("starting");

            try (EmbeddedPostgres server =
                    EmbeddedPostgres.builder()
                            .setPort(port)
                            .setDataDirectory(home.resolve("data"))
                            .start()) {
                await().atMost(PATIENCE).until(keeper::ready);
                assertThat(health().at("/causes/0/what").asText()).isEqualTo("being built: bank");
                deployer.start();
                JsonNode ready = awaited("ready");
                assertThat(asked("/health/ready").statusCode()).isEqualTo(200);
                assertThat(ready.path("causes")).isEmpty();
                MBeanServer beans = ManagementFactory.getPlatformMBeanServer();
                ObjectName node = new ObjectName("dev.caravan:type=Node");
                try (Node shown = new Node(health, metrics)) {
                    shown.start();
                    assertThat(beans.getAttribute(node, "Status")).isEqualTo("READY");
                    assertThat((String[]) beans.getAttribute(node, "ProvidersRunning"))
                            .containsExactly("bank");
                    assertThat((String[]) beans.getAttribute(node, "Causes")).isEmpty();
                    assertThat(beans.getAttribute(node, "InboxDead")).isEqualTo(0L);
                }
                assertThat(beans.isRegistered(node)).isFalse();
                assertThat(ready.path("providers").toString()).isEqualTo("[\"bank\"]");
                assertThat(Instant.parse(ready.path("since").asText()))
                        .isBeforeOrEqualTo(Instant.now());

                aPauseIsToldAndMakesNothingUnready(database, pauses);
                aRefusedEditAndARefusedProvider(deployer);
                aPoolThatIsTaken(database);
                aServerThatHangs(database, server);
            }
            JsonNode gone = awaited("down");
            assertThat(gone.at("/causes/0/part").asText()).isEqualTo("store");
        }
    }

    private static String bank(String uri) {
        return "<camel xmlns=\"http://camel.apache.org/schema/xml-io\"><route id=\"bank.any\"><from"
                + " uri=\""
                + uri
                + "\"/><stop/></route></camel>";
    }

    private void aPauseIsToldAndMakesNothingUnready(Database database, Pauses pauses)
            throws IOException {
        assertThat(awaited("ready").path("paused")).isEmpty();
        database.update("insert into caravan.hold (provider, held_by) values ('bank', 'alice')");
        pauses.start();
        await().atMost(PATIENCE)
                .until(() -> health().at("/paused/bank").asText().equals("all of it"));
        assertThat(asked("/health/ready").statusCode()).isEqualTo(200);
        pauses.close();
    }

    private void aRefusedEditAndARefusedProvider(Deployer deployer) throws IOException {
        write("routes/bank/bank.xml", bank("nosuch:thing"));
        JsonNode refused = awaited("degraded");
        assertThat(refused.at("/causes/0/part").asText()).isEqualTo("bank");
        assertThat(refused.at("/causes/0/what").asText()).contains("bank.xml");
        assertThat(refused.at("/causes/0/next").asText()).isNotBlank();
        assertThat(asked("/health/ready").statusCode()).isEqualTo(200);
        write("routes/bank/bank.xml", bank("direct:another"));
        awaited("ready");
        assertThat(deployer.running()).containsExactly("bank");
    }

    private void aPoolThatIsTaken(Database database) throws Exception {
        List<Connection> taken = new ArrayList<>();
        for (int i = 0; i < CONNECTIONS; i++) {
            taken.add(database.dataSource().getConnection());
        }
        CompletableFuture<Integer> waiting =
                CompletableFuture.supplyAsync(() -> database.update("select 1 where false"));
        JsonNode full = awaited("degraded");
        assertThat(full.at("/causes/0/what").asText())
                .contains("connections of the pool are taken");
        for (Connection each : taken) {
            each.close();
        }
        waiting.handle((done, failed) -> "over").get();
        assertThat(database.query("select 1", row -> row.getInt(1))).containsExactly(1);
        awaited("ready");
    }

    /** The server process stops as if its machine had: it takes connections and says nothing. */
    private void aServerThatHangs(Database database, EmbeddedPostgres server) throws Exception {
        long process =
                Long.parseLong(Files.readAllLines(home.resolve("data/postmaster.pid")).get(0));
        ((HikariDataSource) database.dataSource()).getHikariPoolMXBean().softEvictConnections();
        signal("-STOP", process);
        try {
            JsonNode down = awaited("down");
            assertThat(down.at("/causes/0/what").asText()).startsWith("takes no new connection");
            assertThat(asked("/health/ready").statusCode()).isEqualTo(503);
            assertThat(asked("/health/live").statusCode()).isEqualTo(200);
            assertThat(asked("/metrics").body()).contains("jvm_memory_used_bytes");
            assertThat(
                            Duration.between(
                                    Instant.parse(down.at("/causes/0/since").asText()),
                                    Instant.now()))
                    .isBetween(Duration.ZERO, PATIENCE);
        } finally {
            signal("-CONT", process);
        }
        awaited("ready");
    }
}
