package dev.caravan.karaf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The demo as a person runs it, once undisturbed and once with a kill -9 in the middle of the pull.
 */
class DemoIT {

    private static final int TRANSACTIONS = 20_000;
    private static final String VOLUME = Integer.toString(TRANSACTIONS);

    @TempDir Path folder;

    @Test
    void endsWithExactlyTheRowsOfTheTwin() throws IOException, InterruptedException, SQLException {
        try (var demo = Installed.byDemo(folder.resolve("a demo"))) {
            var ended = demo.caravan("demo", "--once", "--transactions", VOLUME, "--json");

            assertThat(ended.status()).as(ended.errors()).isZero();
            var summary = new ObjectMapper().readTree(ended.output());
            assertThat(summary.get("transactions").asInt()).isEqualTo(TRANSACTIONS);
            assertThat(demo.runs()).as("Karaf is stopped at the end").isFalse();

            assertThat(demo.caravan("start").status()).isZero();
            assertThatStoreHoldsWhatTheTwinHolds(demo);
        }
    }

    @Test
    void losesAndDoublesNothingWhenKarafIsKilledInTheMiddleOfThePull()
            throws IOException, InterruptedException, SQLException {
        try (var demo = Installed.byDemo(folder.resolve("a killed demo"))) {
            var output = folder.resolve("killed.txt");
            var running =
                    demo.caravanInBackground(output, "demo", "--once", "--transactions", VOLUME);
            await("some rows are in the store, not all")
                    .atMost(Duration.ofMinutes(3))
                    .pollInterval(Duration.ofMillis(20))
                    .until(() -> !running.isAlive() || rows(demo) > 0);
            demo.kill();
            assertThat(rows(demo))
                    .as("asked the orphaned PostgreSQL")
                    .isBetween(1L, TRANSACTIONS - 1L);
            assertThat(running.waitFor()).as("the demo says that it failed").isNotZero();
            assertThat(Files.readString(output)).contains("caravan demo:");

            var again = demo.caravan("demo", "--once", "--transactions", VOLUME, "--json");

            assertThat(again.status()).as(again.errors()).isZero();
            assertThat(demo.caravan("start").status()).isZero();
            assertThatStoreHoldsWhatTheTwinHolds(demo);
        }
    }

    private static void assertThatStoreHoldsWhatTheTwinHolds(Installed demo)
            throws IOException, InterruptedException, SQLException {
        var truth = Booked.atTheTwin(demo.get(demo.ports().twin(), "/twin/truth").body());

        assertThat(truth.values().stream().mapToLong(Booked::count).sum()).isEqualTo(TRANSACTIONS);
        assertThat(Booked.inTheStore(demo)).isEqualTo(truth);
    }

    private static long rows(Installed demo) {
        try (var store = Booked.reader(demo);
                var rows =
                        store.createStatement()
                                .executeQuery("select count(*) from ledger.transaction")) {
            rows.next();
            return rows.getLong(1);
        } catch (IOException | SQLException e) {
            return 0; // not there yet
        }
    }
}
