package dev.caravan.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.caravan.store.Database;
import dev.caravan.store.Migrations;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** A store of an older Caravan, with work half done in it, under a newer one. */
class UpgradeTest {
    /** The schema of the last release but this one. */
    private static final String OLDER = "18";

    @Test
    void aPullThatAnOlderCaravanLeftHalfDoneIsFinishedByTheNewerOne() throws Exception {
        try (World world = World.of(World.smallBank())) {
            UUID connection = world.connected("john1");
            world.twin.accounts("john1").forEach(account -> world.twin.grow(account.id(), 9));
            String before = world.lastEnd(connection);
            dies(world, connection, 8);
            world.twin.journal().clear();
            long rows = world.number("select count(*) from ledger.transaction");

            becomesOlder(world);
            assertThat(world.number("select count(*) from caravan.transaction"))
                    .as("the older store holds it all")
                    .isEqualTo(rows);
            assertThat(world.number("select count(*) from caravan.task where pull_id is not null"))
                    .as("a pull is half done")
                    .isOne();
            new Migrations(world.database).run();
            world.start();
            world.awaitPull(connection, before);

            new Oracle(world).holds("john1");
            assertThat(world.twin.journal().of("john1"))
                    .as("only what was left to do is asked for")
                    .hasSizeBetween(1, 12);
            assertThat(
                            world.texts(
                                    "select distinct outcome from ledger.pull_run where ended_at is"
                                            + " null"))
                    .isEmpty();
            assertThat(world.twin.journal().count("connect/token"))
                    .as("the sealed tokens are still good")
                    .isZero();
        }
    }

    /** The node dies at one of the calls of a pull; what it holds is free for the next one. */
    private static void dies(World world, UUID connection, int call) throws InterruptedException {
        CountDownLatch dead = new CountDownLatch(1);
        world.atRequest(
                        "*",
                        "john1",
                        () -> {
                            world.cut();
                            dead.countDown();
                        })
                .afterCalls(call - 1);
        world.journeys.pull(connection, World.USER_ADDRESS, Duration.ofMinutes(5));
        assertThat(dead.await(30, TimeUnit.SECONDS)).isTrue();
        world.crash();
    }

    /** The store gets the older shape, with every row of it that the older shape knows. */
    private static void becomesOlder(World world) throws SQLException {
        String name = world.text("select current_database()");
        String aside = name + "_newer";
        TestServer.rename(name, aside);
        TestServer.sql("create database " + name);
        ((HikariDataSource) world.database.dataSource())
                .getHikariPoolMXBean()
                .softEvictConnections();
        Migrations.upTo(world.database, OLDER).run();
        try (Database newer = new Database(TestServer.login(aside), 2);
                Connection from = newer.dataSource().getConnection();
                Connection to = world.database.dataSource().getConnection()) {
            to.setAutoCommit(false);
            try (Statement sql = to.createStatement()) {
                sql.execute("set session_replication_role = replica");
                for (String table :
                        world.texts(
                                "select table_name from information_schema.tables where"
                                        + " table_schema = 'caravan' and table_type = 'BASE TABLE'"
                                        + " and table_name <> 'migration'")) {
                    copy(from, to, table);
                }
                sql.execute("set session_replication_role = origin");
            }
            to.commit();
        }
    }

    private static void copy(Connection from, Connection to, String table) throws SQLException {
        List<String> columns =
                Database.query(
                        to,
                        "select column_name from information_schema.columns where table_schema ="
                                + " 'caravan' and table_name = ? and is_generated = 'NEVER'",
                        row -> row.getString(1),
                        table);
        String names =
                columns.stream().map(one -> '"' + one + '"').collect(Collectors.joining(", "));
        List<String> rows =
                Database.query(
                        from,
                        "select coalesce(jsonb_agg(to_jsonb(t)), '[]')::text from caravan."
                                + table
                                + " t",
                        row -> row.getString(1));
        try (Statement sql = to.createStatement()) {
            sql.execute("delete from caravan." + table);
        }
        Database.update(
                to,
                "insert into caravan."
                        + table
                        + " ("
                        + names
                        + ") overriding system value select "
                        + names
                        + " from jsonb_populate_recordset(null::caravan."
                        + table
                        + ", ?::jsonb)",
                rows.get(0));
        for (String sequence :
                Database.query(
                        to,
                        "select pg_get_serial_sequence('caravan.' || table_name, column_name) from"
                                + " information_schema.columns where table_schema = 'caravan' and"
                                + " table_name = ? and is_identity = 'YES'",
                        row -> row.getString(1),
                        table)) {
            Database.query(
                    to, "select setval(?::regclass, 1000000)", row -> row.getLong(1), sequence);
        }
        Database.query(to, "select setval('caravan.pull_id', 1000000)", row -> row.getLong(1));
    }
}
