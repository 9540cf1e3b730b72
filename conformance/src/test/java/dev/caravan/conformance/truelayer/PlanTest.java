package dev.caravan.conformance.truelayer;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Where no webhook comes, results are looked for by plan, and given up at its end. */
class PlanTest {
    private static final String RESULT = "results/{id}";

    /** Long enough apart for a slow machine. */
    private final TrueLayer bank =
            TrueLayer.of(
                    TrueLayer.smallBank(),
                    Map.of("webhook.url", "", "deferred.plan", "10m 20m 40m 60m..3h"));

    @AfterEach
    void close() {
        bank.close();
    }

    private List<Integer> attempts(UUID connection) {
        return bank.house.database.query(
                "select distinct attempts from ledger.deferred_result where connection_id = ?",
                row -> row.getInt(1),
                connection);
    }

    @Test
    void everyResultIsLookedForAtItsAgesUntilItIsThere() {
        bank.twin.change(bank.twin.settings().resultsSeconds(86_400));
        UUID connection = bank.connected("john1");
        bank.grow("john1", 5);
        bank.twin.holdTasks();
        bank.house.pull(connection);
        assertThat(bank.addresses()).as("no webhook is asked for").isEmpty();
        assertThat(attempts(connection)).containsExactly(0);
        for (int minutes : new int[] {10, 10, 20, 20}) {
            bank.later(Duration.ofMinutes(minutes));
        }
        assertThat(attempts(connection)).as("at 10, 20, 40 and 60 minutes").containsExactly(4);

        bank.twin.releaseTasks();
        bank.later(Duration.ofMinutes(59));
        assertThat(attempts(connection)).containsExactly(4);
        bank.later(Duration.ofMinutes(1));
        assertThat(attempts(connection)).containsExactly(5);
        assertThat(bank.results(connection, "stored")).isEqualTo(TrueLayer.READS);
        bank.holds("john1");
        assertThat(
                        bank.house.texts(
                                "select distinct age between '2 hours' and '130 minutes' and"
                                        + " last_complete_at > caravan.now() - interval '10"
                                        + " minutes' and is_fresh from ledger.freshness where"
                                        + " account_id is not null"))
                .as("as of the ask, not of the answer")
                .containsExactly("t");
    }

    @Test
    void whatNeverComesIsGivenUpAndLeftToTheNextPull() {
        UUID connection = bank.connected("john1");
        bank.grow("john1", 5);
        bank.twin.holdTasks();
        bank.house.pull(connection);
        bank.later(Duration.ofHours(3));
        bank.later(Duration.ofMinutes(1));
        assertThat(bank.results(connection, "abandoned")).isEqualTo(TrueLayer.READS);
        assertThat(attempts(connection)).as("what was missed is not made up").containsExactly(1);

        bank.twin.releaseTasks();
        bank.house.pull(connection);
        bank.later(Duration.ofMinutes(10));
        bank.holds("john1");
        assertThat(bank.seen(RESULT, "john1")).hasSize(2 * TrueLayer.READS);
    }

    @Test
    void whatIsGoneIsGivenUpAtOnceAndTheRunSaysSo() {
        UUID connection = bank.connected("john1");
        bank.twin.change(bank.twin.settings().resultsSeconds(60));
        bank.house.pull(connection);
        bank.later(Duration.ofMinutes(10));

        assertThat(bank.result(connection, "accounts"))
                .startsWith("abandoned CARAVAN-DEFERRED")
                .contains("is gone");
        assertThat(bank.house.state(connection)).isEqualTo("active");
        assertThat(
                        bank.house.texts(
                                "select distinct outcome from ledger.pull_run where kind ="
                                        + " 'accounts' and message like '%is gone%'"))
                .containsExactly("partial");
        assertThat(bank.seen(RESULT, "john1")).as("asked once").hasSize(TrueLayer.READS);
    }

    @Test
    void troubleAtTheResultIsNoEndOfIt() {
        UUID connection = bank.connected("john1");
        bank.grow("john1", 5);
        bank.house.pull(connection);
        bank.twin.faults().on(RESULT).internalServerError().times(2);
        bank.twin.faults().on(RESULT).truncated().times(1);
        bank.twin.faults().on(RESULT).status("Running").times(1);
        bank.twin.faults().on(RESULT).invalidToken().times(1);
        bank.later(Duration.ofMinutes(10));
        assertThat(bank.results(connection, "open")).isPositive();

        bank.later(Duration.ofMinutes(10));
        assertThat(bank.results(connection, "stored")).isEqualTo(TrueLayer.READS);
        bank.holds("john1");
    }

    @Test
    void aConnectionThatIsOverLeavesItsResultsToTheSweep() {
        UUID connection = bank.connected("john1");
        bank.house.pull(connection);
        bank.house.database.update(
                "update caravan.connection set state = 'reauth_required' where id = ?", connection);
        bank.house.advance(Duration.ofHours(5));
        bank.awaitResults(connection, "abandoned", TrueLayer.READS);

        assertThat(bank.seen(RESULT, "john1")).isEmpty();
    }
}
