package dev.caravan.conformance.trac;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.conformance.House;
import dev.caravan.sandbox.trac.TracSettings;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pages by cursor, as odd as they come. */
class TracPagesTest {
    private static final String TRANSACTIONS = "orgs/{id}/transactions";
    private static final Map<String, String> SMALL_PAGES =
            Map.of("page.size", "10", "page.floor", "5");

    private static TracSettings odd() {
        return Trac.small().emptyPages(4).repeatedRows(3);
    }

    @Test
    void emptyPagesWithAKeyAndRowsThatComeAgainLoseAndDoubleNothing() {
        try (Trac trac = Trac.of(odd(), SMALL_PAGES)) {
            trac.pull();

            assertThat(trac.booked()).isEqualTo(trac.truth());
            assertThat(trac.asked(TRANSACTIONS).size()).isGreaterThan(60);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"missing", "null", "empty"})
    void theEndOfAListMayBeSaidInThreeWays(String end) {
        try (Trac trac = Trac.of(Trac.small().lastKeyAtEnd(end), SMALL_PAGES)) {
            trac.pull();

            assertThat(trac.booked()).isEqualTo(trac.truth());
        }
    }

    @Test
    void aPageThatIsTooLargeIsHalved() {
        try (Trac trac = Trac.of(Trac.small().perPageMaximum(130))) {
            trac.pull();

            assertThat(trac.booked()).isEqualTo(trac.truth());
            assertThat(trac.asked(TRANSACTIONS).stream().filter(one -> one.status() == 200))
                    .allSatisfy(one -> assertThat(one.query().get("per_page")).isEqualTo("125"));
        }
    }

    @Test
    void aKeyThatRepeatsEndsTheListWithAFaultAndTheNextPullBringsTheRest() {
        try (Trac trac = Trac.of(Trac.small(), SMALL_PAGES)) {
            trac.twin.faults().pages(TRANSACTIONS).repeatsLastKey().times(2);
            trac.pull();
            assertThat(trac.house.fault(trac.connection)).contains("CARAVAN-WALK");

            trac.pull();
            assertThat(trac.house.fault(trac.connection)).isEmpty();
            assertThat(trac.booked()).isEqualTo(trac.truth());
        }
    }

    @Test
    void keysThatLeadInCirclesAreFoundOut() {
        try (Trac trac = Trac.of(Trac.small(), SMALL_PAGES)) {
            trac.twin.faults().pages(TRANSACTIONS).lastKeyInCircles(3).times(40);
            trac.pull();

            assertThat(trac.house.fault(trac.connection)).contains("CARAVAN-WALK");
            assertThat(trac.asked(TRANSACTIONS).size()).isLessThan(200);
        }
    }

    @Test
    void aWalkThatWasBrokenOffGoesOnAtItsCursor() {
        try (Trac trac = Trac.of(Trac.small().schools(1).transactions(100), SMALL_PAGES)) {
            trac.twin
                    .faults()
                    .on(TRANSACTIONS)
                    .tooManyRequests(Duration.ofSeconds(60))
                    .afterCalls(7)
                    .times(1);
            trac.pull();
            assertThat(trac.house.fault(trac.connection)).contains("CARAVAN-THROTTLED");
            int asked = trac.asked(TRANSACTIONS).size();
            String cursor =
                    trac.house.text("select cursor from caravan.walk where cursor is not null");
            assertThat(cursor).isNotNull();

            trac.twin.journal().clear();
            trac.house.advance(Duration.ofSeconds(90));
            House.until(() -> trac.house.fault(trac.connection).isEmpty());

            assertThat(trac.asked(TRANSACTIONS).get(0).query().get("start_key")).isEqualTo(cursor);
            assertThat(trac.booked()).isEqualTo(trac.truth());
            assertThat(asked).isEqualTo(8);
        }
    }

    @Test
    void aRecordThatDoesNotFitIsSetAsideAndTheRestOfItsPageGoesIn() {
        try (Trac trac = Trac.of(Trac.small())) {
            trac.twin.faults().pages(TRANSACTIONS).wordAsAmount().times(1);
            trac.twin.faults().pages(TRANSACTIONS).impossibleDate().times(1);
            trac.twin.faults().pages(TRANSACTIONS).missingPurse().times(1);
            trac.pull();

            assertThat(trac.booked()).isEqualTo(trac.truth());
            assertThat(trac.house.number("select count(*) from ledger.rejected_record"))
                    .isEqualTo(3);
        }
    }
}
