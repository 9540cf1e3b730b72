package dev.caravan.conformance.pliance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.sandbox.Fault;
import dev.caravan.sandbox.pliance.PlianceFaultPoint;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every class of error of the contract, and answers that are not what they should be. */
class AnswersTest {
    private static final String VIEW = "PersonQuery";
    private static Office office;

    @BeforeAll
    static void open() {
        office = Office.of(Office.few().subjects(0, 0, 0).every(1, 2, 0));
    }

    @AfterAll
    static void close() {
        office.close();
    }

    @AfterEach
    void calm() {
        office.twin.faults().clear();
    }

    private static Arguments of(String said, Function<PlianceFaultPoint, Fault> fault) {
        return Arguments.of(said, fault);
    }

    static Stream<Arguments> passing() {
        return Stream.of(
                of("500", point -> point.status(500)),
                of("503", point -> point.status(503)),
                of("408", point -> point.status(408)),
                of("a cut answer", PlianceFaultPoint::truncated),
                of("a lost answer", PlianceFaultPoint::resets),
                of("400 for a subject that is there", PlianceFaultPoint::missingSubject),
                of("401 for a token that was good", PlianceFaultPoint::tokenRefused));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("passing")
    void aMomentsTroubleIsAskedAgainInPlace(String said, Function<PlianceFaultPoint, Fault> fault) {
        String tenant = office.tenant(1, 0, 0);
        fault.apply(office.twin.faults().on(VIEW)).times(1);
        UUID connection = office.pulled(tenant);
        office.holds(connection, tenant);
        assertThat(office.run(connection, "person")).isEqualTo("complete ");
        assertThat(office.calls(tenant, VIEW).size()).isBetween(1, 2);
    }

    static Stream<Arguments> noAnswers() {
        return Stream.of(
                of("CARAVAN-GONE", point -> point.failsUnder200("Something failed")),
                of("CARAVAN-BODY", PlianceFaultPoint::disagrees),
                of("CARAVAN-BODY", PlianceFaultPoint::withoutData),
                of("CARAVAN-BODY", point -> point.html(200)),
                of("CARAVAN-BODY", PlianceFaultPoint::cutJson),
                of("CARAVAN-PROVIDER", point -> point.status(502)),
                of("CARAVAN-REQUEST", point -> point.status(415)));
    }

    @ParameterizedTest(name = "{0} {index}")
    @MethodSource("noAnswers")
    void whatIsNoAnswerIsNotStoredAndCostsItsSubjectOnly(
            String code, Function<PlianceFaultPoint, Fault> fault) {
        String tenant = office.tenant(2, 0, 1);
        String ref = office.truth(tenant).subjectIds().get(0);
        Fault struck = fault.apply(office.twin.faults().on(VIEW)).forAccount(ref);
        UUID connection = office.pulled(tenant);
        assertThat(office.run(connection, "person")).startsWith("partial " + code);
        assertThat(struck.hits()).isLessThanOrEqualTo(2);
        assertThat(office.stored(connection, "provider_party_id", "party"))
                .hasSize(2)
                .doesNotContain(ref);
        struck.lift();
        office.house.pull(connection);
        office.holds(connection, tenant);
    }

    static Stream<Arguments> poisons() {
        return Stream.of(
                of("Unicode", PlianceFaultPoint::nulInName),
                of("timestamp", PlianceFaultPoint::unreadableTimestamp));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("poisons")
    void aPoisonedSubjectIsSetAsideWithItsReasonAndTheOthersAreIn(
            String reason, Function<PlianceFaultPoint, Fault> poison) {
        String tenant = office.tenant(2, 0, 0);
        String ref = office.truth(tenant).subjectIds().get(0);
        poison.apply(office.twin.faults().on(VIEW)).forAccount(ref);
        UUID connection = office.pulled(tenant);
        assertThat(
                        office.house.text(
                                "select kind || ' ' || reason from ledger.rejected_record where"
                                        + " connection_id = '"
                                        + connection
                                        + "'"))
                .startsWith("person ")
                .contains(reason);
        assertThat(office.stored(connection, "provider_party_id", "party"))
                .hasSize(1)
                .doesNotContain(ref);
        office.twin.faults().clear();
        office.house.pull(connection);
        office.holds(connection, tenant);
    }

    static Stream<Arguments> oddities() {
        return Stream.of(
                of("fields that nobody knows", PlianceFaultPoint::extraFields),
                of("words that nobody knows", PlianceFaultPoint::unknownWords),
                of("no score", PlianceFaultPoint::nullScore),
                of("a score that is none", PlianceFaultPoint::hugeScore),
                of("hits in one array", PlianceFaultPoint::flatHits));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("oddities")
    void whatIsOddButReadableIsKept(String said, Function<PlianceFaultPoint, Fault> odd) {
        String tenant = office.tenant(1, 1, 1);
        odd.apply(office.twin.faults().on("*"));
        office.holds(office.pulled(tenant), tenant);
    }

    @Test
    void anAnswerWithoutHitsClosesThemAndTheNextOpensThem() {
        String tenant = office.tenant(1, 0, 0);
        UUID connection = office.pulled(tenant);
        assertThat(office.truth(tenant).matchIds()).isNotEmpty();
        office.twin.faults().on(VIEW).withoutHits().times(1);
        office.house.pull(connection);
        assertThat(office.stored(connection, "match_id", "screening_match")).isEmpty();
        office.house.pull(connection);
        office.holds(connection, tenant);
    }

    @Test
    void aThrottledConnectionRestsAsLongAsItIsToldAndTheOthersGoOn() {
        String tenant = office.tenant(2, 0, 0);
        office.twin
                .faults()
                .on("PersonQuery/List")
                .tooManyRequests(Duration.ofSeconds(90))
                .times(1);
        UUID connection = office.pulled(tenant);
        assertThat(office.house.fault(connection)).startsWith("CARAVAN-THROTTLED");
        assertThat(office.calls(tenant, "PersonQuery/List")).hasSize(1);
        office.house.journeys.pull(connection, null, Duration.ofMinutes(5));
        String other = office.tenant(1, 0, 0);
        office.holds(office.pulled(other), other);
        assertThat(office.calls(tenant, "PersonQuery/List")).as("it rests").hasSize(1);

        String last = office.house.lastEnd(connection);
        office.house.advance(Duration.ofSeconds(100));
        office.house.tick("pull");
        office.house.awaitPull(connection, last);
        office.holds(connection, tenant);
    }

    @Test
    void aTokenThatIsRefusedTwiceIsAnOperatorsMatter() {
        String tenant = office.tenant(1, 0, 0);
        UUID connection = office.connection(tenant);
        office.secret(connection, "another-secret-of-more-than-32-bytes");
        office.house.pull(connection);
        assertThat(office.house.state(connection)).isEqualTo("reauth_required");
        assertThat(office.calls(tenant, "WebhookQuery/DeliveryFailures"))
                .as("the first call, once more with a new one")
                .hasSize(2);
        assertThat(office.calls(tenant, "PersonQuery/List")).isEmpty();
        assertThat(office.house.fault(connection)).startsWith("CARAVAN-CONSENT");
    }

    @Test
    void aCallThatIsForbiddenIsAnOperatorsMatterAtOnce() {
        String tenant = office.tenant(1, 0, 0);
        office.twin.faults().on("PersonQuery/List").status(403).times(1);
        UUID connection = office.pulled(tenant);
        assertThat(office.house.state(connection)).isEqualTo("reauth_required");
        assertThat(office.calls(tenant, "PersonQuery/List")).hasSize(1);
    }

    @Test
    void aTokenIsMadeAnewBeforeItsEnd() {
        String tenant = office.tenant(1, 0, 0);
        UUID connection = office.pulled(tenant);
        for (int minutes : List.of(2, 2, 6)) {
            office.house.advance(Duration.ofMinutes(minutes));
            office.house.pull(connection);
        }
        office.holds(connection, tenant);
        assertThat(
                        office.calls(tenant, "PersonQuery/List").stream()
                                .map(call -> call.header("authorization").orElse(""))
                                .distinct())
                .hasSize(3);
        assertThat(
                        office.twin
                                .journal()
                                .where(
                                        call ->
                                                call.status() == 401
                                                        && tenant.equals(
                                                                call.header("x-tenant")
                                                                        .orElse(""))))
                .isEmpty();
    }

    @Test
    void anEntryThatCannotBeToldIsNotAskedForWithEveryPull() {
        String tenant = office.tenant(1, 0, 0);
        office.twin.faults().on("WatchlistQuery/v2").status(400);
        UUID connection = office.pulled(tenant);
        int asked = office.calls(tenant, "WatchlistQuery/v2").size();
        assertThat(asked).isPositive();
        office.house.pull(connection);
        assertThat(office.calls(tenant, "WatchlistQuery/v2")).hasSize(asked);
        office.twin.faults().clear();
        office.house.advance(Duration.ofHours(25));
        office.house.pull(connection);
        office.holds(connection, tenant);
    }
}
