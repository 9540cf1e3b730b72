package dev.caravan.conformance.leatherback;

import static dev.caravan.conformance.leatherback.Leatherback.TRANSACTIONS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.sandbox.leatherback.BankAccount;
import dev.caravan.sandbox.leatherback.Transaction;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Pages by link: followed to our own host, not in circles, and taken up again where they broke. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LeatherbackPagesTest {
    private final Leatherback bank =
            Leatherback.of(
                    Leatherback.small(), Map.of("page.most", "20", "calls.unattended", "50"));

    @AfterEach
    void peace() {
        bank.peace();
    }

    @AfterAll
    void close() {
        bank.close();
    }

    @Test
    void emptyPagesAndRowsThatComeTwiceLoseAndDoubleNothing() {
        bank.manners(now -> now.emptyPageEvery(2).repeatRows(true).totalPages(false));
        UUID one = bank.connected("customer1");

        bank.house.pull(one);

        assertThat(bank.stored(one, "booked")).isEqualTo(bank.truth("customer1", "booked"));
        assertThat(bank.stored(one, "pending")).isEqualTo(bank.truth("customer1", "pending"));
    }

    @Test
    void twoVersionsOfARowOnOnePageLeaveTheLastOne() {
        UUID one = bank.connected("customer2");
        bank.twin.faults().on(TRANSACTIONS).twoVersionsOfARow();

        bank.house.pull(one);

        assertThat(bank.stored(one, "booked")).isEqualTo(bank.truth("customer2", "booked"));
    }

    @Test
    void aLinkToAnotherHostIsNotFollowedAndItsPageIsStored() {
        UUID one = bank.connected("customer3");
        bank.twin.faults().on(TRANSACTIONS).foreignNext("http://127.0.0.1:9/accounts");

        bank.house.pull(one);

        assertThat(bank.asked("customer3", TRANSACTIONS)).hasSize(2);
        assertThat(bank.house.fault(one)).contains("CARAVAN-WALK").contains("another origin");
        assertThat(bank.outcome(one, "transactions")).isEqualTo("partial");
        assertThat(bank.stored(one, "booked")).isNotEmpty();
        assertThat(bank.house.state(one)).isEqualTo("active");

        bank.peace();
        bank.house.pull(one);
        assertThat(bank.stored(one, "booked")).isEqualTo(bank.truth("customer3", "booked"));
    }

    @Test
    void aLinkThatLeadsToItselfOrInACircleEndsTheWalk() {
        UUID self = bank.connected("customer4");
        bank.twin.faults().on(TRANSACTIONS).nextIsSelf();
        bank.house.pull(self);
        assertThat(bank.asked("customer4", TRANSACTIONS).size()).isLessThanOrEqualTo(4);
        assertThat(bank.house.fault(self)).contains("CARAVAN-WALK");
        bank.peace();

        UUID circle = bank.connected("customer5");
        bank.twin.faults().on(TRANSACTIONS).nextCycles();
        bank.house.pull(circle);
        assertThat(bank.asked("customer5", TRANSACTIONS).size()).isLessThanOrEqualTo(8);
        assertThat(bank.house.fault(circle)).contains("CARAVAN-WALK");
        bank.peace();

        bank.house.pull(circle);
        assertThat(bank.stored(circle, "booked")).isEqualTo(bank.truth("customer5", "booked"));
    }

    @Test
    void aWalkOfMorePagesThanTheCapEnds() {
        bank.manners(now -> now.pageSize(2));
        UUID one = bank.connected("customer6");

        bank.house.pull(one);

        assertThat(bank.asked("customer6", TRANSACTIONS)).hasSize(2 * 20);
        assertThat(bank.house.fault(one)).contains("more than 20 pages");
    }

    @Test
    void aWalkThatBrokeOffGoesOnWhereItWas() {
        UUID one = bank.connected("customer7");
        bank.twin.faults().on(TRANSACTIONS).status(500).afterCalls(3).times(2);

        bank.house.pull(one);
        assertThat(bank.outcome(one, "transactions")).isEqualTo("partial");
        assertThat(bank.asked("customer7", TRANSACTIONS).get(3).status()).isEqualTo(500);
        String broken = bank.asked("customer7", TRANSACTIONS).get(3).query().get("cursor");
        bank.peace();

        bank.house.pull(one);

        assertThat(bank.asked("customer7", TRANSACTIONS).get(0).query().get("cursor"))
                .as("the link that failed comes first")
                .isEqualTo(broken);
        bank.house.pull(one);
        assertThat(bank.stored(one, "booked")).isEqualTo(bank.truth("customer7", "booked"));
        assertThat(bank.stored(one, "pending")).isEqualTo(bank.truth("customer7", "pending"));
    }

    @Test
    void aNodeThatDiesInTheMiddleOfAWalkLosesAndDoublesNothing() {
        try (Leatherback other = Leatherback.of(Leatherback.small(), Map.of())) {
            UUID one = other.connected("customer1");
            other.twin.faults().on(TRANSACTIONS).stalls(Duration.ofSeconds(1)).afterCalls(2);
            other.house.journeys.pull(one, null, Duration.ofMinutes(5));
            other.house.tick("pull");
            dev.caravan.conformance.House.until(
                    () -> other.asked("customer1", TRANSACTIONS).size() >= 2);
            other.house.crash();
            other.twin.faults().clear();
            other.house.start();
            other.house.database.update("update caravan.task set due_at = caravan.now()");
            dev.caravan.conformance.House.until(() -> other.house.lastEnd(one) != null);

            assertThat(other.house.fault(one)).isNullOrEmpty();
            assertThat(other.stored(one, "booked")).isEqualTo(other.truth("customer1", "booked"));
        }
    }

    @Test
    void rowsThatComeBetweenTwoPagesAreThereAfterTheNextPullAtTheLatest() {
        UUID one = bank.connected("customer8");
        BankAccount account = bank.twin.accounts("customer8").get(0);
        bank.twin.faults().on(TRANSACTIONS).status(503).afterCalls(2).times(2);
        bank.house.pull(one);
        account.add(
                Transaction.credit(
                        bank.house.clock.instant().toString(), "came between two pages", "5"));
        bank.twin.faults().clear();

        bank.house.pull(one);
        bank.house.pull(one);

        assertThat(bank.stored(one, "booked")).isEqualTo(bank.truth("customer8", "booked"));
    }

    @Test
    void recordsThatDoNotFitAreSetAsideAndTheOthersGoIn() {
        UUID one = bank.connected("customer9");
        List<dev.caravan.sandbox.Fault> bad =
                List.of(
                        bank.twin.faults().on(TRANSACTIONS).wordAsAmount(),
                        bank.twin.faults().on(TRANSACTIONS).tooManyDecimals(),
                        bank.twin.faults().on(TRANSACTIONS).unknownCurrency(),
                        bank.twin.faults().on(TRANSACTIONS).nullAmount(),
                        bank.twin.faults().on(TRANSACTIONS).noIndicator(),
                        bank.twin.faults().on(TRANSACTIONS).impossibleDate(),
                        bank.twin.faults().on(TRANSACTIONS).nulInInformation());
        bad.forEach(each -> each.times(1));

        bank.house.pull(one);

        assertThat(bank.stored(one, "booked")).isEqualTo(bank.truth("customer9", "booked"));
        assertThat(
                        bank.house.number(
                                "select count(*) from ledger.rejected_record where connection_id ="
                                        + " '"
                                        + one
                                        + "'"))
                .isEqualTo(bad.stream().mapToLong(dev.caravan.sandbox.Fault::hits).sum())
                .isEqualTo(7);
    }

    @Test
    void idsThatDifferWithEveryRequestCanBeDistrusted() {
        try (Leatherback other =
                Leatherback.of(
                        Leatherback.small().volatileTransactionIds(true).repeatRows(false),
                        Map.of("map.transaction.ids", "volatile"))) {
            UUID one = other.connected("customer1");

            other.house.pull(one);
            other.house.pull(one);

            assertThat(other.stored(one, "booked"))
                    .hasSameSizeAs(other.truth("customer1", "booked"));
        }
    }
}
