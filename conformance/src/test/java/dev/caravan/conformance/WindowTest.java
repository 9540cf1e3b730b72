package dev.caravan.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.sandbox.Exchange;
import dev.caravan.sandbox.truelayer.Transaction;
import dev.caravan.sandbox.truelayer.TwinSettings;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which dates are asked for, in place of pages (contract 4). */
class WindowTest {
    private static final String BOOKED = "accounts/{id}/transactions";
    private static final TwinSettings BANK =
            World.smallBank().accountsPerConnection(1).cardsPerConnection(0).pendingPerAccount(0);

    private World world;

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void anUnattendedPullIsOneWindowFromAFortnightBeforeTheNewestRowOrThe89thDay() {
        world = World.of(BANK);
        world.twin.grow(world.twin.accounts("john1").get(0).id(), 1);
        UUID connection = world.connected("john1");
        world.twin.journal().clear();
        world.pull(connection);
        assertThat(windows()).containsExactly(days(14, 0));

        world.advance(Duration.ofDays(20));
        world.twin.journal().clear();
        world.pull(connection);
        assertThat(windows()).startsWith(days(34, 0));

        world.advance(Duration.ofDays(28));
        world.pull(connection);
        world.advance(Duration.ofDays(28));
        world.twin.journal().clear();
        world.pull(connection);
        assertThat(windows()).startsWith(days(89, 0));
    }

    @Test
    void rightAfterTheLoginHistoryIsAskedForAsFarBackAsTheSettingSays() {
        world = World.of(BANK.historyDays(600));
        world.connected("john1");

        assertThat(windows()).containsExactly(days(730, 0));
        new Oracle(world).holds("john1");
    }

    @Test
    void aBankThatRefusesTheSpanIsAskedForHalfOfItAndTheCeilingIsRememberedForItsOtherUsers() {
        world = World.of(BANK.historyDays(150).historyCeilingDays(200));
        world.connected("john1");
        assertThat(windows()).containsExactly(days(730, 0), days(365, 0), days(182, 0));

        world.twin.journal().clear();
        world.connected("john2");
        assertThat(windows()).containsExactly(days(182, 0));
    }

    @Test
    void theLadderEndsAtNinetyDaysAndThenRecentDatesAreAskedFor() {
        world = World.of(BANK.historyCeilingDays(89));
        world.connected("john1");

        assertThat(windows())
                .containsExactly(
                        days(730, 0),
                        days(365, 0),
                        days(182, 0),
                        days(91, 0),
                        days(90, 0),
                        days(89, 0));
        new Oracle(world).holds("john1");
    }

    @Test
    void deepHistoryThatWantsAFresherLoginFallsBackToRecentDates() {
        world = World.of(BANK.deepWindowSeconds(0));
        UUID connection = world.connected("john1");

        assertThat(windows()).containsExactly(days(730, 0), days(89, 0));
        assertThat(world.state(connection)).isEqualTo("active");
        new Oracle(world).holds("john1");
    }

    @Test
    void noDeepHistoryIsAskedForLaterThan270SecondsAfterTheLogin() {
        world = World.of(BANK);
        world.atRequest("info", "john1", () -> world.advance(Duration.ofSeconds(290)));
        world.connected("john1");

        assertThat(windows()).containsExactly(days(89, 0));
    }

    @Test
    void historyThatWasNotFinishedInTimeIsAskedForAtTheNextLogin() {
        world =
                World.of(
                        BANK.historyDays(250).transactionsPerAccount(251),
                        Map.of("window.deep", "100"));
        world.atRequest(BOOKED, "john1", () -> world.advance(Duration.ofSeconds(290)));
        UUID connection = world.connected("john1");
        assertThat(windows())
                .as("lost, repeated, and no further")
                .containsExactly(days(100, 0), days(100, 0));

        String last = world.lastEnd(connection);
        world.reconnect(connection, "john1");
        world.awaitPull(connection, last);
        new Oracle(world).holds("john1");
    }

    @Test
    void aSilentCapShowsByRowsAtTheStartOfTheWindowAndTheSliceBeforeIsAskedFor() {
        world =
                World.of(
                        BANK.historyDays(250).transactionsPerAccount(251),
                        Map.of("window.deep", "100"));
        world.connected("john1");

        assertThat(windows()).containsExactly(days(100, 0), days(200, 100), days(300, 200));
        new Oracle(world).holds("john1");
    }

    @Test
    void todayIsTheCalendarOfLondonAlsoWhereTheClockChangesAndNeverInTheFuture() {
        world = World.of(BANK);
        // half past midnight in London while it is the day before in UTC, in summer time
        world.advance(
                Duration.between(world.clock.instant(), Instant.parse("2027-03-28T23:30:00Z")));
        world.connected("john1");

        assertThat(windows()).containsExactly("2025-03-29..2027-03-29");
        assertThat(world.twin.journal().on(BOOKED)).allMatch(one -> one.status() == 200);
    }

    @Test
    void aRowDatedAheadDoesNotCarryTheWindowAway() {
        world = World.of(BANK.ignoreFrom(true));
        String account = world.twin.accounts("john1").get(0).id();
        world.twin.addTransaction(
                account, Transaction.debit("2099-01-01T00:00:00Z", "Ahead", "1.00"));
        UUID connection = world.connected("john1");
        world.twin.journal().clear();
        world.pull(connection);

        assertThat(windows()).containsExactly(days(14, 0));
    }

    private List<String> windows() {
        return world.twin.journal().on(BOOKED).stream().map(WindowTest::window).toList();
    }

    private static String window(Exchange call) {
        return call.query().get("from") + ".." + call.query().get("to");
    }

    private String days(int from, int to) {
        LocalDate today = LocalDate.now(world.clock.withZone(ZoneId.of("Europe/London")));
        return today.minusDays(from) + ".." + today.minusDays(to);
    }
}
