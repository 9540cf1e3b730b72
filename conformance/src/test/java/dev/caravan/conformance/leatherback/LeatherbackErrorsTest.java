package dev.caravan.conformance.leatherback;

import static dev.caravan.conformance.leatherback.Leatherback.TRANSACTIONS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.sandbox.leatherback.LeatherbackFaultPoint;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every class of error: what is asked again, what rests, what ends, and what goes on. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LeatherbackErrorsTest {
    private static final String BENEFICIARIES = "accounts/{id}/beneficiaries";
    private final Leatherback bank = Leatherback.asShipped();
    private int customers;

    @AfterEach
    void peace() {
        bank.peace();
    }

    @AfterAll
    void close() {
        bank.close();
    }

    private String next() {
        return "customer" + ++customers;
    }

    static Stream<Arguments> faults() {
        return Stream.of(
                fault(400, "UK.OBIE.Field.InvalidDate", "CARAVAN-REQUEST", "active"),
                fault(400, "UK.OBIE.Resource.NotFound", "CARAVAN-GONE", "active"),
                fault(401, null, "CARAVAN-TOKEN", "active"),
                fault(403, "UK.OBIE.Reauthenticate", "CARAVAN-CONSENT", "reauth_required"),
                fault(403, "GB.Leatherback.PermissionMissing", null, "active"),
                fault(404, null, null, "active"),
                fault(405, null, "CARAVAN-REQUEST", "active"),
                fault(406, null, "CARAVAN-REQUEST", "active"),
                fault(409, "UK.OBIE.Rules.ResourceAlreadyExists", "CARAVAN-PROVIDER", "active"),
                fault(415, null, "CARAVAN-REQUEST", "active"),
                fault(500, "UK.OBIE.UnexpectedError", "CARAVAN-PROVIDER", "active"),
                fault(503, null, "CARAVAN-PROVIDER", "active"));
    }

    private static Arguments fault(int status, String code, String said, String state) {
        return Arguments.of(status, code, said, state);
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("faults")
    void anErrorCostsWhatItsClassSaysAndNoMore(int status, String code, String said, String state) {
        String login = next();
        UUID one = bank.connected(login);
        LeatherbackFaultPoint at = bank.twin.faults().on("accounts/{id}/balances");
        (code == null ? at.status(status) : at.obieError(status, code)).forUser(login);

        bank.house.pull(one);

        if (status == 401) {
            // refused twice, the second time with a new token: the user is asked
            assertThat(bank.house.state(one)).isEqualTo("reauth_required");
            return;
        }
        assertThat(bank.house.state(one)).isEqualTo(state);
        if (said == null) {
            assertThat(bank.house.fault(one)).isNullOrEmpty();
        } else {
            assertThat(bank.house.fault(one)).contains(said);
        }
        if (state.equals("active")) {
            assertThat(bank.stored(one, "booked"))
                    .as("all else")
                    .isEqualTo(bank.truth(login, "booked"));
        }
    }

    @Test
    void aMissingPermissionIsNotAskedForAgainUntilTheUserHasComeAgain() {
        String login = next();
        UUID one = bank.connected(login);
        bank.twin.faults().on(BENEFICIARIES).permissionMissing().forUser(login);

        bank.house.pull(one);
        int asked = bank.asked(login, BENEFICIARIES).size();
        bank.house.pull(one);

        assertThat(asked).isEqualTo(2);
        assertThat(bank.asked(login, BENEFICIARIES)).hasSize(2);
        assertThat(bank.house.state(one)).isEqualTo("active");
    }

    @Test
    void beneficiariesLaterThanFiveMinutesAre403AndCostNothingElse() {
        String login = next();
        UUID one = bank.connected(login);
        bank.house.pull(one);
        var known = bank.rows(one, "beneficiary", "beneficiary_id::text");
        assertThat(known).isNotEmpty();
        bank.house.advance(Duration.ofHours(7));

        bank.house.pull(one);

        assertThat(bank.asked(login, BENEFICIARIES).get(2).status()).isEqualTo(403);
        assertThat(bank.house.state(one)).isEqualTo("active");
        assertThat(bank.house.fault(one)).isNullOrEmpty();
        assertThat(bank.rows(one, "beneficiary", "beneficiary_id::text")).isEqualTo(known);
        assertThat(bank.stored(one, "booked")).isEqualTo(bank.truth(login, "booked"));
    }

    @Test
    void anEndpointThatNobodyBuiltIsLeftAloneForADay() {
        bank.manners(now -> now.absentEndpoints(TRANSACTIONS));
        String login = next();
        UUID one = bank.connected(login);

        bank.house.pull(one);
        assertThat(bank.asked(login, TRANSACTIONS)).as("of the first account alone").hasSize(1);
        assertThat(bank.house.fault(one)).isNullOrEmpty();
        bank.house.pull(one);
        assertThat(bank.asked(login, TRANSACTIONS)).hasSize(1);
        bank.manners(now -> now.absentEndpoints(new String[0]));
        bank.house.advance(Duration.ofHours(25));
        bank.house.pull(one);

        assertThat(bank.stored(one, "booked")).isEqualTo(bank.truth(login, "booked"));
    }

    @Test
    void a429RestsTheWholeConnectionForAsLongAsItSaysButAQuarterOfAnHourAtMost() {
        resting(point -> point.tooManyRequests(Duration.ofSeconds(90)), 80, 95);
        resting(
                point -> point.tooManyRequests(bank.house.clock.instant().plusSeconds(120)),
                100,
                125);
        resting(point -> point.retryAfter(429, "0"), 0, 3);
        resting(point -> point.retryAfter(429, "86400"), 880, 905);
        resting(LeatherbackFaultPoint::tooManyRequests, 0, 905);
    }

    private void resting(Consumer<LeatherbackFaultPoint> fault, long least, long most) {
        String login = next();
        UUID one = bank.connected(login);
        fault.accept(bank.twin.faults().on("accounts"));

        bank.house.pull(one);

        assertThat(bank.asked(login, "accounts")).hasSize(1);
        assertThat(bank.twin.journal().of(login)).as("nothing else is asked").hasSize(1);
        Instant until =
                OffsetDateTime.parse(
                                bank.house
                                        .text(
                                                "select paused_until::text from ledger.connection"
                                                        + " where connection_id = '"
                                                        + one
                                                        + "'")
                                        .replace(' ', 'T'))
                        .toInstant();
        assertThat(Duration.between(bank.house.clock.instant(), until).toSeconds())
                .isBetween(least - 1, most);
        assertThat(bank.house.fault(one)).contains("CARAVAN-THROTTLED");
        bank.peace();
        bank.house.database.update(
                "update caravan.connection set state = 'abandoned' where id = ?", one);
    }

    @Test
    void aWrongConsentStateIsLookedUpOnceAPull() {
        String login = next();
        UUID one = bank.connected(login);
        bank.twin.faults().on("accounts/{id}/balances").invalidConsentStatus().forUser(login);

        bank.house.pull(one);

        assertThat(bank.asked("account-access-consents/{id}")).hasSize(1);
        assertThat(bank.house.state(one)).as("the consent is fine").isEqualTo("active");
        bank.twin.faults().on("account-access-consents/{id}").showsStatus("Revoked");
        bank.house.pull(one);
        assertThat(bank.house.state(one)).isEqualTo("reauth_required");
        assertThat(bank.house.fault(one)).contains("CARAVAN-CONSENT").contains("Authorised");
    }

    @Test
    void aRevokedConsentIsNoticedByA401WithAFreshToken() {
        String login = next();
        UUID one = bank.connected(login);
        bank.house.pull(one);
        bank.twin.revoke(bank.consent(one));
        bank.twin.journal().clear();

        bank.house.pull(one);

        assertThat(bank.house.state(one)).isEqualTo("reauth_required");
        assertThat(bank.asked(login, "accounts").size()).isLessThanOrEqualTo(2);
        bank.twin.journal().clear();
        bank.house.journeys.pull(one, null, Duration.ofMinutes(5));
        bank.house.tick("pull");
        assertThat(bank.twin.journal().of(login)).isEmpty();
    }

    @Test
    void aBodyThatIsNoJsonOrIsCutIsStoredNotAtAll() {
        String login = next();
        UUID one = bank.connected(login);
        bank.house.pull(one);
        var before = bank.stored(one, "booked");
        bank.twin.faults().on(TRANSACTIONS).html(200).times(1);
        bank.twin.faults().on("accounts").cutJson().times(1);

        bank.house.pull(one);

        assertThat(bank.stored(one, "booked")).isEqualTo(before);
        assertThat(bank.rows(one, "account", "provider_account_id")).hasSize(2);
        assertThat(bank.house.fault(one)).contains("CARAVAN-BODY");
    }

    @Test
    void anAnswerToAnotherQuestionIsTakenAndSaid() {
        bank.manners(
                now -> now.interactionId(dev.caravan.sandbox.leatherback.InteractionId.FOREIGN));
        String login = next();
        UUID one = bank.connected(login);

        bank.house.pull(one);

        assertThat(bank.house.fault(one)).isNullOrEmpty();
        assertThat(bank.stored(one, "booked")).isEqualTo(bank.truth(login, "booked"));
    }
}
