package dev.caravan.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.caravan.faults.SetupFault;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What happens to a store when Caravan is exchanged over it. */
class MigrationsTest {
    /** The last version whose nodes did not look at the store's word about its nodes. */
    private static final int BEFORE_PROMISE = 18;

    private static final Path FILES = Path.of("src/main/resources/db/migration");
    private static final Pattern TAKES_AWAY =
            Pattern.compile(
                    "(?i)\\bdrop\\s+(table|column|view|sequence)\\b|\\brename\\b|\\bset\\s+not\\s+null\\b"
                        + "|\\balter\\s+column\\s+\\w+\\s+(set\\s+data\\s+)?type\\b"
                        + "|\\badd\\s+column\\s+[^,;]*\\bnot\\s+null\\b(?![^,;]*\\bdefault\\b)(?![^,;]*\\bgenerated\\b)");
    private static final AtomicInteger STORES = new AtomicInteger();

    private static EmbeddedPostgres server;

    private Database database;

    @BeforeAll
    static void serve() throws IOException {
        server = EmbeddedPostgres.start();
    }

    @AfterAll
    static void stop() throws IOException {
        server.close();
    }

    @BeforeEach
    void create() throws SQLException {
        String name = "store_" + STORES.incrementAndGet();
        try (Connection plain = server.getPostgresDatabase().getConnection();
                Statement statement = plain.createStatement()) {
            statement.execute("create database " + name);
        }
        database =
                new Database(
                        new StoreLogin(
                                "jdbc:postgresql://localhost:" + server.getPort() + "/" + name,
                                "postgres",
                                ""),
                        4);
    }

    @AfterEach
    void close() {
        database.close();
    }

    private List<String> ask(String sql) {
        return database.query(sql, row -> row.getString(1));
    }

    @Test
    void anOlderNodeGoesOnOverANewerStoreThatTookNothingAway() {
        new Migrations(database).run();
        List<String> before = ask("select version from caravan.migration order by installed_rank");
        database.update(
                "insert into caravan.migration (installed_rank, version, description, type,"
                        + " script, checksum, installed_by, execution_time, success) values (999,"
                        + " '999', 'to come', 'SQL', 'V999__to_come.sql', 1, 'newer', 1, true)");

        new Migrations(database).run();

        assertThat(new Migrations(database).version()).isEqualTo("999");
        assertThat(ask("select version from caravan.migration order by installed_rank"))
                .startsWith(before.toArray(String[]::new))
                .hasSize(before.size() + 1);
    }

    @Test
    void anOlderNodeRefusesAStoreThatSaysItIsTooOldAndChangesNothing() {
        new Migrations(database).run();
        database.update("update caravan.compatibility set oldest = 999");

        assertThatThrownBy(() -> new Migrations(database).run())
                .isInstanceOf(SetupFault.class)
                .hasMessageStartingWith("CARAVAN-STORE-NEW store:")
                .hasMessageContaining("needs 999 or later")
                .hasMessageContaining("nothing was changed");
        database.update("update caravan.compatibility set oldest = 18");
        assertThatThrownBy(() -> Migrations.upTo(database, "17").run())
                .hasMessageContaining("expected a store that version 17");
        Migrations.upTo(database, "18").run();
    }

    @Test
    void aMigrationThatIsKilledInTheMiddleIsDoneByTheNextStart() throws Exception {
        Migrations.upTo(database, "17").run();
        CompletableFuture<Void> killed;
        try (Connection other = server.getDatabase("postgres", name()).getConnection()) {
            other.setAutoCommit(false);
            try (Statement lock = other.createStatement()) {
                lock.execute("lock table caravan.connection in access exclusive mode");
            }
            killed = CompletableFuture.runAsync(() -> new Migrations(database).run());
            await("it waits for the table, in the middle of its work")
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> !waiting("pid").isEmpty());
            waiting("pg_terminate_backend(pid)");
        }
        assertThat(killed).failsWithin(Duration.ofSeconds(20));
        assertThat(ask("select max(version::int)::text from caravan.migration"))
                .containsExactly("17");

        new Migrations(database).run();
        assertThat(ask("select version from caravan.migration where not success")).isEmpty();
        assertThat(ask("select oldest::text from caravan.compatibility")).hasSize(1);
    }

    private String name() {
        return ask("select current_database()").get(0);
    }

    private List<String> waiting(String what) {
        return ask(
                "select "
                        + what
                        + "::text from pg_stat_activity where datname = current_database() and"
                        + " wait_event_type = 'Lock' and wait_event = 'relation'");
    }

    /** The promise to those who have to go back: only a migration that says so ends it. */
    @Test
    void aMigrationThatTakesSomethingAwaySaysWhichNodesMayRunBesideIt() throws IOException {
        assertThat(TAKES_AWAY.matcher("alter table a drop column b").find()).isTrue();
        assertThat(TAKES_AWAY.matcher("alter table a add column b int not null;").find()).isTrue();
        assertThat(TAKES_AWAY.matcher("add column b int not null default 0;").find()).isFalse();
        try (Stream<Path> files = Files.list(FILES)) {
            assertThat(files.filter(file -> number(file) > BEFORE_PROMISE))
                    .isNotEmpty()
                    .allSatisfy(
                            file -> {
                                String sql =
                                        Files.readString(file).replaceAll("(?m)--.*$|'[^']*'", "");
                                assertThat(
                                                !TAKES_AWAY.matcher(sql).find()
                                                        || sql.contains(
                                                                "update caravan.compatibility set"
                                                                        + " oldest = "
                                                                        + number(file)))
                                        .as(file.toString())
                                        .isTrue();
                            });
        }
    }

    private static int number(Path file) {
        return Integer.parseInt(file.getFileName().toString().replaceAll("V(\\d+)__.*", "$1"));
    }
}
