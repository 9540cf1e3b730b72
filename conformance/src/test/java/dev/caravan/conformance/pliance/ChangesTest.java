package dev.caravan.conformance.pliance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.conformance.House;
import dev.caravan.conformance.LogOracle;
import dev.caravan.sandbox.Exchange;
import dev.caravan.sandbox.http.Reply;
import dev.caravan.sandbox.pliance.Hit;
import dev.caravan.sandbox.pliance.Listed;
import dev.caravan.sandbox.pliance.Subject;
import dev.caravan.sandbox.pliance.Subject.Kind;
import dev.caravan.sandbox.pliance.Words.Flag;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What comes, changes and goes at Pliance; lists that slip, repeat and never end. */
class ChangesTest {
    private static final String PERSONS = "PersonQuery/List";
    private static Office office;

    @BeforeAll
    static void open() {
        office = Office.of(Office.few().subjects(0, 0, 0));
    }

    @AfterAll
    static void close() {
        new LogOracle(office.house.database).holds();
        office.close();
    }

    @AfterEach
    void calm() {
        office.twin.faults().clear();
        office.twin.change(office.twin.settings().failuresAs200(false).listMovesEvery(0));
    }

    private static long count(String sql, Object... parts) {
        return office.house.number(String.format(sql, parts));
    }

    private static List<String> persons(UUID connection) {
        return office.stored(connection, "provider_party_id", "party");
    }

    private static List<String> asked(String tenant, String ref) {
        return office.calls(tenant, "PersonQuery").stream()
                .map(call -> call.query().get("personReferenceId"))
                .filter(ref::equals)
                .toList();
    }

    @Test
    void aNewSubjectIsReadWithinTheHourAndTheOthersAreLeftInPeace() {
        String tenant = office.tenant(3, 0, 0);
        UUID connection = office.pulled(tenant);
        int before = office.calls(tenant, "PersonQuery").size();
        String last = office.house.lastEnd(connection);
        String fresh = office.twin.tenant("acme", tenant).grow(Kind.PERSON, 1).get(0);

        office.house.advance(Duration.ofMinutes(67));
        office.house.tick("pull");
        office.house.awaitPull(connection, last);

        office.holds(connection, tenant);
        List<Exchange> calls = office.calls(tenant, "PersonQuery");
        assertThat(calls.subList(before, calls.size()))
                .extracting(call -> call.query().get("personReferenceId"))
                .containsExactly(fresh);
    }

    @Test
    void aMatchThatIsGoneIsClosedAndOneThatCameIsOpen() {
        String tenant = office.tenant(3, 0, 1);
        Subject person = plain(tenant);
        UUID connection = office.pulled(tenant);
        office.twin.list(
                Listed.person("L-came", person.name().first(), person.name().last(), Flag.SANCTION)
                        .alias(person.name().first(), person.name().last()));
        office.house.pull(connection);
        office.holds(connection, tenant);
        assertThat(risk(connection, person)).isEqualTo("high");
        assertThat(
                        office.stored(
                                connection,
                                "list_id || ' ' || kind",
                                "watchlist_entry where list_id = 'L-came'"))
                .containsExactly("L-came person");

        office.twin.delist("L-came");
        office.house.pull(connection);
        office.holds(connection, tenant);
        assertThat(risk(connection, person)).isEqualTo("low");
        assertThat(
                        count(
                                "select count(*) from ledger.screening_match where removed_at is"
                                        + " not null and provider_party_id = '%s'",
                                person.ref()))
                .isEqualTo(2);
    }

    /** A person whom nothing was found of. */
    private static Subject plain(String tenant) {
        return office.truth(tenant).subjects(Kind.PERSON).stream()
                .filter(one -> one.hits().isEmpty() && !one.archived() && !one.highRiskCountry())
                .findFirst()
                .orElseThrow();
    }

    private static String risk(UUID connection, Subject subject) {
        return office.stored(
                        connection,
                        "risk_level",
                        "screening_subject where provider_party_id = '" + subject.ref() + "'")
                .get(0);
    }

