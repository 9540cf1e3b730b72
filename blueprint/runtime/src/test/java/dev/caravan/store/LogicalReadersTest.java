package dev.caravan.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Who follows the write-ahead log finds a publication of all records and of nothing secret. */
class LogicalReadersTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static EmbeddedPostgres server;
    private static Database database;

    @BeforeAll
    static void migrate() throws Exception {
        server = EmbeddedPostgres.builder().setServerConfig("wal_level", "logical").start();
        database = new Database(login("postgres", "postgres"), 3);
        new Migrations(database).run();
    }

    private static StoreLogin login(String name, String user) {
        return new StoreLogin(
                "jdbc:postgresql://localhost:" + server.getPort() + "/" + name, user, "");
    }

    @AfterAll
    static void stop() throws Exception {
        database.close();
        server.close();
    }

    private static List<String> names(String sql) {
        return database.query(sql, row -> row.getString(1));
    }

    private static List<String> published() {
        return names(
                "select schemaname || '.' || tablename from pg_publication_tables where pubname ="
                        + " 'caravan_changes' order by 1");
    }

    private static void page(AnyKind kind, Writer writer, String... records) {
        database.inTransaction(
                store -> {
                    kind.page(
                            store,
                            writer.connection(),
                            writer.account(),
                            PageStatement.Mode.REPLACE,
                            records);
                    return null;
                });
    }

    private record Writer(UUID connection, long account) {}

    @Test
    void aSubscriberOfAnotherDatabaseGetsEveryInsertUpdateTombstoneAndErasureOfEveryKind()
            throws Exception {
        run("create database warehouse");
        // as the guide says it
        run("create role follower login replication");
        try (Database warehouse = new Database(login("warehouse", "postgres"), 2)) {
            warehouse.update("create schema caravan");
            for (String table : tables()) {
                warehouse.update(table);
            }
            warehouse.update("insert into caravan.heartbeat (only_row) values (true)");
            names(
                    "select slot_name from pg_create_logical_replication_slot('warehouse',"
                            + " 'pgoutput')");
            warehouse.update(
                    "create subscription warehouse connection 'host=localhost user=follower"
                            + " dbname=postgres port="
                            + server.getPort()
                            + "' publication caravan_changes with (create_slot = false, copy_data ="
                            + " false)");
            List<AnyKind> kinds = AnyKind.all(database);
            UUID connection = AnyKind.connection(database);
            Writer writer = new Writer(connection, AnyKind.account(database, connection));
            UUID erased = AnyKind.connection(database);
            for (AnyKind kind : kinds) {
                page(kind, writer, "1=1", "2=2", "3=3");
                page(kind, writer, "1=7", "2=2");
                page(
                        kind,
                        new Writer(erased, writer.account()),
                        kind.owned() ? "1=7" : "9=9",
                        "2=2");
            }
            new Erasure(database).records(erased);
            new Heartbeat(database, () -> true, "here:1", 0).beat();

            await().atMost(PATIENCE)
                    .until(
                            () ->
                                    warehouse
                                            .first(
                                                    "select node from caravan.heartbeat",
                                                    row -> String.valueOf(row.getString(1)))
                                            .get(),
                            "here:1"::equals);
            for (AnyKind kind : kinds) {
                String rows =
                        "select id || ' ' || raw || ' ' || coalesce(removed_at::text, 'lives') from"
                                + " caravan."
                                + kind.name()
                                + " where identity <> 'own' order by id";
                assertThat(warehouse.query(rows, row -> row.getString(1)))
                        .as(kind.name())
                        .hasSizeGreaterThanOrEqualTo(3)
                        .isEqualTo(names(rows));
                assertThat(names(rows)).anyMatch(row -> row.contains("\"7\""));
                assertThat(names(rows)).anyMatch(row -> !row.endsWith("lives"));
            }
            warehouse.update("alter subscription warehouse disable");
            warehouse.update("alter subscription warehouse set (slot_name = none)");
            warehouse.update("drop subscription warehouse");
        }
        await().atMost(PATIENCE)
                .until(() -> names("select 1 from pg_replication_slots where active").isEmpty());
        names("select pg_drop_replication_slot('warehouse')");
    }

    private static void run(String statement) throws SQLException {
        try (var connection = database.dataSource().getConnection();
                var all = connection.createStatement()) {
            all.execute(statement);
        }
    }

    /** What a subscriber needs: the published tables by the names of the store. */
    private static List<String> tables() {
        return names(
                """
                select format('create table caravan.%I (%s, primary key (%I))', c.relname,
                  string_agg(format('%I %s', a.attname, format_type(a.atttypid, a.atttypmod)), ', ' order by a.attnum),
                  (select k.attname from pg_index i join pg_attribute k on k.attrelid = c.oid and k.attnum = i.indkey[0]
                   where i.indrelid = c.oid and i.indisprimary))
                from pg_publication_rel p join pg_class c on c.oid = p.prrelid
                join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
                group by c.oid, c.relname
                """);
    }

    @Test
    void thePublicationIsEveryKindTheHeartbeatAndNothingThatIsSecret() {
        assertThat(published())
                .isEqualTo(
                        names(
                                "select 'caravan.' || k from caravan.kinds() k union select"
                                        + " 'caravan.heartbeat' order by 1"))
                .contains("caravan.transaction", "caravan.account", "caravan.party");
        assertThat(published())
                .allMatch(
                        table ->
                                !names(
                                                "select to_regclass('"
                                                        + table.replace("caravan.", "ledger.")
                                                        + "')")
                                        .contains(null));
        assertThat(
                        names(
                                """
                                select tablename || '.' || c from pg_publication_tables, unnest(attnames) c
                                where pubname = 'caravan_changes' and c ~ 'sealed|secret|token|password|hash|headers|body'
                                """))
                .isEmpty();
    }

    @Test
    void updatesAndDeletesCarryTheKey() {
        assertThat(
                        names(
                                """
                                select p.prrelid::regclass from pg_publication_rel p join pg_class c on c.oid = p.prrelid
                                where c.relreplident <> 'd' or not exists (select from pg_index where indrelid = c.oid and indisprimary)
                                """))
                .isEmpty();
    }

    @Test
    void aNewKindIsPublishedByTheNextStart() {
        database.update("create table caravan.odd (like caravan.holder including all)");
        new Migrations(database).run();
        assertThat(published()).contains("caravan.odd", "caravan.holder");
        database.update("drop table caravan.odd");
        new Migrations(database).run();
        assertThat(published()).doesNotContain("caravan.odd").contains("caravan.holder");
    }

    @Test
    void aLoginThatMayNotPublishMigratesAllTheSame() throws Exception {
        run("create role tenant login");
        run("create database tenants owner postgres");
        run("grant create on database tenants to tenant");
        try (Database tenants = new Database(login("tenants", "tenant"), 2)) {
            Migrations migrations = new Migrations(tenants);
            migrations.run();
            tenants.update("drop publication caravan_changes");
            run("revoke create on database tenants from tenant");
            migrations.run();
            assertThat(tenants.first("select caravan.publish()", row -> row.getString(1)))
                    .get()
                    .asString()
                    .contains("permission denied for database");
            assertThat(tenants.query("select 1 from pg_publication", row -> 1)).isEmpty();
        }
    }
}
