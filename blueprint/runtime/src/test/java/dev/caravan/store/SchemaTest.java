package dev.caravan.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The shape of the store, as it is after all migrations. */
class SchemaTest {
    private static final Path GOLDEN = Path.of("src/test/resources/schema.golden.txt");
    private static final Path PROMISE = Path.of("../../docs/ledger-shape.txt");
    private static final Path SOURCES = Path.of("../../examples/dbt/models/staging/sources.yml");

    private static EmbeddedPostgres server;
    private static Database database;

    @BeforeAll
    static void migrate() throws Exception {
        server = EmbeddedPostgres.start();
        database = new Database(login("postgres"), 3);
        new Migrations(database).run();
    }

    private static StoreLogin login(String name) {
        return new StoreLogin(
                "jdbc:postgresql://localhost:" + server.getPort() + "/" + name, "postgres", "");
    }

    @AfterAll
    static void stop() throws Exception {
        database.close();
        server.close();
    }

    private static List<String> ask(String sql) {
        return database.query(sql, row -> row.getString(1));
    }

    @Test
    void isTheOneThatWasReviewed() throws Exception {
        String now =
                String.join(
                                "\n",
                                ask(
                                        """
                                        select line from (
                                          select table_schema || '.' || table_name || ' ' || column_name || ' ' || data_type
                                            || case is_nullable when 'NO' then ' not null' else '' end as line
                                          from information_schema.columns where table_schema in ('caravan', 'ledger') and table_name <> 'migration'
                                          union all
                                          select conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(c.oid)
                                          from pg_constraint c join pg_class t on t.oid = conrelid
                                          where connamespace = 'caravan'::regnamespace and t.relname <> 'migration' and contype <> 'n'
                                          union all
                                          select indexdef from pg_indexes where schemaname = 'caravan' and tablename <> 'migration') shape
                                        order by line collate "C"
                                        """))
                        + "\n";
        if (Boolean.getBoolean("golden.write")) {
            Files.writeString(GOLDEN, now);
        }
        assertThat(now)
                .as("run with -Dgolden.write=true, and have the difference reviewed")
                .isEqualTo(Files.readString(GOLDEN));
    }

    @Test
    void keepsWhatReadersWerePromised() throws Exception {
        PromisedShape promise = PromisedShape.parse(Files.readString(PROMISE));
        PromisedShape store = PromisedShape.of(database);
        assertThat(promise.brokenBy(store)).isEmpty();
        if (Boolean.getBoolean("golden.write")) {
            Files.writeString(PROMISE, store.written());
        }
        assertThat(PromisedShape.parse(Files.readString(PROMISE)).lacks(store)).isEmpty();
        assertThat(Files.readString(PROMISE)).isEqualTo(store.written());
    }

    @Test
    void saysWhichPromiseItKeepsAndWhoBroughtItThere() {
        assertThat(
                        ask(
                                "select version || ' ' || schema_version || ' ' || software from"
                                        + " ledger.promise where since <= migrated_at"))
                .containsExactly("1 " + newest() + " " + Version.software());
    }

    @Test
    void isTheSourceOfDbtAsItIsWritten() throws Exception {
        String sources = new DbtSources(database).written();
        if (Boolean.getBoolean("golden.write")) {
            Files.writeString(SOURCES, sources);
        }
        assertThat(Files.readString(SOURCES)).as("run with -Dgolden.write=true").isEqualTo(sources);
    }

    @Test
    void saysWhatEveryTableViewFunctionAndPromisedColumnIs() {
        assertThat(
                        ask(
                                """
                                select c.relname from pg_class c where c.relnamespace in ('caravan'::regnamespace, 'ledger'::regnamespace)
                                  and c.relkind in ('r', 'v') and c.relname <> 'migration' and obj_description(c.oid) is null
                                union all
                                select c.relname || '.' || a.attname from pg_class c join pg_attribute a on a.attrelid = c.oid
                                where c.relnamespace = 'ledger'::regnamespace and a.attnum > 0 and col_description(c.oid, a.attnum) is null
                                union all
                                select p.oid::regprocedure::text from pg_proc p
                                where p.pronamespace in ('caravan'::regnamespace, 'ledger'::regnamespace) and obj_description(p.oid) is null
                                """))
                .isEmpty();
    }

    @Test
    void comesToTheSameFromAnyNumberOfNodesAtOnce() throws Exception {
        try (Connection plain = server.getPostgresDatabase().getConnection();
                Statement statement = plain.createStatement()) {
            statement.execute("create database fresh");
        }
        List<Callable<String>> nodes = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            nodes.add(
                    () -> {
                        try (Database own = new Database(login("fresh"), 3)) {
                            Migrations migrations = new Migrations(own);
                            migrations.run();
                            return migrations.version();
                        }
                    });
        }
        ExecutorService threads = Executors.newFixedThreadPool(nodes.size());
        for (Future<String> version : threads.invokeAll(nodes)) {
            assertThat(version.get()).isEqualTo(newest());
        }
        threads.shutdown();
    }

    @Test
    void showsAReaderTheLedgerAndNothingElse() {
        assertThat(
                        ask(
                                """
                                select n.nspname || '.' || c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
                                where n.nspname in ('caravan', 'ledger') and c.relkind in ('r', 'v')
                                  and has_table_privilege('caravan_reader', c.oid, 'select') <> (n.nspname = 'ledger')
                                """))
                .isEmpty();
    }

    private static String newest() {
        return java.util.Arrays.stream(new java.io.File("src/main/resources/db/migration").list())
                .map(name -> name.replaceAll("V(\\d+)__.*", "$1"))
                .max(java.util.Comparator.comparingInt(Integer::parseInt))
                .orElseThrow();
    }
}