    @Test
    void whatIsDecidedOfAMatchAtPlianceIsSeen() {
        String tenant = office.tenant(3, 0, 0);
        Subject person = plain(tenant);
        office.twin.list(
                Listed.person("L-judged", person.name().first(), person.name().last(), Flag.PEP));
        UUID connection = office.pulled(tenant);
        assertThat(risk(connection, person)).isEqualTo("elevated");
        Hit hit = office.twin.tenant("acme", tenant).person(person.ref()).hits().get(0);
        int status =
                office.command(
                        tenant,
                        "POST",
                        "/api/PersonCommand/Classify",
                        Map.of(
                                "personReferenceId", person.ref(),
                                "matchId", hit.matchId(),
                                "aliasId", hit.aliasId(),
                                "classification", "FalsePositive"));
        assertThat(status).isEqualTo(200);
        office.house.pull(connection);
        assertThat(
                        office.stored(
                                connection,
                                "classification",
                                "screening_match where alias_id = '" + hit.aliasId() + "'"))
                .containsExactly("false_positive");
        office.twin.delist("L-judged");
    }

    @Test
    void aDeletedSubjectLeavesATombstoneAndNothingElse() {
        String tenant = office.tenant(3, 2, 2);
        UUID connection = office.pulled(tenant);
        for (Kind kind : Kind.values()) {
            Subject gone = office.truth(tenant).subjects(kind).get(0);
            String reference = gone.ref();
            assertThat(found(gone.name().text()).size()).isPositive();
            office.twin.tenant("acme", tenant).delete(kind, reference);
            office.house.pull(connection);

            office.holds(connection, tenant);
            assertThat(
                            office.house.texts(
                                    "select kind || raw::text || coalesce(name, '') from"
                                            + " ledger.party where removed_at is not null and"
                                            + " provider_party_id = '"
                                            + reference
                                            + "'"))
                    .containsExactly((kind == Kind.PERSON ? "person" : "company") + "{}");
            if (!gone.identity().identity().isEmpty()) {
                assertThat(found(gone.identity().identity()).size()).isZero();
            }
            if (gone.hits().isEmpty()) {
                assertThat(found(gone.name().text()).size()).isZero();
            }
        }
    }

    /** Rows of any table that hold a text. */
    private static List<String> found(String text) {
        return found(office, text);
    }

    static List<String> found(Office office, String text) {
        return office
                .house
                .texts(
                        "select table_name from information_schema.tables where table_schema ="
                                + " 'caravan'")
                .stream()
                .flatMap(
                        table ->
                                office
                                        .house
                                        .texts("select t::text from caravan." + table + " t")
                                        .stream()
                                        .filter(row -> row.contains(text)))
                .toList();
    }

    @Test
    void aSubjectThatComesBackIsAliveAgain() {
        String tenant = office.tenant(2, 0, 0);
        UUID connection = office.pulled(tenant);
        Subject gone = office.truth(tenant).subjects(Kind.PERSON).get(0);
        office.twin.tenant("acme", tenant).delete(Kind.PERSON, gone.ref());
        office.house.pull(connection);
        assertThat(persons(connection)).doesNotContain(gone.ref());
        office.command(
                tenant,
                "PUT",
                "/api/PersonCommand",
                Map.of(
                        "personReferenceId", gone.ref(),
                        "firstName", "Again",
                        "lastName", "Here"));
        office.house.pull(connection);
        office.holds(connection, tenant);
        assertThat(office.stored(connection, "name", "party")).contains("Again Here");
    }

    @Test
    void aMissingSubjectIsKnownUnderStatus200Too() {
        String tenant = office.tenant(2, 0, 0);
        UUID connection = office.pulled(tenant);
        office.twin.change(office.twin.settings().failuresAs200(true));
        String gone = office.truth(tenant).subjectIds().get(0);
        office.twin.tenant("acme", tenant).delete(Kind.PERSON, gone);
        office.house.pull(connection);
        office.holds(connection, tenant);
        assertThat(asked(tenant, gone)).as("twice before it is believed").hasSize(3);
    }

    @Test
    void aSubjectThatIsListedAndCannotBeReadIsLeftAsItIs() {
        String tenant = office.tenant(2, 0, 0);
        UUID connection = office.pulled(tenant);
        String ref = office.truth(tenant).subjectIds().get(0);
        office.twin.faults().on("PersonQuery").missingSubject().forAccount(ref);
        office.house.pull(connection);
        office.holds(connection, tenant);
        assertThat(office.run(connection, "person")).startsWith("partial CARAVAN-GONE");
        assertThat(asked(tenant, ref)).hasSize(3);

        office.twin.faults().clear();
        office.twin.faults().on("PersonQuery").missingSubject().forAccount(ref).times(1);
        office.house.pull(connection);
        assertThat(office.run(connection, "person")).startsWith("complete");
    }

