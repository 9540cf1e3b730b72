package dev.caravan.conformance.pliance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caravan.conformance.LogOracle;
import dev.caravan.conformance.Remaps;
import dev.caravan.sandbox.Exchange;
import dev.caravan.sandbox.pliance.Activity;
import dev.caravan.sandbox.pliance.PlianceTruth;
import dev.caravan.sandbox.pliance.Subject;
import dev.caravan.sandbox.pliance.Subject.Kind;
import dev.caravan.sandbox.pliance.Words.Flag;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Persons and companies are listed, read one by one, and what screening found is in its views. */
class SubjectsTest {
    private static Office office;
    private static UUID north;
    private static UUID south;

    @BeforeAll
    static void open() {
        office = Office.of(Office.few().every(2, 2, 3));
        north = office.pulled("north");
        south = office.pulled("south");
    }

    @AfterAll
    static void close() {
        new LogOracle(office.house.database).holds();
        Remaps.changeNothing(
                "pliance",
                office.house.database,
                office.house.deployer(),
                office.house.clock,
                Set.of());
        office.close();
    }

    private static PlianceTruth truth() {
        return office.truth("north");
    }

    private static List<String> stored(String columns, String view) {
        return office.stored(north, columns, view);
    }

    @Test
    void theFirstPullHoldsWhatPlianceHolds() {
        office.holds(north, "north");
        assertThat(truth().matchIds()).as("enough to compare").hasSizeGreaterThan(5);
        assertThat(stored("kind", "party"))
                .containsExactlyInAnyOrderElementsOf(
                        truth().subjects().stream()
                                .map(one -> one.kind() == Kind.PERSON ? "person" : "company")
                                .toList());
    }

    @Test
    void eachTenantsRowsAreItsOwn() {
        office.holds(south, "south");
        assertThat(office.stored(south, "provider_party_id", "party"))
                .doesNotContainAnyElementsOf(truth().subjectIds());
        assertThat(office.twin.journal().all())
                .allSatisfy(call -> assertThat(call.header("x-tenant")).isPresent());
    }

    @Test
    void aPersonIsTheOneWhomPlianceShows() {
        assertThat(
                        stored(
                                "concat_ws('|', provider_party_id, name, given_name, family_name,"
                                        + " coalesce(birth_year, 0), coalesce(birth_month, 0),"
                                        + " coalesce(birth_day, 0), gender, is_archived)",
                                "party where kind = 'person'"))
                .containsExactlyInAnyOrderElementsOf(
                        truth().subjects(Kind.PERSON).stream()
                                .map(
                                        one ->
                                                String.join(
                                                        "|",
                                                        one.ref(),
                                                        one.name().text(),
                                                        one.name().first(),
                                                        one.name().last(),
                                                        String.valueOf(one.birth().year()),
                                                        String.valueOf(one.birth().month()),
                                                        String.valueOf(one.birth().day()),
                                                        one.gender().name(),
                                                        one.archived() ? "t" : "f"))
                                .toList());
    }

    @Test
    void theFlagsOfASubjectAndTheMarkOfItsLastChangeAreKept() {
        assertThat(
                        stored(
                                "concat_ws('|', provider_party_id, is_sanction,"
                                        + " is_high_risk_country, checkpoint, checked_lists)",
                                "screening_subject"))
                .containsExactlyInAnyOrderElementsOf(
                        truth().subjects().stream().map(SubjectsTest::flags).toList());
        assertThat(
                        office.house.number(
                                "select count(*) from ledger.party where connection_id = '"
                                        + north
                                        + "' and source_changed_at is null"))
                .isZero();
    }

    private static String flags(Subject one) {
        return String.join(
                "|",
                one.ref(),
                one.is(Flag.SANCTION) ? "t" : "f",
                one.highRiskCountry() ? "t" : "f",
                one.checkpoint(),
                String.join(", ", one.checkedLists()));
    }

    @Test
    void aMatchKeepsItsScoreAndWhatWasDecidedOfIt() {
        assertThat(
                        stored(
                                "concat_ws('|', provider_party_id, alias_id, score::numeric(5, 4),"
                                        + " classification)",
                                "screening_match where provider_link_id = ''"))
                .containsExactlyInAnyOrderElementsOf(
                        truth().subjects().stream()
                                .flatMap(
                                        one ->
                                                one.hits().stream()
                                                        .map(
                                                                hit ->
                                                                        String.join(
                                                                                "|",
                                                                                one.ref(),
                                                                                hit.aliasId(),
                                                                                hit.score()
                                                                                        .setScale(4)
                                                                                        .toString(),
                                                                                word(
                                                                                        hit.classification()
                                                                                                .name()))))
                                .toList());
    }

    private static String word(String classification) {
        return classification.equals("FalsePositive")
                ? "false_positive"
                : classification.toLowerCase(Locale.ROOT);
    }

    @Test
    void theMatchesOfOneListedEntityShareTheirGroup() {
        assertThat(
                        office.house.number(
                                "select count(*) from (select 1 from ledger.screening_match where"
                                        + " connection_id = '"
                                        + north
                                        + "' group by provider_party_id, provider_link_id, match_id"
                                        + " having count(distinct group_no) > 1) torn"))
                .isZero();
    }

