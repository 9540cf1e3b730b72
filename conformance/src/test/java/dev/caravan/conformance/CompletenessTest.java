package dev.caravan.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.sandbox.truelayer.Transaction;
import dev.caravan.sandbox.truelayer.TwinSettings;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A day whose rows and balances do not agree is read again by itself. */
class CompletenessTest {
    private static final String BOOKED = "accounts/{id}/transactions";
    private static final TwinSettings BANK =
            World.smallBank()
                    .accountsPerConnection(1)
                    .cardsPerConnection(0)
                    .transactionsPerAccount(0)
                    .pendingPerAccount(0);

    private World world;

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void aDayThatLostARowIsReadAgainByItselfWithinItsBudgetUntilItIsProven() {
        world =
                World.of(
                        BANK,
                        Map.of(
                                "proof.every",
                                "0s",
                                "calls.unattended",
                                "1",
                                "schedule.balances",
                                ""));
        LocalDate begun = today();
        rows(begun);
        world.twin.faults().on(BOOKED).losesARow("Row 30").times(2);

        UUID connection = world.connected("john1");
        assertThat(days("broken", begun))
                .as("the lost one, and those beside it")
                .containsExactly(31, 30, 29);
        assertThat(days("proven", begun)).contains(39, 32, 28, 22);
        assertThat(covered(begun))
                .as(
                        "two years were asked for, which a bank may cap without a word; not what is"
                                + " recent")
                .containsExactly(89, 0);

        world.twin.journal().clear();
        world.pull(connection);
        assertThat(windows())
                .as("wider for the broken day")
                .containsExactly(window(begun.minusDays(31)));
        assertThat(rechecks()).containsExactly("1", "1", "1");
        assertThat(days("broken", begun)).containsExactly(31, 30, 29);

        world.twin.journal().clear();
        world.pull(connection);
        assertThat(windows()).as("the allowance is used up").isEmpty();
        assertThat(rechecks()).containsExactly("1", "1", "1");

        world.advance(Duration.ofHours(25));
        world.pull(connection);
        assertThat(windows())
                .as("the pause and the allowance are over")
                .containsExactly(window(begun.minusDays(31)));
        assertThat(days("broken", begun)).isEmpty();
        assertThat(days("proven", begun)).contains(31, 30, 29);

        world.advance(Duration.ofHours(25));
        world.twin.journal().clear();
        world.pull(connection);
        assertThat(windows())
                .as("a fortnight before the newest row, as ever")
                .containsExactly(window(begun.minusDays(15)));
    }

    /** Rows of the days 40 to 21 ago and of yesterday, each with the balance after it. */
    private void rows(LocalDate today) {
        String account = world.twin.accounts("john1").get(0).id();
        BigDecimal balance = new BigDecimal("1000.00");
        for (int ago = 40; ago >= 1; ago = ago == 21 ? 1 : ago - 1) {
            BigDecimal amount = BigDecimal.valueOf(100 + ago, 2);
            balance = balance.subtract(amount);
            world.twin.addTransaction(
                    account,
                    Transaction.debit(
                                    today.minusDays(ago) + "T00:00:00Z",
                                    "Row " + ago,
                                    amount.toString())
                            .withIds("row-" + ago, null)
                            .withRunningBalance(balance));
        }
    }

    private LocalDate today() {
        return LocalDate.now(world.clock.withZone(ZoneId.of("Europe/London")));
    }

    private List<Integer> days(String state, LocalDate since) {
        return world
                .texts(
                        "select day from ledger.balance_proof where state = '"
                                + state
                                + "' order by day")
                .stream()
                .map(
                        day ->
                                (int)
                                        java.time.temporal.ChronoUnit.DAYS.between(
                                                LocalDate.parse(day), since))
                .toList();
    }

    private List<Integer> covered(LocalDate since) {
        return world
                .texts(
                        "select unnest(array[min(from_day), max(to_day)]) from ledger.coverage"
                                + " where kind = 'transactions' and whole")
                .stream()
                .map(
                        day ->
                                (int)
                                        java.time.temporal.ChronoUnit.DAYS.between(
                                                LocalDate.parse(day), since))
                .toList();
    }

    private List<String> rechecks() {
        return world.texts(
                "select rechecks from ledger.balance_proof where state = 'broken' and rechecked_at"
                        + " is not null");
    }

    private List<String> windows() {
        return world.twin.journal().on(BOOKED).stream()
                .filter(call -> call.status() == 200)
                .map(call -> call.query().get("from") + ".." + call.query().get("to"))
                .toList();
    }

    private String window(LocalDate from) {
        return from + ".." + today();
    }
}
