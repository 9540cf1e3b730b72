package dev.caravan.karaf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The demo as a person runs it, once undisturbed and once with a kill -9 in the middle of the pull:
 * five providers side by side, each compared with its twin.
 */
class DemoIT {

    private static final int TRANSACTIONS = 20_000;
    private static final String VOLUME = Integer.toString(TRANSACTIONS);
    private static final List<String> PROVIDERS =
            List.of("leatherback", "pliance", "pockit", "trac", "truelayer");

    /** What a twin names and the store keeps in another form. */
    private static final List<String> KEPT_OTHERWISE =
            List.of("leatherback account_identifier", "leatherback organization");

    @TempDir Path folder;

    @Test
    void endsWithExactlyTheRowsOfTheFiveTwins()
            throws IOException, InterruptedException, SQLException {
        try (var demo = Installed.byDemo(folder.resolve("a demo"))) {
            var output = folder.resolve("demo.txt");
            var running =
                    demo.caravanInBackground(output, "demo", "--transactions", VOLUME, "--json");
            await("the summary")
                    .atMost(Duration.ofMinutes(3))
                    .until(
                            () ->
                                    !running.isAlive()
                                            || Files.readString(output).contains("\"home\":"));

            var written = Files.readString(output);
            assertThat(running.isAlive()).as(written).isTrue();
            assertThatAllFiveAgree(written.substring(written.indexOf('{')));
            assertThat(Booked.inTheStore(demo))
                    .isEqualTo(
                            Booked.atTheTwin(
                                    demo.get(demo.ports().twin("truelayer"), "/twin/truth")
                                            .body()));

            running.destroy();
            running.waitFor();
            assertThat(demo.runs()).as("Karaf is stopped with the demo").isFalse();
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
            assertThatAllFiveAgree(again.output());
            assertThat(demo.runs()).as("Karaf is stopped at the end").isFalse();
        }
    }

    private static void assertThatAllFiveAgree(String json) throws IOException {
        var summary = new ObjectMapper().readTree(json);
        assertThat(summary.get("agrees").asBoolean()).isTrue();
        assertThat(summary.get("providers"))
                .extracting(provider -> provider.get("provider").asText())
                .containsExactlyElementsOf(PROVIDERS);
        assertThat(summary.get("transactions").asInt())
                .isBetween(TRANSACTIONS, TRANSACTIONS * 6 / 5);
        assertThat(summary.get("webhooks"))
                .as(
                        "what is told by webhook is committed and worked on, and nothing is told"
                                + " otherwise")
                .allSatisfy(
                        told -> {
                            assertThat(told.get("worked").asInt()).isPositive();
                            assertThat(told.get("told").asInt())
                                    .isEqualTo(
                                            told.get("worked").asInt() + told.get("shown").asInt());
                            assertThat(told.get("swept").asInt()).isZero();
                        })
                .extracting(told -> told.get("provider").asText())
                .containsExactlyInAnyOrder("truelayer", "pliance");
        for (var provider : PROVIDERS) {
            assertThat(summary.get("kinds"))
                    .as(provider)
                    .filteredOn(kind -> kind.get("provider").asText().equals(provider))
                    .filteredOn(kind -> kind.get("compared").asBoolean())
                    .hasSizeGreaterThan(3)
                    .allMatch(kind -> kind.get("rows").equals(kind.get("twin")));
        }
        assertThat(summary.get("kinds"))
                .filteredOn(kind -> kind.has("twin") && !kind.get("compared").asBoolean())
                .extracting(kind -> kind.get("provider").asText() + " " + kind.get("kind").asText())
                .containsExactlyElementsOf(KEPT_OTHERWISE);
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
