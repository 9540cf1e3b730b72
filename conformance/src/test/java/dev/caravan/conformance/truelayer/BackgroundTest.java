package dev.caravan.conformance.truelayer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.conformance.House;
import dev.caravan.sandbox.Exchange;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Reads that nobody waits for: asked for, worked out by the provider, told of, fetched. */
class BackgroundTest {
    private static final String BOOKED = "accounts/{id}/transactions";
    private static final String RESULT = "results/{id}";

    private static TrueLayer bank;

    @BeforeAll
    static void open() {
        bank = TrueLayer.open();
    }

    @AfterAll
    static void close() {
        bank.close();
    }

    @Test
    void whatNobodyWaitsForIsToldByWebhookAndStoredAsIfItHadBeenAnsweredAtOnce() {
        UUID connection = bank.connected("john1");
        bank.grow("john1", 7);
        bank.twin.accounts("john1").get(0).settlePending();
        String cursors = cursors(connection);
        bank.house.pull(connection);
        bank.awaitResults(connection, "stored", TrueLayer.READS);
        bank.told();

        bank.holds("john1");
        assertThat(cursors(connection)).as("the cursor moved with the rows").isNotEqualTo(cursors);
        assertThat(bank.seen(BOOKED, "john1"))
                .singleElement()
                .satisfies(
                        asked -> {
                            assertThat(asked.status()).isEqualTo(202);
                            assertThat(asked.query()).containsEntry("async", "true");
                            assertThat(asked.query()).containsKeys("from", "to");
                            assertThat(asked.query().get("webhook_uri"))
                                    .contains("/webhooks/truelayer/data?t=");
                        });
        assertThat(bank.addresses()).as("an address of its own each").doesNotHaveDuplicates();
        assertThat(bank.seen(RESULT, "john1"))
                .as("each result is fetched once, since its webhook came")
                .hasSize(TrueLayer.READS);
        assertThat(bank.twin.deliveries())
                .filteredOn(each -> each.arrived())
                .allMatch(each -> each.status() == 200);
        assertThat(
                        bank.house.texts(
                                "select distinct outcome from ledger.pull_run where connection_id ="
                                        + " '"
                                        + connection
                                        + "'"))
                .containsExactly("complete");
    }

    private static String cursors(UUID connection) {
        return bank.house.text(
                "select string_agg(c.complete_at::text, ' ' order by a.id) from caravan.cursor c"
                        + " join caravan.account a on a.id = c.account_id where a.connection_id ="
                        + " '"
                        + connection
                        + "'");
    }

    @Test
    void whatAUserWaitsForIsAnsweredAtOnce() {
        UUID connection = bank.connected("john2");
        bank.grow("john2", 3);
        bank.pullAttended(connection);

        bank.holds("john2");
        assertThat(bank.results(connection, "open")).isZero();
        assertThat(bank.seen(BOOKED, "john2"))
                .singleElement()
                .satisfies(
                        asked -> {
                            assertThat(asked.status()).isEqualTo(200);
                            assertThat(asked.attended()).isTrue();
                            assertThat(asked.query()).doesNotContainKeys("async", "webhook_uri");
                        });
    }

    @Test
    void aConnectionIsReadAtOnceUntilItIsReadInFullAndItsLoginIsNoLongerFresh() {
        UUID connection = bank.connected("john3");
        bank.house.database.update(
                "update caravan.connection set authenticated_at = caravan.now() where id = ?",
                connection);
        bank.house.pull(connection);
        bank.house.database.update(
                "update caravan.connection set authenticated_at = null, first_complete_at = null"
                        + " where id = ?",
                connection);
        bank.house.pull(connection);

        assertThat(bank.seen(BOOKED, "john3"))
                .hasSize(2)
                .allMatch(asked -> asked.status() == 200 && !asked.attended());
    }