    @Test
    void aSubjectThatTheListSkipsIsAskedForByItselfAndStays() {
        String tenant = office.tenant(6, 0, 0);
        UUID connection = office.pulled(tenant);
        office.twin.faults().on(PERSONS).skipsARow().times(1);
        office.house.pull(connection);
        office.holds(connection, tenant);
        assertThat(
                        count(
                                "select count(*) from ledger.listed_party where removed_at is not"
                                        + " null and connection_id = '%s'",
                                connection))
                .isPositive();
        office.house.pull(connection);
        office.holds(connection, tenant);
        assertThat(office.stored(connection, "1", "listed_party")).hasSize(6);
    }

    @Test
    void rowsThatSlipOverAPageBorderAreNeitherLostNorDoubled() {
        office.twin.change(office.twin.settings().listMovesEvery(2));
        String tenant = office.tenant(11, 0, 0);
        UUID connection = office.pulled(tenant);
        for (int i = 0; i < 3; i++) {
            office.house.pull(connection);
        }
        office.holds(connection, tenant);
        assertThat(
                        count(
                                "select count(*) from ledger.party where removed_at is not null and"
                                        + " connection_id = '%s'",
                                connection))
                .isZero();
    }

    @Test
    void aRowThatComesTwiceAndAPageThatIsEmptyHarmNobody() {
        String tenant = office.tenant(9, 0, 0);
        UUID connection = office.pulled(tenant);
        office.twin.faults().on(PERSONS).repeatsARow().times(1);
        office.house.pull(connection);
        office.holds(connection, tenant);
        office.twin.faults().on(PERSONS).emptyPage().times(1);
        office.house.pull(connection);
        office.holds(connection, tenant);
        office.house.pull(connection);
        office.holds(connection, tenant);
    }

    @Test
    void aListThatNeverEndsIsLeft() {
        String tenant = office.tenant(9, 0, 0);
        office.twin.faults().on(PERSONS).samePage();
        UUID connection = office.pulled(tenant);
        assertThat(office.calls(tenant, PERSONS)).hasSize(2);
        assertThat(office.run(connection, "persons")).startsWith("partial CARAVAN-WALK");
        office.twin.faults().clear();
        office.house.pull(connection);
        office.holds(connection, tenant);
    }

    @Test
    void aReferenceInTwoListsIsRefusedInTheSecond() {
        String tenant = office.tenant(2, 2, 0);
        String person = office.truth(tenant).subjects(Kind.PERSON).get(0).ref();
        office.twin
                .faults()
                .on("CompanyQuery/List")
                .answer(
                        Reply.json(
                                200,
                                Map.of(
                                        "status",
                                        "Success",
                                        "success",
                                        true,
                                        "data",
                                        Map.of("companies", List.of(person)))))
                .times(1);
        UUID connection = office.pulled(tenant);
        assertThat(
                        office.house.text(
                                "select reason from ledger.rejected_record where connection_id = '"
                                        + connection
                                        + "'"))
                .contains("listed party is in one list");
        office.house.pull(connection);
        office.holds(connection, tenant);
    }

    @Test
    void aWalkThatWasKilledGoesOnWhereItWas() {
        String tenant = office.tenant(9, 0, 0);
        UUID connection = office.connection(tenant);
        office.twin
                .faults()
                .on("PersonQuery")
                .stalls(Duration.ofMillis(1500))
                .afterCalls(3)
                .times(1);
        office.house.journeys.pull(connection, null, Duration.ofMinutes(5));
        office.house.tick("pull");
        House.until(
                () -> office.calls(tenant, "PersonQuery").size() == 4 || stored(connection) == 3);
        office.house.crash();
        office.twin.faults().clear();
        office.house.start();
        office.house.awaitPull(connection, null);
        office.holds(connection, tenant);
        assertThat(office.calls(tenant, PERSONS)).as("the list is not walked again").hasSize(3);
        assertThat(office.calls(tenant, "PersonQuery").stream().map(Exchange::accountId).toList())
                .as("nobody is read twice but the one it died at")
                .hasSizeLessThanOrEqualTo(10);
    }

    private static long stored(UUID connection) {
        return count("select count(*) from ledger.party where connection_id = '%s'", connection);
    }
}
