package dev.caravan.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The very files of examples/sql keep a warehouse equal to the views, whatever happens. */
class LoadExamplesTest {
    private static final Path FILES = Path.of("../../examples/sql");
    private static final String TRANSACTION =
            "transaction_id, account_id, status, booking_date, amount, currency, description,"
                    + " removed_at";
    private static final String ACCOUNT =
            "account_id, provider, connection_id, currency, display_name, status, removed_at";

    private static EmbeddedPostgres server;
    private static Database database;

    @BeforeAll
    static void migrate() throws Exception {
        server = EmbeddedPostgres.builder().setServerConfig("autovacuum", "off").start();
        database = new Database(login("postgres"), 3);
        new Migrations(database).run();
        // closed as the embedded store is
        database.update("revoke all on database postgres from public");
        execute("postgres", Files.readString(FILES.resolveSibling("roles.sql")));
    }

    private static StoreLogin login(String user) {
        return new StoreLogin(
                "jdbc:postgresql://localhost:" + server.getPort() + "/postgres", user, "");
    }

    @AfterAll
    static void stop() throws Exception {
        database.close();
        server.close();
    }

    /** Runs a file as it is, as the login of the warehouse; how much it says it was told. */
    private static int run(String file) throws Exception {
        return execute("analyst", Files.readString(FILES.resolve(file)));
    }

    private static int execute(String user, String sql) throws Exception {
        try (Database login = new Database(login(user), 1);
                Connection connection = login.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            int told = 0;
            boolean rows = statement.execute(sql);
            while (rows || statement.getUpdateCount() >= 0) {
                if (rows) {
                    ResultSet row = statement.getResultSet();
                    if (row.getMetaData().getColumnLabel(1).equals("told") && row.next()) {
                        told = row.getInt(1);
                    }
                }
                rows = statement.getMoreResults();
            }
            return told;
        }
    }

    private static void catchUp() throws Exception {
        for (String file : List.of("follow.sql", "history.sql")) {
            for (int runs = 0; run(file) > 0; runs++) {
                assertThat(runs).isLessThan(20);
            }
        }
    }

    private static List<String> rows(String columns, String view) {
        return database.query(
                "select row(" + columns + ")::text from " + view + " order by 1",
                row -> row.getString(1));
    }

    private static void isEqual() {
        assertThat(rows(TRANSACTION, "warehouse.transaction"))
                .isNotEmpty()
                .isEqualTo(rows(TRANSACTION, "ledger.transaction"));
        assertThat(rows(ACCOUNT, "warehouse.account"))
                .isNotEmpty()
                .isEqualTo(rows(ACCOUNT, "ledger.account"));
        assertThat(
                        rows(
                                "account_id, display_name, status",
                                "warehouse.account_version where valid_to is null"))
                .isEqualTo(rows("account_id, display_name, status", "ledger.account"));
        assertThat(rows("account_id, cursor, op", "warehouse.account_version"))
                .isEqualTo(rows("row_id, cursor, op", "ledger.change where kind = 'account'"));
    }

    /** Changes of every kind, some by hand as a mapping would make them. */
    private static void change(List<AnyKind> kinds, Random random, UUID connection, long account) {
        for (AnyKind kind : kinds) {
            String[] records =
                    IntStream.range(0, 1 + random.nextInt(12))
                            .mapToObj(n -> random.nextInt(20) + "=" + random.nextInt(4))
                            .toArray(String[]::new);
            PageStatement.Mode mode =
                    random.nextInt(3) == 0 ? PageStatement.Mode.REPLACE : PageStatement.Mode.MERGE;
            database.inTransaction(
                    store -> {
                        kind.page(store, connection, account, mode, records);
                        return null;
                    });
        }
    }

    /** As a page would: the row and what it was. */
    private static void rename(long account, String name) {
        database.update(
                """
                with was as (select id, connection_id, display_name from caravan.account where id = ?),
                renamed as (update caravan.account a set display_name = ? from was where a.id = was.id)
                insert into caravan.change (connection_id, kind, op, row_id, was)
                select connection_id, 'account', 'update', id, jsonb_build_object('display_name', display_name) from was
                """,
                account,
                name);
    }

    @Test
    void keepTheWarehouseEqualOverLateCommitsTombstonesErasureAndACursorThatIsTooOld()
            throws Exception {
        List<AnyKind> kinds = AnyKind.all(database);
        UUID connection = AnyKind.connection(database);
        UUID person = AnyKind.connection(database);
        AnyKind accounts =
                kinds.stream().filter(kind -> kind.name().equals("account")).findAny().get();
        database.inTransaction(
                store -> {
                    accounts.page(store, connection, 0, PageStatement.Mode.MERGE, "own=1");
                    accounts.page(store, person, 0, PageStatement.Mode.MERGE, "Joanna=1");
                    return null;
                });
        long account =
                first("select account_id from ledger.account where provider_account_id = 'own'");
        long joanna =
                first("select account_id from ledger.account where provider_account_id = 'Joanna'");
        Random random = new Random(26);
        run("setup.sql");
        change(kinds, random, connection, account);
        try (Connection late = database.dataSource().getConnection()) {
            late.setAutoCommit(false);
            accounts.page(late, connection, 0, PageStatement.Mode.MERGE, "late=1");
            run("full_load.sql");
            change(kinds, random, connection, account);
            run("follow.sql");
            late.commit();
        }
        catchUp();
        isEqual();
        for (int round = 0; round < 4; round++) {
            change(kinds, random, connection, account);
            rename(account, "name " + round);
            rename(joanna, "Joanna " + round);
            catchUp();
            isEqual();
        }
        assertThat(rows("display_name", "warehouse.account_version where account_id = " + account))
                .contains("(\"name 0\")", "(\"name 1\")", "(\"name 2\")", "(\"name 3\")");
        assertThat(rows("display_name", "warehouse.account_version"))
                .anyMatch(row -> row.contains("Joanna"));

        new Erasure(database).records(person);
        catchUp();
        isEqual();
        for (String table : List.of("account", "account_version", "transaction")) {
            assertThat(rows("t", "warehouse." + table + " t"))
                    .noneMatch(row -> row.contains("Joanna"));
        }
        database.update("update caravan.era set cut_era = 9999");
        assertThatThrownBy(() -> run("follow.sql")).hasMessageContaining("no longer kept");
        database.update("update caravan.era set cut_era = 0");
        run("full_load.sql");
        catchUp();
        isEqual();
    }

    @Test
    void refuseAnotherMajorVersionOfThePromise() {
        database.update("update caravan.promise set version = 2");
        try {
            assertThatThrownBy(() -> run("full_load.sql"))
                    .hasMessageContaining("these files read version 1 of the promise");
        } finally {
            database.update("update caravan.promise set version = 1");
        }
    }

    private static long first(String sql) {
        return database.first(sql, row -> row.getLong(1)).orElseThrow();
    }
}
