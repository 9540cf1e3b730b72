package dev.caravan.conformance.pliance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.conformance.House;
import dev.caravan.conformance.Scratch;
import dev.caravan.sandbox.pliance.Subject.Kind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An edit of a provider that is in the middle of something. */
class BusySwapTest {
    private Edits edits;
    private Office office;
    private String tenant;
    private UUID connection;

    @BeforeEach
    void open() {
        Path folders = Scratch.folder("busy");
        edits = new Edits(Path.of("..", "routes", "pliance"), folders, new Random(1));
        Map<String, String> changed = new HashMap<>();
        changed.put("map.mark", "0");
        // a pull takes some seconds, and a call that fails is made again after a long while
        changed.put("calls.second", "4");
        changed.put("retry.delays", "1:600000");
        office =
                Office.of(
                        Office.few().subjects(0, 0, 0).listMovesEvery(0),
                        changed,
                        house -> house.edited(folders, Duration.ofMillis(250)));
        tenant = office.tenant(15, 0, 0);
        connection = office.connection(tenant);
    }

    @AfterEach
    void close() {
        office.close();
    }

    private CamelContext edit(int version) {
        CamelContext before = office.house.camel();
        edits.improve(Edits.ROUTES, version);
        return before;
    }

    private void live(CamelContext before) {
        House.until(() -> office.house.camel() != before);
    }

    private void begun(int calls) {
        office.house.journeys.pull(connection, null, Duration.ofMinutes(5));
        office.house.tick("pull");
        House.until(() -> office.calls(tenant, "PersonQuery").size() >= calls);
    }

    @Test
    void aPullStopsBehindThePageInHandAndGoesOnInTheNewVersionAskingForNothingTwice() {
        begun(2);
        live(edit(1));
        office.house.awaitPull(connection, null);
        office.holds(connection, tenant);
        List<String> read =
                office.calls(tenant, "PersonQuery").stream().map(call -> call.accountId()).toList();
        assertThat(read).as("each once").doesNotHaveDuplicates().hasSize(15);
        assertThat(
                        office.calls(tenant, "PersonQuery").stream()
                                .map(call -> call.header("user-agent").orElse(""))
                                .distinct())
                .as("in both versions")
                .containsExactly("caravan-0", "caravan-1");
        assertThat(
                        office.house.number(
                                "select count(distinct pull_id) from ledger.pull_run where"
                                        + " connection_id = '"
                                        + connection
                                        + "'"))
                .as("of one pull")
                .isOne();
    }

    @Test
    void aCallThatWaitsForItsNextAttemptKeepsNoEditWaiting() {
        String ref = office.truth(tenant).subjects(Kind.PERSON).get(0).ref();
        office.twin.faults().on("PersonQuery").status(500).forAccount(ref).times(1);
        office.house.journeys.pull(connection, null, Duration.ofMinutes(5));
        office.house.tick("pull");
        House.until(
                () ->
                        office.calls(tenant, "PersonQuery").stream()
                                .anyMatch(call -> call.status() == 500));
        live(edit(1));
        office.house.awaitPull(connection, null);
        office.holds(connection, tenant);
        assertThat(
                        office.calls(tenant, "PersonQuery").stream()
                                .filter(call -> ref.equals(call.accountId()))
                                .map(call -> call.status()))
                .as("asked again by the new version")
                .containsExactly(500, 200);
    }

    /** On a busy machine the best of some rounds counts. */
    @Test
    void aSaveIsLiveInUnderTwoSecondsWhileTheProviderIdles() {
        Duration best = Duration.ofDays(1);
        for (int i = 1; i <= 8 && best.compareTo(Duration.ofSeconds(2)) >= 0; i++) {
            long began = System.nanoTime();
            live(edit(i));
            Duration took = Duration.ofNanos(System.nanoTime() - began);
            best = took.compareTo(best) < 0 ? took : best;
        }
        System.out.println("swap: a save was live after " + best.toMillis() + " ms");
        assertThat(best).isLessThan(Duration.ofSeconds(2));
    }

    @Test
    void whoeverAsksInTheInstantOfASwapWaitsForTheNewVersion() throws Exception {
        for (int i = 1; i <= 5; i++) {
            CamelContext before = edit(i);
            CompletableFuture<Long> asking =
                    CompletableFuture.supplyAsync(
                            () -> {
                                long answered = 0;
                                while (office.house.camel() == before) {
                                    boolean ran =
                                            office.house
                                                    .deployer()
                                                    .during(
                                                            "pliance",
                                                            camel ->
                                                                    camel.getRouteController()
                                                                            .getRouteStatus(
                                                                                    "pliance.call")
                                                                            .isStarted())
                                                    .orElse(false);
                                    if (!ran) {
                                        return -1L;
                                    }
                                    answered++;
                                }
                                return answered;
                            });
            assertThat(asking.get(30, TimeUnit.SECONDS)).isPositive();
        }
    }
}
