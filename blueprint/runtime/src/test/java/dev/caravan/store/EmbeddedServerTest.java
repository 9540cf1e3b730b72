package dev.caravan.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedServerTest {
    @TempDir Path temp;

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private EmbeddedServer server(int port) {
        Path home = temp.resolve("a place with spaces");
        return new EmbeddedServer(
                port, home.resolve("postgres"), temp.resolve("bin"), home.resolve("etc"));
    }

    private static String ask(StoreLogin login, String sql) throws SQLException {
        try (Connection connection =
                        DriverManager.getConnection(login.url(), login.user(), login.password());
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }

    @Test
    void isDurableAndClosedToWhoeverHasNoPassword() throws Exception {
        try (EmbeddedServer server = server(freePort())) {
            server.start();
            assertThat(ask(server.login(), "show fsync")).isEqualTo("on");
            assertThat(ask(server.login(), "show synchronous_commit")).isEqualTo("on");
            assertThat(ask(server.login(), "show wal_level")).isEqualTo("logical");
            assertThat(ask(server.login(), "show listen_addresses")).isEqualTo("127.0.0.1");
            assertThatThrownBy(
                            () ->
                                    ask(
                                            new StoreLogin(server.login().url(), "postgres", ""),
                                            "select 1"))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("password");
            Path logins = temp.resolve("a place with spaces/etc/caravan.pgpass");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(logins)))
                    .isEqualTo("rw-------");
            assertThat(Files.readAllLines(logins))
                    .hasSize(1)
                    .first()
                    .asString()
                    .contains(":caravan_reader:");
        }
    }

    @Test
    void keepsItsDataAndItsLoginsOverACleanStop() throws Exception {
        int port = freePort();
        StoreLogin login;
        try (EmbeddedServer server = server(port)) {
            server.start();
            login = server.login();
            assertThat(ask(login, "with t as (select 1) select 1 from t")).isEqualTo("1");
            try (Connection connection =
                            DriverManager.getConnection(
                                    login.url(), login.user(), login.password());
                    Statement statement = connection.createStatement()) {
                statement.execute("create table kept as select 42 as answer");
            }
        }
        try (EmbeddedServer server = server(port)) {
            server.start();
            assertThat(server.login()).isEqualTo(login);
            assertThat(ask(login, "select answer from kept")).isEqualTo("42");
        }
    }

    @Test
    void takesOverTheServerThatOutlivedAKilledOwner() throws Exception {
        int port = freePort();
        Path home = temp.resolve("a place with spaces");
        Process owner =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                Owner.class.getName(),
                                String.valueOf(port),
                                home.resolve("postgres").toString(),
                                temp.resolve("bin").toString(),
                                home.resolve("etc").toString())
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        assertThat(owner.inputReader().readLine()).isEqualTo("started");
        long orphan =
                Long.parseLong(Files.readAllLines(home.resolve("postgres/postmaster.pid")).get(0));
        owner.destroyForcibly();
        owner.waitFor(10, TimeUnit.SECONDS);
        assertThat(ProcessHandle.of(orphan)).isPresent();

        try (EmbeddedServer server = server(port)) {
            server.start();
            assertThat(ProcessHandle.of(orphan)).isEmpty();
            assertThat(ask(server.login(), "select count(*) from written")).isEqualTo("1000");
        }
    }

    @Test
    void aServerWhoseProcessWasKilledIsStartedAgain() throws Exception {
        try (EmbeddedServer server = server(freePort())) {
            server.start();
            long process =
                    Long.parseLong(
                            Files.readAllLines(
                                            temp.resolve(
                                                    "a place with spaces/postgres/postmaster.pid"))
                                    .get(0));
            ProcessHandle.of(process).orElseThrow().destroyForcibly();
            await().atMost(Duration.ofSeconds(20)).until(() -> !server.alive());
            await().atMost(Duration.ofSeconds(40))
                    .ignoreExceptions()
                    .until(
                            () -> {
                                server.start();
                                return ask(server.login(), "select 1").equals("1");
                            });
        }
    }

    @Test
    void aStalePidFileOfAReusedProcessIdIsNoServer() throws Exception {
        int port = freePort();
        try (EmbeddedServer server = server(port)) {
            server.start();
        }
        Path pid = temp.resolve("a place with spaces/postgres/postmaster.pid");
        // this very process has the id, but did not start in 1970
        Files.writeString(
                pid,
                ProcessHandle.current().pid() + "\n/nowhere\n100\n" + port + "\n\n127.0.0.1\n");
        try (EmbeddedServer server = server(port)) {
            server.start();
            assertThat(ask(server.login(), "select 1")).isEqualTo("1");
        }
    }

    /** A process that owns a server, to be killed. */
    static final class Owner {
        private Owner() {}

        public static void main(String[] args) throws Exception {
            EmbeddedServer server =
                    new EmbeddedServer(
                            Integer.parseInt(args[0]),
                            Path.of(args[1]),
                            Path.of(args[2]),
                            Path.of(args[3]));
            server.start();
            try (Connection connection =
                            DriverManager.getConnection(
                                    server.login().url(),
                                    server.login().user(),
                                    server.login().password());
                    Statement statement = connection.createStatement()) {
                statement.execute("create table written as select generate_series(1, 1000)");
            }
            System.out.println("started");
            System.in.read();
        }
    }
}
