package dev.caravan.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Who logs in as caravan_reader reads all of schema ledger, and nothing else of ours. */
class ReaderRoleTest {
    private static EmbeddedPostgres server;
    private static Database database;
    private static Database reader;

    @BeforeAll
    static void migrate() throws Exception {
        server = EmbeddedPostgres.start();
        database = new Database(login("postgres"), 3);
        new Migrations(database).run();
        database.update("alter role caravan_reader login");
        UUID connection = AnyKind.connection(database);
        long account = AnyKind.account(database, connection);
        for (AnyKind kind : AnyKind.all(database)) {
            for (String record : List.of("1=1", "1=2")) {
                database.inTransaction(
                        store -> {
                            kind.page(store, connection, account, PageStatement.Mode.MERGE, record);
                            return null;
                        });
            }
        }
        reader = new Database(login("caravan_reader"), 1);
    }

    private static StoreLogin login(String user) {
        return new StoreLogin(
                "jdbc:postgresql://localhost:" + server.getPort() + "/postgres", user, "");
    }

    @AfterAll
    static void stop() throws Exception {
        reader.close();
        database.close();
        server.close();
    }

    private static List<String> names(String sql) {
        return database.query(sql, row -> row.getString(1));
    }

    /** Those of some statements that are let through. */
    private static List<String> allowed(List<String> statements) {
        List<String> allowed = new ArrayList<>();
        for (String statement : statements) {
            try (var connection = reader.dataSource().getConnection();
                    var run = connection.createStatement()) {
                run.execute(statement);
                allowed.add(statement);
            } catch (SQLException e) {
                assertThat(e.getMessage())
                        .containsPattern("permission denied|must be|cannot delete from view");
            }
        }
        return allowed;
    }

    @Test
    void readsEveryViewAndCallsEveryFunctionOfTheLedger() {
        List<String> views =
                names(
                        "select oid::regclass::text from pg_class where relnamespace ="
                                + " 'ledger'::regnamespace and relkind = 'v'");
        assertThat(views).hasSizeGreaterThan(30);
        for (String view : views) {
            reader.query("select to_jsonb(v) from " + view + " v", row -> row.getString(1));
        }
        assertThat(names("select * from caravan.kinds()"))
                .allSatisfy(
                        kind ->
                                assertThat(reader.query("select 1 from ledger." + kind, row -> 1))
                                        .isNotEmpty());
        assertThat(
                        names(
                                "select proname from pg_proc where pronamespace ="
                                    + " 'ledger'::regnamespace and not"
                                    + " has_function_privilege('caravan_reader', oid, 'execute')"))
                .isEmpty();
        assertThat(reader.query("select kind from ledger.changes()", row -> row.getString(1)))
                .containsAll(names("select * from caravan.kinds()"));
        assertThat(
                        reader.query(
                                "select op from ledger.history('holder', (select max(holder_id)"
                                        + " from ledger.holder))",
                                row -> row.getString(1)))
                .containsExactly("insert", "update");
        assertThat(reader.first("select ledger.changes_horizon() <= now()", r -> r.getBoolean(1)))
                .contains(true);
        assertThat(reader.first("select version from ledger.promise", row -> row.getInt(1)))
                .contains(1);
    }

    @Test
    void isShutOutOfEveryTableSequenceAndFunctionOfOurs() {
        assertThat(
                        allowed(
                                names(
                                        "select case relkind when 'S' then format('select"
                                            + " nextval(''caravan.%I'')', relname) else"
                                            + " format('select 1 from caravan.%I', relname) end"
                                            + " from pg_class where relnamespace ="
                                            + " 'caravan'::regnamespace and relkind in ('r', 'p',"
                                            + " 'v', 'm', 'S')")))
                .isEmpty();
        assertThat(
                        allowed(
                                names(
                                        """
                                        select format('select caravan.%I(%s)', proname, (
                                          select string_agg('null::' || format_type(arg, null), ', ' order by nth)
                                          from unnest(proargtypes) with ordinality a(arg, nth)))
                                        from pg_proc where pronamespace = 'caravan'::regnamespace and prorettype <> 'trigger'::regtype
                                        """)))
                .isEmpty();
        assertThat(
                        names(
                                "select nspname from pg_namespace where nspname not in ('ledger',"
                                        + " 'public', 'information_schema', 'pg_catalog') and"
                                        + " has_schema_privilege('caravan_reader', oid, 'usage')"))
                .isEmpty();
        assertThat(reader.query("select 1 from ledger.history('token_set', 1)", row -> 1))
                .isEmpty();
    }

    @Test
    void writesNothing() {
        assertThat(
                        names(
                                """
                                select c.oid::regclass || ' ' || p from pg_class c cross join unnest(array['insert', 'update', 'delete', 'truncate', 'trigger']) p
                                where c.relnamespace in ('ledger'::regnamespace, 'caravan'::regnamespace) and c.relkind in ('r', 'p', 'v')
                                  and has_table_privilege('caravan_reader', c.oid, p)
                                """))
                .isEmpty();
        assertThat(
                        allowed(
                                List.of(
                                        "delete from ledger.holder",
                                        "update ledger.promise set version = 2",
                                        "update ledger.heartbeat set at = now()",
                                        "create table ledger.mine (a int)",
                                        "create table public.mine (a int)",
                                        "create schema mine",
                                        "create publication mine",
                                        "alter publication caravan_changes add table ledger.holder",
                                        "select pg_create_logical_replication_slot('mine',"
                                                + " 'pgoutput')")))
                .isEmpty();
    }

    @Test
    void seesNoPasswordNoFileAndNoStatementOfOthers() {
        assertThat(
                        allowed(
                                List.of(
                                        "select rolpassword from pg_authid",
                                        "select passwd from pg_shadow",
                                        "select pg_read_file('postgresql.conf')",
                                        "select pg_ls_dir('.')",
                                        "copy (select 1) to program 'true'",
                                        "set role postgres")))
                .isEmpty();
        assertThat(
                        reader.query(
                                "select query from pg_stat_activity where usename = 'postgres' and"
                                        + " query <> '<insufficient privilege>' and query <> ''",
                                row -> row.getString(1)))
                .isEmpty();
        assertThatThrownBy(() -> reader.update("set session authorization postgres"))
                .hasMessageContaining("permission denied");
    }
}
