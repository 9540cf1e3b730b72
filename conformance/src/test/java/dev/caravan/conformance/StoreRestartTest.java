package dev.caravan.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.sandbox.Exchange;
import dev.caravan.store.Database;
import dev.caravan.store.Migrations;
import dev.caravan.store.StoreLogin;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The store goes away in the middle of a pull and comes back. */
class StoreRestartTest {
    @TempDir Path folder;

    @Test
    void aPullGoesOnWhenTheStoreIsBackAndThePageInHandIsNotAskedForAgain() throws Exception {
        int port = freePort();
        EmbeddedPostgres server = server(port);
        StoreLogin login =
                new StoreLogin("jdbc:postgresql://localhost:" + port + "/postgres", "postgres", "");
        try (Database store = new Database(login, 2)) {
            new Migrations(store).run();
        }
        try (World world = World.of(World.smallBank(), Map.of(), login)) {
            Connection lock = locked(login);
            UUID connection = world.connect("john1");
            // the page is at the node, and its commit waits for the lock
            World.until(() -> world.seen("accounts/{id}/transactions", "john1").size() == 1);
            server.close();
            lock.close();
            server = server(port);

            world.awaitPull(connection, null);
            new Oracle(world).holds("john1");
            Map<String, Long> asked =
                    world.twin.journal().of("john1").stream()
                            .filter(one -> one.path().startsWith("/data/"))
                            .collect(Collectors.groupingBy(Exchange::path, Collectors.counting()));
            assertThat(asked)
                    .hasSize(17)
                    .allSatisfy((path, times) -> assertThat(times).as(path).isOne());
        } finally {
            server.close();
        }
    }

    private EmbeddedPostgres server(int port) throws IOException {
        return EmbeddedPostgres.builder()
                .setPort(port)
                .setDataDirectory(folder.resolve("data"))
                .setCleanDataDirectory(false)
                .start();
    }

    private static Connection locked(StoreLogin login) throws SQLException {
        Connection connection =
                DriverManager.getConnection(login.url(), login.user(), login.password());
        connection.setAutoCommit(false);
        connection
                .createStatement()
                .execute("lock table caravan.transaction in access exclusive mode");
        return connection;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