    @Test
    void theAllowanceCountsTheAskAndNotTheResult() {
        UUID connection = bank.connected("john4");
        for (int i = 1; i <= 4; i++) {
            bank.house.pull(connection);
            bank.awaitResults(connection, "stored", i * TrueLayer.READS);
        }
        bank.house.pull(connection);

        assertThat(bank.seen(BOOKED, "john4")).as("four in 24 hours").hasSize(4);
        assertThat(bank.seen(RESULT, "john4")).hasSize(4 * TrueLayer.READS);
        assertThat(
                        bank.house.number(
                                "select count(*) from caravan.call where counted and endpoint = '"
                                        + BOOKED
                                        + "' and connection_id = '"
                                        + connection
                                        + "'"))
                .isEqualTo(4);
    }

    @Test
    void nothingIsAskedForTwiceWhileItsResultIsStillToCome() {
        UUID connection = bank.connected("john5");
        bank.twin.holdTasks();
        bank.house.pull(connection);
        bank.house.pull(connection);
        assertThat(bank.seen(BOOKED, "john5")).hasSize(1);
        assertThat(bank.results(connection, "open")).isEqualTo(TrueLayer.READS);

        bank.twin.releaseTasks();
        bank.awaitResults(connection, "stored", TrueLayer.READS);
        bank.house.pull(connection);
        assertThat(bank.seen(BOOKED, "john5")).hasSize(2);
    }

    @Test
    void aResultThatAUserOvertookIsLeftAlone() {
        UUID connection = bank.connected("john6");
        bank.twin.holdTasks();
        bank.house.pull(connection);
        bank.pullAttended(connection);
        bank.grow("john6", 2);
        bank.twin.releaseTasks();
        bank.awaitResults(connection, "superseded", TrueLayer.READS);

        assertThat(bank.seen(RESULT, "john6").stream().map(Exchange::status).toList())
                .as("what is older than what is stored is never fetched")
                .isEmpty();
    }

    @Test
    void anAcceptanceMayBe200() {
        UUID connection = bank.connected("john7");
        bank.grow("john7", 2);
        bank.twin.change(bank.twin.settings().asyncAnswerStatus(200));
        bank.house.pull(connection);
        bank.awaitResults(connection, "stored", TrueLayer.READS);
        bank.twin.change(bank.twin.settings().asyncAnswerStatus(202));

        bank.holds("john7");
    }

    @Test
    void switchedOffEveryCallWaitsForItsAnswer() {
        try (TrueLayer off = TrueLayer.of(TrueLayer.smallBank(), Map.of("async", "off"))) {
            UUID connection = off.connected("john1");
            off.house.pull(connection);

            assertThat(off.seen(BOOKED, "john1")).allMatch(asked -> asked.status() == 200);
        }
    }

    @Test
    void withTwoNodesEveryResultIsFetchedOnce() throws Exception {
        try (TrueLayer two = TrueLayer.open();
                AutoCloseable second = two.house.secondNode()) {
            List<UUID> connections = List.of(two.connected("john1"), two.connected("john2"));
            for (String user : List.of("john1", "john2")) {
                two.grow(user, 5);
            }
            two.twin.holdTasks();
            connections.forEach(two.house::pull);
            two.twin.releaseTasks();
            connections.forEach(each -> two.awaitResults(each, "stored", TrueLayer.READS));

            List.of("john1", "john2").forEach(two::holds);
            assertThat(two.twin.tasks()).allMatch(task -> task.reads() == 1);
            assertThat(
                            two.twin
                                    .journal()
                                    .overlapping(
                                            one ->
                                                    one.path().startsWith("/data/")
                                                            ? one.credentialsId()
                                                            : ""))
                    .isEmpty();
        }
    }

    @Test
    void aNodeThatDiesBetweenAcceptanceAndResultLosesNothing() {
        try (TrueLayer frail = TrueLayer.unreachable()) {
            UUID connection = frail.connected("john1");
            frail.grow("john1", 4);
            frail.twin.holdTasks();
            frail.house.pull(connection);
            frail.house.crash();
            frail.twin.releaseTasks();
            frail.house.start();
            frail.house.advance(Duration.ofSeconds(11));
            House.until(() -> frail.results(connection, "stored") == TrueLayer.READS);

            frail.holds("john1");
            assertThat(frail.seen(BOOKED, "john1")).as("and nothing is asked twice").hasSize(1);
        }
    }
}
