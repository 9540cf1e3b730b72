package dev.caravan.conformance.trac;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.conformance.House;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Installation tokens: bought in time, renewed once, never in a storm. */
class TracTokenTest {
    private static final String TOKENS = "app/installations/{id}/access-tokens";
    private static final String MEMBERS = "orgs/{id}/members";

    @Test
    void aTokenIsUsedForItsHourAndRenewedBeforeItEnds() {
        try (Trac trac = Trac.of(Trac.small())) {
            trac.pull();
            trac.house.advance(Duration.ofMinutes(50));
            trac.pull();
            assertThat(trac.asked(TOKENS)).hasSize(1);

            trac.house.advance(Duration.ofMinutes(9));
            trac.pull();
            assertThat(trac.asked(TOKENS)).hasSize(2);
            assertThat(trac.twin.journal().where(one -> one.status() >= 400)).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"seconds", "millis", "iso"})
    void theEndOfATokenIsReadInThreeForms(String form) {
        try (Trac trac = Trac.of(Trac.small().expiresAtAs(form).statedTokenSeconds(864_000))) {
            trac.pull();

            assertThat(
                            trac.house.number(
                                    "select extract(epoch from access_expires_at -"
                                            + " caravan.now())::int from caravan.token_set"))
                    .as("never trusted beyond an hour")
                    .isBetween(3500L, 3600L);
        }
    }

    @Test
    void anExpiredTokenAnswers403AndIsRenewedOnce() {
        try (Trac trac = Trac.of(Trac.small())) {
            trac.pull();
            trac.house.advance(Duration.ofMinutes(5));
            trac.twin.expireTokens(trac.installation);
            trac.twin.journal().clear();

            trac.pull();

            assertThat(trac.asked(TOKENS)).hasSize(1);
            assertThat(trac.twin.journal().where(one -> one.status() == 403)).hasSize(1);
            assertThat(trac.house.fault(trac.connection)).isEmpty();
            assertThat(trac.booked()).isEqualTo(trac.truth());
        }
    }

    @Test
    void anOrganizationThatIsDeniedCausesOneRenewalAndNoStorm() {
        try (Trac trac = Trac.of(Trac.small())) {
            trac.pull();
            trac.house.advance(Duration.ofMinutes(5));
            trac.twin.journal().clear();
            trac.twin.faults().on(MEMBERS).status(403);

            trac.pull();

            assertThat(trac.asked(TOKENS).size()).isEqualTo(1);
            assertThat(trac.house.fault(trac.connection)).contains("CARAVAN-DENIED");
            assertThat(trac.house.state(trac.connection)).isEqualTo("active");
            assertThat(trac.booked()).as("the others go on").isEqualTo(trac.truth());
        }
    }

    @Test
    void anOrganizationThatDroppedOutIsAMatterOfTheListNotOfTheInstallation() {
        try (Trac trac = Trac.of(Trac.small())) {
            trac.pull();
            String school = trac.twin.schools().get(0).id();
            trac.twin.installation(trac.installation).drop(school);
            trac.house.advance(Duration.ofMinutes(5));

            trac.pull();

            assertThat(trac.ids("organization", "provider_organization_id")).doesNotContain(school);
            assertThat(trac.house.state(trac.connection)).isEqualTo("active");
        }
    }

    @Test
    void anInstallationThatIsGoneEndsTheConnectionWhenItIsSaidTwice() {
        try (Trac trac = Trac.of(Trac.small())) {
            trac.pull();
            trac.twin.installation(trac.installation).remove();
            trac.twin.expireTokens(trac.installation);
            trac.house.advance(Duration.ofMinutes(61));
            trac.pull();
            assertThat(trac.house.fault(trac.connection)).contains("CARAVAN-REVOKED");
            assertThat(trac.house.state(trac.connection)).as("first doubt").isEqualTo("active");

            trac.house.advance(Duration.ofMinutes(11));
            House.until(() -> trac.house.state(trac.connection).equals("revoked"));
            assertThat(trac.house.number("select count(*) from caravan.token_set")).isZero();
            assertThat(trac.booked()).as("what was stored stays").isNotEmpty();
        }
    }

    @Test
    void aKeyIsChangedOverOnCommand() {
        try (Trac trac = Trac.of(Trac.small())) {
            trac.twin.cutOver();
            trac.pull();
            assertThat(trac.house.fault(trac.connection)).contains("CARAVAN-CLIENT");

            trac.house.set("sign.app.use", "next");
            House.until(
                    () ->
                            trac.house.number(
                                            "select count(*) from caravan.provider where stopped_at"
                                                    + " is null")
                                    == 1);
            trac.pull();
            assertThat(trac.booked()).isEqualTo(trac.truth());
        }
    }

    @Test
    void a429RestsTheWholeInstallationAndThenItGoesOn() {
        try (Trac trac = Trac.of(Trac.small())) {
            trac.twin.faults().on(MEMBERS).tooManyRequests().times(1);
            trac.pull();

            assertThat(
                            trac.house.number(
                                    "select extract(epoch from paused_until - caravan.now())::int"
                                            + " from caravan.connection"))
                    .isBetween(0L, 6L);
            trac.house.advance(Duration.ofSeconds(10));
            House.until(() -> trac.booked().equals(trac.truth()));
        }
    }

    @Test
    void aPauseOf503IsHonouredAndNeverLongerThanAQuarterOfAnHour() {
        try (Trac trac = Trac.of(Trac.small())) {
            trac.twin.faults().on(MEMBERS).retryAfter(503, "86400").times(1);
            trac.pull();

            assertThat(
                            trac.house.number(
                                    "select extract(epoch from paused_until - caravan.now())::int"
                                            + " from caravan.connection"))
                    .isBetween(890L, 901L);
        }
    }

    @Test
    void noTokenIsInTheStoreInClear() {
        try (Trac trac = Trac.of(Trac.small(), Map.of())) {
            trac.pull();

            for (String token : trac.twin.truth().tokensIssued()) {
                assertThat(
                                trac.house.number(
                                        "select count(*) from caravan.token_set where access_sealed"
                                                + " like '%"
                                                + token
                                                + "%'"))
                        .isZero();
            }
            assertThat(trac.house.text("select access_sealed from caravan.token_set"))
                    .startsWith("ey");
        }
    }
}
