package dev.caravan.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example project builds, follows and passes its own tests; skipped where there is no dbt. */
class DbtExampleTest {
    private static final Path EXAMPLES = Path.of("../../examples");

    @TempDir Path temp;

    @BeforeAll
    static void onlyWithDbt() {
        boolean there = false;
        try {
            Process dbt =
                    new ProcessBuilder("dbt", "--version")
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start();
            there = dbt.waitFor(1, TimeUnit.MINUTES) && dbt.exitValue() == 0;
        } catch (IOException e) {
            // no such program
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Assumptions.assumeTrue(there, "dbt is not installed");
    }

    /** Runs dbt on the project; what it said. */
    private String dbt(EmbeddedPostgres server, String command) throws Exception {
        Path project = EXAMPLES.resolve("dbt").toRealPath();
        Path said = temp.resolve("said");
        ProcessBuilder run =
                new ProcessBuilder(
                                "dbt",
                                command,
                                "--project-dir",
                                project.toString(),
                                "--profiles-dir",
                                project.toString(),
                                "--target-path",
                                temp.resolve("target").toString(),
                                "--log-path",
                                temp.resolve("logs").toString())
                        .directory(temp.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(said.toFile());
        run.environment().put("CARAVAN_PORT", String.valueOf(server.getPort()));
        run.environment().put("CARAVAN_DATABASE", "postgres");
        run.environment().put("CARAVAN_PASSWORD", "asked of nobody here");
        Process dbt = run.start();
        boolean ended = dbt.waitFor(5, TimeUnit.MINUTES);
        dbt.destroy();
        String text = Files.readString(said);
        assertThat(ended && dbt.exitValue() == 0).as(text).isTrue();
        return text;
    }

    @Test
    void buildsFollowsTheFeedAndPassesItsTests() throws Exception {
        try (EmbeddedPostgres server = EmbeddedPostgres.start();
                Database database =
                        new Database(
                                new StoreLogin(
                                        "jdbc:postgresql://localhost:"
                                                + server.getPort()
                                                + "/postgres",
                                        "postgres",
                                        ""),
                                2)) {
            new Migrations(database).run();
            try (var connection = database.dataSource().getConnection();
                    var roles = connection.createStatement()) {
                roles.execute(Files.readString(EXAMPLES.resolve("roles.sql")));
            }
            UUID connection = AnyKind.connection(database);
            long account = AnyKind.account(database, connection);
            for (String[] records :
                    List.of(new String[] {"1=1", "2=2"}, new String[] {"2=7", "3=3"})) {
                for (AnyKind kind : AnyKind.all(database)) {
                    database.inTransaction(
                            store -> {
                                kind.page(
                                        store,
                                        connection,
                                        account,
                                        PageStatement.Mode.REPLACE,
                                        records);
                                return null;
                            });
                }
                dbt(server, "build");
                assertThat(transactions(database, "analytics.stg_transactions"))
                        .isNotEmpty()
                        .isEqualTo(transactions(database, "ledger.transaction"));
            }
        }
    }

    private static List<String> transactions(Database database, String view) {
        return database.query(
                "select transaction_id || ' ' || amount || ' ' || (removed_at is null) from "
                        + view
                        + " order by 1",
                row -> row.getString(1));
    }
}
