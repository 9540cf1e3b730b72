package dev.caravan.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.caravan.connections.DeadLeases;
import dev.caravan.faults.SetupFault;
import dev.caravan.faults.StoreFault;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeeperTest {
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    @TempDir Path home;

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private StoreHome elsewhere(int port) {
        return new StoreHome(
                "jdbc:postgresql://localhost:" + port + "/postgres",
                "postgres",
                "none",
                1,
                home,
                home,
                home);
    }

    private static Keeper keeper(StoreHome store, Database database) {
        return new Keeper(
                store,
                database,
                new Migrations(database),
                new DeadLeases(database, "host:1"),
                new LogParts(database, 25, 25, java.time.Clock.systemUTC()));
    }

    private EmbeddedPostgres server(int port, Path data) throws IOException {
        return EmbeddedPostgres.builder()
                .setPort(port)
                .setDataDirectory(data)
                .setCleanDataDirectory(false)
                .start();
    }

    @Test
    void withAUrlNoServerOfOursStartsAndAStoreThatComesLaterIsTaken() throws Exception {
        int port = freePort();
        StoreHome store = elsewhere(port);
        Database database = new Database(store, 3);
        try (Keeper keeper = keeper(store, database)) {
            keeper.start();
            await().atMost(PATIENCE)
                    .until(
                            () ->
                                    keeper.trouble()
                                            .orElse("")
                                            .startsWith("CARAVAN-STORE-DOWN store:"));
            assertThat(keeper.ready()).isFalse();
            try (EmbeddedPostgres later = server(port, home.resolve("data"))) {
                await().atMost(PATIENCE).until(() -> keeper.ready() && keeper.trouble().isEmpty());
                assertThat(Files.exists(home.resolve("postgres"))).isFalse();
            }
        }
    }

    @Test
    void workOfAPullWaitsWhileTheStoreIsAwayAndGoesOnWhenItIsBack() throws Exception {
        int port = freePort();
        Path data = home.resolve("data");
        try (Database database = new Database(elsewhere(port), 3)) {
            EmbeddedPostgres server = server(port, data);
            database.update("create table work (done int)");
            server.close();
            assertThatThrownBy(() -> database.update("insert into work values (0)"))
                    .isInstanceOf(StoreFault.class);
            CompletableFuture<Integer> waiting =
                    CompletableFuture.supplyAsync(
                            () ->
                                    database.patiently(
                                            store ->
                                                    Database.update(
                                                            store, "insert into work values (1)")));
            assertThat(database.outage())
                    .hasValueSatisfying(line -> assertThat(line).contains("STORE-DOWN"));
            try (EmbeddedPostgres again = server(port, data)) {
                assertThat(waiting.get(40, java.util.concurrent.TimeUnit.SECONDS)).isEqualTo(1);
                assertThat(database.query("select done from work", row -> row.getInt(1)))
                        .containsExactly(1);
                assertThat(database.outage()).isEmpty();
            }
        }
    }

    @Test
    void aServerThatIsTooOldIsLeftAsItIs() throws Exception {
        int port = freePort();
        try (EmbeddedPostgres server = server(port, home.resolve("data"));
                Database database = new Database(elsewhere(port), 3)) {
            assertThatThrownBy(() -> Migrations.on(database, 990_000).run())
                    .isInstanceOf(SetupFault.class)
                    .hasMessageContaining("CARAVAN-STORE-OLD")
                    .hasMessageContaining("nothing was changed");
            assertThat(
                            database.query(
                                    "select 1 from pg_namespace where nspname in ('caravan',"
                                            + " 'ledger')",
                                    row -> 1))
                    .isEmpty();
        }
    }

    @Test
    void theServersTroubleIsToldApartFromAStatements() {
        assertThat(StoreTrouble.of("53100", new SQLException("disk full")).code())
                .isEqualTo("CARAVAN-STORE-FULL");
        assertThat(StoreTrouble.of("28P01", new SQLException("no")).code())
                .isEqualTo("CARAVAN-STORE-LOGIN");
        assertThat(StoreTrouble.of("57P01", new SQLException("bye")).code())
                .isEqualTo("CARAVAN-STORE-DOWN");
        assertThat(StoreTrouble.of("53300", new SQLException("many")).code())
                .isEqualTo("CARAVAN-STORE-DOWN");
        assertThat(StoreTrouble.of("22P02", new SQLException("abc"))).isNull();
    }
}