    @Test
    void theRiskOfASubjectFollowsItsMatches() {
        Set<String> high =
                truth().subjects().stream()
                        .filter(one -> one.is(Flag.SANCTION))
                        .map(Subject::ref)
                        .collect(Collectors.toSet());
        assertThat(high).isNotEmpty();
        assertThat(stored("provider_party_id", "screening_subject where risk_level = 'high'"))
                .containsAll(high);
        assertThat(stored("provider_party_id", "screening_subject where risk_level = 'low'"))
                .isNotEmpty()
                .doesNotContainAnyElementsOf(high);
    }

    @Test
    void activityIsReportedOnceHoweverOftenItIsRead() {
        List<String> told =
                truth().activities().stream()
                        .distinct()
                        .map(one -> one.ref() + one.details())
                        .toList();
        assertThat(stored("provider_party_id || details", "screening_event"))
                .containsExactlyInAnyOrderElementsOf(told);
        office.house.pull(north);
        assertThat(stored("provider_party_id || details", "screening_event"))
                .containsExactlyInAnyOrderElementsOf(told);
        Exchange last = last(office.twin.journal().on("ReportQuery/PersonReport"));
        assertThat(Instant.parse(last.query().get("from")))
                .as("a day before the newest that is stored")
                .isEqualTo(
                        truth().activities().stream()
                                .filter(one -> one.kind() == Kind.PERSON)
                                .map(Activity::at)
                                .max(Comparator.naturalOrder())
                                .orElseThrow()
                                .minus(Duration.ofDays(1))
                                .truncatedTo(ChronoUnit.SECONDS));
    }

    private static Exchange last(List<Exchange> calls) {
        return calls.get(calls.size() - 1);
    }

    @Test
    void aSecondPullChangesNothing() {
        long before = xid();
        office.house.pull(north);
        assertThat(xid()).isEqualTo(before);
        assertThat(
                        office.house.texts(
                                "select kind || ' ' || outcome || ' ' || inserted + changed +"
                                        + " removed + rejected from ledger.pull_run where pull_id ="
                                        + " (select max(pull_id) from ledger.pull_run where"
                                        + " connection_id = '"
                                        + north
                                        + "')"))
                .isNotEmpty()
                .allSatisfy(run -> assertThat(run).endsWith(" complete 0"));
    }

    private static long xid() {
        return office.house.number(
                "select max(x) from (select max(changed_xid::text::bigint) as x from caravan.party"
                        + " union all select max(changed_xid::text::bigint) from"
                        + " caravan.screening_match union all select max(changed_xid::text::bigint)"
                        + " from caravan.listed_party) all_of_them");
    }

    @Test
    void pagesAreAskedForFromZeroUntilOneIsNotFull() {
        List<String> pages =
                office.twin.journal().on("PersonQuery/List").stream()
                        .filter(call -> call.header("x-tenant").orElse("").equals("north"))
                        .limit(2)
                        .map(
                                call ->
                                        call.query().get("Page.No")
                                                + "/"
                                                + call.query().get("Page.Size"))
                        .toList();
        assertThat(pages).containsExactly("0/4", "1/4");
    }

    @Test
    void theTokenIsTheContractsAndIsUsedAgainWhileItIsGood() throws IOException {
        List<Exchange> calls =
                office.twin.journal().all().stream()
                        .filter(call -> call.header("x-tenant").orElse("").equals("north"))
                        .toList();
        Set<String> tokens =
                calls.stream()
                        .map(call -> call.header("authorization").orElseThrow())
                        .collect(Collectors.toSet());
        assertThat(tokens).hasSize(1);
        String[] parts = tokens.iterator().next().substring("Bearer ".length()).split("\\.");
        assertThat(json(parts[0])).hasToString("{\"typ\":\"JWT\",\"alg\":\"HS256\"}");
        JsonNode claims = json(parts[1]);
        long now = office.house.clock.instant().getEpochSecond();
        assertThat(claims.get("aud").asText()).isEqualTo("pliance.io");
        assertThat(claims.get("iss").asText()).isEqualTo("acme");
        assertThat(claims.get("given_name").asText()).isEqualTo("caravan");
        assertThat(claims.get("sub").asText()).isEqualTo("svc:north");
        assertThat(claims.get("iat").isIntegralNumber()).isTrue();
        assertThat(now - claims.get("iat").asLong()).isBetween(10L, 70L);
        assertThat(claims.get("nbf")).isEqualTo(claims.get("iat"));
        assertThat(claims.get("exp").asLong() - claims.get("iat").asLong()).isEqualTo(250);
    }

    private static JsonNode json(String part) throws IOException {
        return new ObjectMapper().readTree(Base64.getUrlDecoder().decode(part));
    }

    @Test
    void noMoneyIsInvented() {
        assertThat(office.house.number("select count(*) from caravan.account")).isZero();
        assertThat(office.house.number("select count(*) from caravan.transaction")).isZero();
        assertThat(office.house.number("select count(*) from caravan.balance")).isZero();
    }
}
