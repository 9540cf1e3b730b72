package dev.caravan.sandbox.trac;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.sandbox.Json;
import dev.caravan.sandbox.MovableClock;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DataTest {
    private static final String PROCESSED = "&core.state.eq=processed";
    private final MovableClock clock = MovableClock.at("2026-11-21T10:00:00Z");
    private final TracTwin twin =
            TracTwin.start(TracSettings.defaults().currentKey(Caller.KEYS.publicPem()), clock);
    private final Caller caller = Caller.of(twin, clock);
    private final Installation first = twin.installations().get(0);
    private final String token = twin.token(first.id());
    private final Organization school = twin.schools().get(0);

    @AfterEach
    void close() {
        twin.close();
    }

    private static String transactions(Organization of, boolean sales, int perPage) {
        return "orgs/"
                + of.id()
                + "/transactions?per_page="
                + perPage
                + "&member_txns=true&member_txns_sales="
                + sales;
    }

    private List<JsonNode> processed(Organization of, boolean sales) throws Exception {
        return caller.all("transactions", transactions(of, sales, 100) + PROCESSED, token);
    }

    @Test
    void theTreeHasATrustAHubAndSchoolsAndChildrenMayComeFirst() throws Exception {
        List<JsonNode> all = caller.all("organizations", "installation/organizations", token);
        Map<String, String> parents = new HashMap<>();
        boolean childFirst = false;
        for (JsonNode one : all) {
            JsonNode meta = one.path("meta");
            childFirst |=
                    !meta.path("parentOrgId").isNull()
                            && !parents.containsKey(meta.path("parentOrgId").asText());
            parents.put(meta.path("orgId").asText(), meta.path("parentOrgId").textValue());
        }

        assertThat(all).hasSize(5);
        assertThat(childFirst).isTrue();
        assertThat(parents.values().stream().filter(parent -> parent == null)).hasSize(1);
        assertThat(new HashSet<>(parents.values())).hasSize(3);
        assertThat(twin.schools()).hasSize(6);
    }

    @Test
    void theDepthOfTheTreeIsASetting() {
        assertThat(depths(1)).containsExactly(0, 0, 0);
        assertThat(depths(2)).containsExactly(0, 1, 1, 1);
        assertThat(depths(3)).containsExactly(0, 1, 1, 2, 2);
        assertThat(depths(20)).hasSize(22).contains(19);
    }

    private List<Integer> depths(int depth) {
        TracSettings settings = TracSettings.defaults().installations(1).depth(depth);
        try (TracTwin other = TracTwin.start(settings, clock)) {
            List<Integer> depths = new ArrayList<>();
            for (Organization one : other.organizations(other.installations().get(0).id())) {
                int above = 0;
                for (String up = one.parentId();
                        up != null;
                        up = other.organization(up).parentId()) {
                    above++;
                }
                depths.add(above);
            }
            return depths.stream().sorted().toList();
        }
    }

    @Test
    void bothPassesOfEveryOrganizationTogetherAreTheTruth() throws Exception {
        Map<String, Long> seen = new HashMap<>();
        int rows = 0;
        for (Organization one : twin.organizations(first.id())) {
            for (boolean sales : List.of(true, false)) {
                for (JsonNode row : processed(one, sales)) {
                    rows++;
                    seen.put(
                            row.path("meta").path("transactionId").asText(),
                            row.path("amountAsInteger").asLong());
                }
            }
        }

        Map<String, Long> truth = new HashMap<>();
        twin.truth().of(first.id()).transactions().forEach(t -> truth.put(t.id(), t.amountMinor()));
        assertThat(seen).isEqualTo(truth).hasSize(3 * 60 + 2 * 6);
        assertThat(rows).as("parents repeat").isGreaterThan(seen.size());
    }

    @Test
    void theTwoPassesDoNotOverlapAndOnePassIsNotAll() throws Exception {
        Set<String> sales = new TreeSet<>(Caller.ids(processed(school, true), "transactionId"));
        Set<String> topUps = new TreeSet<>(Caller.ids(processed(school, false), "transactionId"));

        assertThat(sales).isNotEmpty().doesNotContainAnyElementsOf(topUps);
        assertThat(topUps).isNotEmpty();
        assertThat(sales.size() + topUps.size()).isEqualTo(60);
        String neither = "orgs/" + school.id() + "/transactions?core.state.eq=processed";
        assertThat(caller.all("transactions", neither, token)).isEmpty();
    }

    @Test
    void bothSignsOccurInBothPasses() throws Exception {
        List<Transaction> all = twin.truth().transactions();

        for (String category : List.of("SALE", "TOPUP")) {
            assertThat(all)
                    .filteredOn(row -> row.category().equals(category))
                    .anyMatch(row -> row.amountMinor() < 0)
                    .anyMatch(row -> row.amountMinor() > 0);
        }
    }

    @Test
    void aParentShowsItsOwnRowsAndThoseOfAllBelowUnlessTold() throws Exception {
        Organization trust = twin.organizations(first.id()).get(0);
        List<String> below =
                twin.truth().of(first.id()).transactions().stream()
                        .filter(Transaction::sale)
                        .map(Transaction::id)
                        .toList();

        assertThat(Caller.ids(processed(trust, true), "transactionId"))
                .containsExactlyInAnyOrderElementsOf(below);

        twin.change(twin.settings().parentsRepeat(false));
        assertThat(processed(trust, true).size() + processed(trust, false).size()).isEqualTo(6);
    }

    @Test
    void membersOfAParentAreItsOwnUnlessTold() throws Exception {
        Organization trust = twin.organizations(first.id()).get(0);
        String path = "orgs/" + trust.id() + "/members";
        assertThat(caller.all("members", path, token)).hasSize(2);

        twin.change(twin.settings().parentsRepeatMembers(true));
        assertThat(caller.all("members", path, token)).hasSize(2 * 2 + 3 * 12);
    }

    @Test
    void aTransactionThatIsNotProcessedIsInNoProcessedPage() throws Exception {
        List<Transaction> waiting = school.addUnsettled(3);
        List<String> ids = new ArrayList<>();
        ids.addAll(Caller.ids(processed(school, true), "transactionId"));
        ids.addAll(Caller.ids(processed(school, false), "transactionId"));
        assertThat(ids).doesNotContainAnyElementsOf(waiting.stream().map(Transaction::id).toList());
        assertThat(twin.truth().unsettled()).containsAll(waiting);
        List<String> any =
                Caller.ids(
                        caller.all("transactions", transactions(school, true, 9), token),
                        "transactionId");
        assertThat(any.size()).isGreaterThanOrEqualTo(processed(school, true).size());

        Transaction settled = school.settle(waiting.get(0).id());

        assertThat(twin.truth().transactions()).contains(settled);
        assertThat(Caller.ids(processed(school, settled.sale()), "transactionId"))
                .contains(settled.id());
        assertThat(settled.createdAt()).isEqualTo(waiting.get(0).createdAt());
    }

    @Test
    void aLateSettlementIsBehindTheWatermarkOfWhoeverPullsByCreation() throws Exception {
        List<Transaction> late = twin.settleLate(school.id(), 4, Duration.ofHours(30));
        String window = PROCESSED + "&meta.createdAt.ge=2026-11-21T09:45:00";
        String wide = PROCESSED + "&meta.createdAt.ge=2026-11-14T10:00:00";

        assertThat(late).allMatch(row -> row.processedAt(clock.instant()));
        assertThat(pulled(window)).doesNotContainAnyElementsOf(ids(late));
        assertThat(pulled(wide)).containsAll(ids(late));
        assertThat(ids(twin.truth().transactions())).containsAll(ids(late));
    }

    private List<String> pulled(String filters) throws Exception {
        List<String> pulled = new ArrayList<>();
        for (boolean sales : List.of(true, false)) {
            pulled.addAll(
                    Caller.ids(
                            caller.all(
                                    "transactions",
                                    transactions(school, sales, 50) + filters,
                                    token),
                            "transactionId"));
        }
        return pulled;
    }

    private static List<String> ids(List<Transaction> rows) {
        return rows.stream().map(Transaction::id).toList();
    }

    @Test
    void someArrivalsAreProcessedADayLater() {
        TracSettings settings =
                TracSettings.defaults().arrivalsPerDay(24).firstDay("2026-11-21").lateEvery(4);
        try (TracTwin other = TracTwin.start(settings, clock)) {
            Organization home = other.schools().get(0);
            long before = other.truth().transactions().size();
            assertThat(home.transactions()).hasSize(60 + 2 + 10);
            assertThat(other.truth().unsettled()).hasSize(6 * (2 + 2));

            clock.advance(Duration.ofHours(24));
            assertThat(home.transactions()).hasSize(60 + 2 + 34);
            assertThat(other.truth().transactions().size()).isGreaterThan((int) before);
            assertThat(other.truth().unsettled())
                    .filteredOn(
                            row -> row.createdAt().isBefore(clock.instant().minusSeconds(93_600)))
                    .hasSize(12);
        }
    }

    @Test
    void membersComeInFourKindsAndTwoOfThemHaveNoIdentity() throws Exception {
        List<JsonNode> members = caller.all("members", "orgs/" + school.id() + "/members", token);
        Set<String> types = new HashSet<>();
        for (JsonNode one : members) {
            String type = one.path("memberType").asText();
            types.add(type);
            boolean person = type.equalsIgnoreCase("pupil") || type.equalsIgnoreCase("staff");
            assertThat(one.has("mis")).isEqualTo(person);
            assertThat(one.path("mis").has("upn")).isEqualTo(type.equalsIgnoreCase("pupil"));
            assertThat(one.path("displayName").asText()).isNotBlank();
        }

        assertThat(types).contains("pupil", "staff", "hospitality", "system", "PUPIL");
        assertThat(Caller.ids(members, "memberId"))
                .containsExactlyElementsOf(school.members().stream().map(Member::id).toList());
    }

    @Test
    void pursesAreNumbersOrTextAndSometimesNegative() throws Exception {
        List<JsonNode> all = new ArrayList<>();
        for (Member member : school.members()) {
            String path = "orgs/" + school.id() + "/members/" + member.id() + "/purses";
            all.addAll(caller.all("purses", path, token));
        }

        assertThat(Caller.ids(all, "purseId")).contains("default", "sales", "fsm");
        assertThat(all).anyMatch(purse -> purse.path("balanceAsInteger").isTextual());
        assertThat(all).anyMatch(purse -> purse.path("balanceAsInteger").isIntegralNumber());
        assertThat(all).anyMatch(purse -> purse.path("balanceAsInteger").asLong() < 0);
        assertThat(all)
                .hasSize(
                        (int)
                                twin.truth().accounts().stream()
                                        .filter(one -> one.organizationId().equals(school.id()))
                                        .count());
    }

    @Test
    void everyTransactionIsInAPurseThatItsMemberHas() {
        Set<String> accounts = new HashSet<>();
        twin.truth().accounts().forEach(account -> accounts.add(account.id()));

        assertThat(accounts)
                .containsAll(
                        twin.truth().transactions().stream().map(Transaction::accountId).toList());
    }

    @Test
    void aSaleThatNamesANewCreditMakesThePurse() throws Exception {
        Member pupil = school.members().get(3);
        school.add(pupil.id(), "breakfast-club", -120, true, clock.instant());

        String path = "orgs/" + school.id() + "/members/" + pupil.id() + "/purses";
        assertThat(Caller.ids(caller.all("purses", path, token), "purseId"))
                .contains("breakfast-club");
    }

    @Test
    void anOrganizationThatDropsOutAnswers403AndOneThatIsGone404() throws Exception {
        first.drop(school.id());
        assertThat(caller.data("orgs/" + school.id() + "/members", token)).startsWith("403");
        assertThat(caller.all("organizations", "installation/organizations", token)).hasSize(4);
        assertThat(twin.truth().of(first.id()).transactions()).hasSize(2 * 60 + 2 * 6);

        first.grant(school.id());
        assertThat(caller.data("orgs/" + school.id() + "/members", token)).isEqualTo("200");

        twin.deleteOrganization(school.id());
        assertThat(caller.data("orgs/" + school.id() + "/members", token)).startsWith("404");
        assertThat(caller.data("orgs/01HZX00000000000000000RGA1/members", token)).startsWith("404");
    }

    @Test
    void aParentLeavesOutWhatTheInstallationDoesNotCover() throws Exception {
        Organization trust = twin.organizations(first.id()).get(0);
        int before = processed(trust, true).size();
        first.drop(school.id());

        assertThat(processed(trust, true).size()).isLessThan(before);
    }

    @Test
    void anOrganizationOfTwoInstallationsIsOneTruth() throws Exception {
        Installation second = twin.installations().get(1);
        int before = twin.truth().transactions().size();
        second.grant(school.id());

        assertThat(caller.data("orgs/" + school.id() + "/members", twin.token(second.id())))
                .isEqualTo("200");
        assertThat(twin.truth().transactions()).hasSize(before);
        assertThat(twin.truth().of(second.id()).transactions()).hasSize(before / 2 + 60);
    }

    @Test
    void aTreeWithACircleOrAnUnknownParentIsServedAllTheSame() throws Exception {
        List<Organization> tree = twin.organizations(first.id());
        tree.get(0).moveUnder(tree.get(1).id());
        tree.get(2).moveUnder("01HZX0000000000000NOPARENT");

        assertThat(caller.all("organizations", "installation/organizations", token)).hasSize(5);
        assertThat(processed(tree.get(0), true)).isNotEmpty();
    }

    @Test
    void aMemberThatIsGoneIsNotListedAndItsPursesAre404() throws Exception {
        Member gone = school.members().get(3);
        school.deleteMember(gone.id());

        String members = "orgs/" + school.id() + "/members";
        assertThat(Caller.ids(caller.all("members", members, token), "memberId"))
                .hasSize(11)
                .doesNotContain(gone.id());
        assertThat(caller.data(members + "/" + gone.id() + "/purses", token)).startsWith("404");
    }

    @Test
    void editsShowInTheNextAnswer() throws Exception {
        Member pupil = school.members().get(3);
        school.edit(pupil.id(), one -> one.named("Robin", "Fen").active(false));
        school.put(pupil.id(), school.purses(pupil.id()).get(0).balance(-777));
        school.edit(school.transactions().get(0).id(), -4242);
        school.deleteTransaction(school.transactions().get(1).id());

        String members = "orgs/" + school.id() + "/members";
        JsonNode edited =
                caller.all("members", members + "?meta.memberId.eq=" + pupil.id(), token).get(0);
        assertThat(edited.path("mis").path("firstName").asText()).isEqualTo("Robin");
        assertThat(edited.path("meta").path("updatedAt").asText())
                .isEqualTo("2026-11-21T10:00:00.000Z");
        String purses = members + "/" + pupil.id() + "/purses";
        assertThat(caller.all("purses", purses, token).get(0).path("balanceAsInteger").asLong())
                .isEqualTo(-777);
        List<JsonNode> rows = new ArrayList<>(processed(school, true));
        rows.addAll(processed(school, false));
        assertThat(rows).hasSize(59).anyMatch(one -> one.path("amountAsInteger").asLong() == -4242);
    }

    @Test
    void aMemberOfTheSystemCanBeRegistered() throws Exception {
        Map<String, Object> wish =
                Map.of(
                        "isActive",
                        true,
                        "externalIds",
                        Map.of("caravan-till", "7"),
                        "displayName",
                        "Till 7",
                        "memberType",
                        "system");
        String path = "/api/v1/orgs/" + school.id() + "/members";
        HttpResponse<byte[]> answer = caller.post(path, "token " + token, wish);

        assertThat(answer.statusCode()).isEqualTo(201);
        String id = Caller.body(answer).path("memberId").asText();
        assertThat(school.member(id).displayName()).isEqualTo("Till 7");
        assertThat(caller.post(path, "token " + token, Json.object()).statusCode()).isEqualTo(400);
    }

    @Test
    void objectsCarryFieldsThatNobodyDescribedUnlessTold() throws Exception {
        assertThat(processed(school, true).get(0).has("core")).isTrue();
        twin.change(twin.settings().extraFields(false));
        assertThat(processed(school, true).get(0).has("core")).isFalse();
    }

    @Test
    void ourOwnTagMarksWhatWeMadeOurselves() {
        assertThat(twin.truth().transactions()).anyMatch(row -> "Caravan".equals(row.tag()));
        assertThat(twin.truth().transactions()).anyMatch(row -> "TillWorks".equals(row.tag()));
        assertThat(twin.truth().transactions()).anyMatch(row -> row.tag() == null);
    }

    @Test
    void manyPullsAtOnceWhileRowsArriveSeeNoRowTwiceAndMissNone() throws Exception {
        int before = school.transactions().size();
        Thread growing =
                new Thread(
                        () -> java.util.stream.IntStream.range(0, 50).forEach(n -> school.grow(1)));
        growing.start();
        List<List<String>> pulls =
                java.util.stream.IntStream.range(0, 8)
                        .parallel()
                        .mapToObj(
                                n -> {
                                    try {
                                        return pulled("");
                                    } catch (Exception failed) {
                                        throw new IllegalStateException(failed);
                                    }
                                })
                        .toList();
        growing.join();

        for (List<String> pull : pulls) {
            assertThat(new HashSet<>(pull)).hasSameSizeAs(pull).hasSizeGreaterThanOrEqualTo(before);
        }
        assertThat(pulled("")).hasSize(before + 50);
    }
}
