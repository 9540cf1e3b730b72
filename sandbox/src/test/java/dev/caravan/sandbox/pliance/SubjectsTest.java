package dev.caravan.sandbox.pliance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.sandbox.Json;
import dev.caravan.sandbox.MovableClock;
import dev.caravan.sandbox.pliance.Subject.Kind;
import dev.caravan.sandbox.pliance.Words.Flag;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SubjectsTest {
    private final MovableClock clock = MovableClock.at("2026-11-21T10:00:00Z");
    private final PlianceTwin twin = PlianceTwin.start(PlianceSettings.defaults(), clock);
    private final Caller caller = Caller.of(twin, clock);

    @AfterEach
    void close() {
        twin.close();
    }

    private JsonNode known() throws Exception {
        return caller.put("PersonCommand", Caller.person("p-1", "Osama", "bin Laden"));
    }

    @Test
    void theKnownPositivePersonHasHitsInAnArrayOfArrays() throws Exception {
        JsonNode answer = known();
        JsonNode person = answer.path("data");

        assertThat(answer.path("success").asBoolean()).isTrue();
        assertThat(answer.path("status").asText()).isEqualTo("Success");
        assertThat(answer.path("message").isNull()).isTrue();
        assertThat(answer.path("checkpoint").asText()).matches("[0-9a-f]{64}");
        assertThat(answer.path("correlationId").isTextual()).isTrue();
        assertThat(answer.path("hits")).isEqualTo(person.path("hits"));
        assertThat(person.path("hits")).hasSize(1);
        assertThat(person.path("hits").path(0)).hasSize(2);
        JsonNode best = person.path("hits").path(0).path(0);
        assertThat(best.path("matchId").asText()).matches("[0-9a-f]{32}");
        assertThat(best.path("aliasId").asText()).matches("[0-9a-f]{64}");
        assertThat(best.path("score").decimalValue()).isEqualByComparingTo("1");
        assertThat(best.path("classification").asText()).isEqualTo("Unknown");
        assertThat(best.path("matchedFirstName").path(0).path("isMatch").asBoolean()).isTrue();
        assertThat(person.path("isSanction").asBoolean()).isTrue();
        assertThat(person.path("isPep").asBoolean()).isFalse();
    }

    @Test
    void theKnownPositiveCompanyIsFoundByBothVersions() throws Exception {
        ObjectNode firm = Caller.company("c-1", "Korea Daesong Bank");

        for (String version : List.of("CompanyCommand", "CompanyV2Command")) {
            JsonNode company = caller.put(version, firm).path("data");
            assertThat(company.path("isSanction").asBoolean()).isTrue();
            assertThat(company.path("hits").path(0).path(0).path("name").asText())
                    .isEqualTo("Korea Daesong Bank");
        }
        assertThat(caller.data("CompanyQuery?companyReferenceId=c-1").has("beneficiaries"))
                .isTrue();
        assertThat(caller.data("CompanyV2Query?companyReferenceId=c-1").has("links")).isTrue();
        assertThat(
                        caller.data("CompanyQuery/CompanyData?companyReferenceId=c-1")
                                .path("name")
                                .asText())
                .isEqualTo("Korea Daesong Bank");
    }

    @Test
    void unknownPartsOfABirthdateAreQuestionMarks() throws Exception {
        ObjectNode person = Caller.person("p-1", "Alma", "Ekvall");
        assertThat(birthdate(person)).isEqualTo("????-??-??");
        assertThat(caller.data("PersonQuery?personReferenceId=p-1").path("birth").isNull())
                .isTrue();

        person.putObject("birthdate").put("year", 1971).putNull("month");
        assertThat(birthdate(person)).isEqualTo("1971-??-??");
        person.putObject("birthdate").put("day", 3).put("month", 2);
        assertThat(birthdate(person)).isEqualTo("????-02-03");
        assertThat(
                        caller.data("PersonQuery?personReferenceId=p-1")
                                .path("birth")
                                .path("year")
                                .isNull())
                .isTrue();
    }

    @Test
    void aDateThatIsNoneIsRefused() throws Exception {
        ObjectNode person = Caller.person("p-1", "Alma", "Ekvall");
        person.putObject("birthdate").put("year", 1971).put("month", 2).put("day", 29);
        assertThat(caller.put("PersonCommand", person).path("message").asText())
                .isEqualTo("birthdate: no such date");
        person.putObject("birthdate").put("month", 2).put("day", 29);
        assertThat(birthdate(person)).isEqualTo("????-02-29");
        person.putObject("birthdate").put("month", 13);
        assertThat(caller.put("PersonCommand", person).path("success").asBoolean()).isFalse();
    }

    private String birthdate(ObjectNode person) throws Exception {
        return caller.put("PersonCommand", person).path("data").path("birthdate").asText();
    }

    @Test
    void namesOfFieldsAreReadInAnyCaseAndEnumsAsNamesOrNumbers() throws Exception {
        ObjectNode person =
                Json.object()
                        .put("PersonReferenceId", "p-1")
                        .put("FirstName", "Alma")
                        .put("LastName", "Ekvall")
                        .put("Gender", 2);
        person.putObject("Options").put("Fuzziness", 1).put("Order", "exact");

        assertThat(caller.put("PersonCommand", person).path("data").path("gender").asText())
                .isEqualTo("Female");
        assertThat(caller.data("PersonQuery?PersonReferenceId=p-1").path("firstName").asText())
                .isEqualTo("Alma");
        assertThat(
                        caller.put("PersonCommand", person.put("Gender", "Third"))
                                .path("success")
                                .asBoolean())
                .isFalse();
    }

    @Test
    void registeringTheSameTwiceChangesNothing() throws Exception {
        JsonNode first = known();
        clock.advance(Duration.ofMinutes(1));
        JsonNode second = known();

        assertThat(second.path("data")).isEqualTo(first.path("data"));
        assertThat(second.path("checkpoint").asText()).isEqualTo(Books.NO_CHECKPOINT);
        assertThat(first.path("data").path("lastChanged").path("timestampUtc").asText())
                .isEqualTo("2026-11-21T10:00:00.0000000Z");
    }

    @Test
    void aJudgementStaysWhenTheSubjectIsRegisteredAgainAndFalseOnesClearTheFlag() throws Exception {
        JsonNode hits = known().path("data").path("hits").path(0);
        for (JsonNode hit : hits) {
            ObjectNode judged =
                    Json.object().put("personReferenceId", "p-1").put("classification", 1);
            judged.set("matchId", hit.path("matchId"));
            judged.set("aliasId", hit.path("aliasId"));
            JsonNode answer = caller.post("PersonCommand/Classify", judged);
            assertThat(answer.path("success").asBoolean()).isTrue();
            assertThat(answer.has("data")).isFalse();
        }
        ObjectNode again = Caller.person("p-1", "Osama", "bin Laden").put("gender", "Male");
        JsonNode person = caller.put("PersonCommand", again).path("data");

        assertThat(person.path("hits").findValuesAsText("classification"))
                .containsExactly("FalsePositive", "FalsePositive");
        assertThat(person.path("isSanction").asBoolean()).isFalse();
        assertThat(person.path("gender").asText()).isEqualTo("Male");
    }

    @Test
    void aMissingSubjectIsA400OrA200BySetting() throws Exception {
        List<String> questions =
                List.of(
                        "PersonQuery?personReferenceId=none",
                        "CompanyQuery?companyReferenceId=none",
                        "CompanyV2Query?companyReferenceId=none",
                        "CompanyQuery/CompanyData?companyReferenceId=none",
                        "WatchlistQuery?id=none",
                        "WatchlistQuery/v2?personReferenceId=none&matchId=none",
                        "PersonQuery");
        for (String question : questions) {
            assertThat(caller.get(question).statusCode()).isEqualTo(400);
        }
        assertThat(caller.delete("PersonCommand?personReferenceId=none").path("message").asText())
                .isEqualTo("person none does not exist");

        twin.change(twin.settings().failuresAs200(true));
        for (String question : questions) {
            assertThat(caller.get(question).statusCode()).isEqualTo(200);
            assertThat(caller.ask(question).path("success").asBoolean(true)).isFalse();
            assertThat(caller.ask(question).path("status").asText()).isEqualTo("Error");
        }
    }

    @Test
    void archivingAndDeletingAreSeen() throws Exception {
        known();
        ObjectNode ref = Json.object().put("personReferenceId", "p-1");

        assertThat(caller.post("PersonCommand/Archive", ref).path("success").asBoolean()).isTrue();
        assertThat(archived()).isTrue();
        known();
        assertThat(archived()).as("registering again does not bring it back").isTrue();
        caller.post("PersonCommand/Unarchive", ref);
        assertThat(archived()).isFalse();
        caller.delete("PersonCommand?personReferenceId=p-1");
        assertThat(caller.get("PersonQuery?personReferenceId=p-1").statusCode()).isEqualTo(400);
    }

    private boolean archived() throws Exception {
        return caller.data("PersonQuery?personReferenceId=p-1").path("archived").asBoolean();
    }

    @Test
    void aBatchTellsOfEachPersonAndSucceedsAllTheSame() throws Exception {
        ObjectNode batch = Json.object();
        batch.putArray("persons")
                .add(Caller.person("b-1", "Alma", "Ekvall"))
                .add(Caller.person("b-2", "", ""))
                .add(Caller.person("b-3", "Osama", "bin Laden"));

        JsonNode answer = caller.put("PersonCommand/Batch", batch);

        assertThat(answer.path("success").asBoolean()).isTrue();
        assertThat(answer.path("personStatuses").findValuesAsText("status"))
                .containsExactly("Success", "Error", "Success");
        assertThat(twin.tenant().person("b-3").is(Flag.SANCTION)).isTrue();
        assertThat(twin.tenant().find(Kind.PERSON, "b-2")).isEmpty();
    }

    @Test
    void theOptionsDecideWhatIsFound() throws Exception {
        twin.list(Listed.person("L-1", "Philippa", "Zdanowska", Flag.SANCTION));
        twin.list(Listed.person("L-2", "Nicola", "Brzakka", Flag.PEP).on("PEP-NO"));
        twin.list(Listed.person("L-3", "Timo", "Xylandar", Flag.ADVERSE_MEDIA));

        assertThat(found("Philippa", "Zdanowska", "Exact", "Simple", "")).isEqualTo(1);
        assertThat(found("Filipa", "Stanofska", "Any", "Metaphone", "")).isEqualTo(0);
        assertThat(found("Filippa", "Zdanovska", "Any", "Metaphone", "")).isEqualTo(1);
        assertThat(found("Filippa", "Zdanovska", "Any", "Simple", "")).isEqualTo(0);
        assertThat(found("Zdanowska", "Philippa", "Any", "Simple", "")).isEqualTo(1);
        assertThat(found("Zdanowska", "Philippa", "Strict", "Simple", "")).isEqualTo(0);
        assertThat(found("Anna Philippa", "Zdanowska", "Strict", "Simple", "")).isEqualTo(1);
        assertThat(found("Anna Philippa", "Zdanowska", "Exact", "Simple", "")).isEqualTo(0);

        assertThat(found("Nicola", "Brzakka", "Any", "Simple", "")).isEqualTo(1);
        assertThat(found("Nicola", "Brzakka", "Any", "Simple", "se")).isEqualTo(0);
        assertThat(found("Nicola", "Brzakka", "Any", "Simple", "no")).isEqualTo(1);

        assertThat(found("Timo", "Xylandar", "Any", "Simple", "")).isEqualTo(0);
        ObjectNode media = Caller.person("o-1", "Timo", "Xylandar");
        media.putObject("options").put("includeAdverseMedia", true);
        JsonNode seen = caller.put("PersonCommand", media).path("data");
        assertThat(seen.path("isAdverseMedia").asBoolean()).isTrue();
    }

    private int found(String first, String last, String order, String fuzziness, String country)
            throws Exception {
        ObjectNode person = Caller.person("o-1", first, last);
        person.putObject("options").put("order", order).put("fuzziness", fuzziness);
        person.putObject("identity").put("identity", "").put("country", country);
        return caller.put("PersonCommand", person).path("data").path("hits").size();
    }

    @Test
    void searchFiltersByFlagsAndWords() throws Exception {
        known();
        JsonNode rows = caller.data("PersonQuery/Search?Query=laden&Filter.IsSanction=true");
        assertThat(rows.path("result")).hasSize(1);
        JsonNode row = rows.path("result").path(0);
        assertThat(row.path("personReferenceId").asText()).isEqualTo("p-1");
        assertThat(row.path("lastName").path(1).path("text").asText()).isEqualTo("Laden");
        assertThat(row.path("lastName").path(1).path("isMatch").asBoolean()).isTrue();
        assertThat(row.path("lastName").path(0).path("isMatch").asBoolean()).isFalse();

        assertThat(caller.data("PersonQuery/Search?query=laden&filter.isPep=true").path("result"))
                .isEmpty();
        assertThat(caller.data("PersonQuery/Search?filter.isUnclassified=true").path("result"))
                .hasSize(
                        (int)
                                twin.tenant().persons().stream()
                                        .filter(Subject::unclassified)
                                        .count());
        assertThat(caller.get("PersonQuery/Search?filter.isPep=perhaps").statusCode())
                .isEqualTo(400);
        assertThat(caller.data("CompanyQuery/Search?filter.isSanction=true").path("result"))
                .isNotEmpty();
    }

    @Test
    void theStartHasHitsJudgementsAndArchivedSubjects() {
        List<Subject> persons = twin.tenant().persons();

        assertThat(persons).hasSize(30).anyMatch(Subject::archived).anyMatch(Subject::unclassified);
        assertThat(persons)
                .anyMatch(
                        one ->
                                one.hits().stream()
                                        .anyMatch(
                                                hit ->
                                                        hit.classification()
                                                                != Words.Classification.Unknown));
        assertThat(persons)
                .anyMatch(one -> one.is(Flag.PEP))
                .anyMatch(one -> one.is(Flag.SANCTION));
        assertThat(persons).anyMatch(one -> one.hits().isEmpty());
        assertThat(twin.tenant().subjects(Kind.COMPANY)).hasSize(8);
        assertThat(twin.tenant().subjects(Kind.COMPANY_V2))
                .hasSize(12)
                .anyMatch(
                        one ->
                                one.register().links().stream()
                                        .anyMatch(link -> !link.matches().isEmpty()));
    }

    @Test
    void watchListEntriesAreFoundThroughTheirMatches() throws Exception {
        String match = known().path("data").path("hits").path(0).path(0).path("matchId").asText();
        JsonNode entry = caller.data("WatchlistQuery/v2?personReferenceId=p-1&matchId=" + match);
        assertThat(entry.path("listId").asText()).isEqualTo("Known-1");
        assertThat(entry.path("names")).hasSize(2);
        assertThat(entry.path("watchlistSource").path("source").asText()).isEqualTo("UN");
        assertThat(caller.data("WatchlistQuery?id=Known-1&firstName=Osama&lastName=bin%20Laden"))
                .isEqualTo(entry);

        String firm =
                caller.put("CompanyV2Command", Caller.company("c-1", "Korea Daesong Bank"))
                        .path("data")
                        .path("hits")
                        .path(0)
                        .path(0)
                        .path("matchId")
                        .asText();
        assertThat(
                        caller.data(
                                        "WatchlistQuery/CompanyV2?companyReferenceId=c-1&matchId="
                                                + firm)
                                .path("sanctionLists"))
                .isNotEmpty();
        assertThat(
                        caller.get("WatchlistQuery/Company?companyReferenceId=c-1&matchId=" + firm)
                                .statusCode())
                .isEqualTo(400);
    }

    @Test
    void aLinkOfACompanyIsScreenedShownAndJudged() throws Exception {
        caller.put("CompanyV2Command", Caller.company("c-1", "Quiet Paper AB"));
        twin.tenant()
                .register(
                        Kind.COMPANY_V2,
                        "c-1",
                        was ->
                                was.links(
                                        List.of(
                                                Link.person(
                                                        "l-1",
                                                        "Osama",
                                                        "bin Laden",
                                                        Link.Description.board("Chairman")),
                                                Link.company(
                                                        "l-2",
                                                        "Quiet Owner AB",
                                                        Link.Description.owner("25", "50.5")))));

        JsonNode links = caller.data("CompanyV2Query?companyReferenceId=c-1").path("links");
        JsonNode match = links.path(0).path("matches").path(0);
        assertThat(links.path(0).path("entityType").asText()).isEqualTo("Person");
        assertThat(
                        links.path(1)
                                .path("linkDescriptions")
                                .path(0)
                                .path("stake")
                                .path("max")
                                .decimalValue())
                .isEqualByComparingTo("50.5");
        assertThat(match.path("isSanction").asBoolean()).isTrue();
        assertThat(
                        caller.data(
                                        "WatchlistQuery/CompanyV2Link?companyReferenceId=c-1&linkId=l-1&matchId="
                                                + match.path("matchId").asText())
                                .path("listId")
                                .asText())
                .isEqualTo("Known-1");

        ObjectNode judged = Json.object().put("companyReferenceId", "c-1").put("linkId", "l-1");
        judged.put("classification", "Match").set("matchId", match.path("matchId"));
        judged.set("aliasId", match.path("aliasId"));
        assertThat(caller.post("CompanyV2Command/ClassifyLink", judged).path("success").asBoolean())
                .isTrue();
        assertThat(
                        caller.data("CompanyV2Query?companyReferenceId=c-1")
                                .path("links")
                                .findValuesAsText("classification"))
                .contains("Match");
    }

    @Test
    void reportsTellMatchesWithinTheirDays() throws Exception {
        known();
        clock.advance(Duration.ofDays(1));
        caller.put("CompanyV2Command", Caller.company("c-1", "Korea Daesong Bank"));

        JsonNode rows =
                caller.data("ReportQuery/PersonReport?personReferenceId=p-1").path("result");
        assertThat(rows).hasSize(2);
        assertThat(rows.path(0).path("activity").asText()).isEqualTo("Matched");
        assertThat(rows.path(0).path("name").asText()).isEqualTo("Osama bin Laden");
        assertThat(rows.path(0).path("date").asText()).isEqualTo("2026-11-21T10:00:00.0000000Z");
        assertThat(
                        caller.data(
                                        "ReportQuery/GeneralReport?From=2026-11-21&To=2026-11-21T10:00:00.0000000Z")
                                .path("result"))
                .hasSize(2);
        assertThat(caller.data("ReportQuery/CompanyReport?from=2026-11-22T00:00:00").path("result"))
                .hasSize(1);
        assertThat(caller.data("ReportQuery/GeneralReport").path("result"))
                .hasSize(twin.truth().activities().size());
        assertThat(caller.get("ReportQuery/GeneralReport?from=yesterday").statusCode())
                .isEqualTo(400);
    }

    @Test
    void whatIsNotThereIsSaidSo() throws Exception {
        assertThat(caller.get("FeedQuery?from=0").statusCode()).isEqualTo(404);
        assertThat(caller.get("CompanyV2Query/Search").statusCode()).isEqualTo(404);
        assertThat(
                        caller.send(
                                        "POST",
                                        "PersonCommand",
                                        "{}".getBytes(),
                                        Minted.good(clock.instant()).token())
                                .statusCode())
                .isEqualTo(405);
        assertThat(caller.put("PersonCommand", Json.array()).path("message").asText())
                .isEqualTo("expected a JSON object");
        assertThat(
                        caller.put(
                                        "CompanyCommand",
                                        Caller.company("c-9", "Unvalidated AB")
                                                .set(
                                                        "options",
                                                        Json.object().put("validateCompany", true)))
                                .path("success")
                                .asBoolean())
                .isFalse();
    }
}
