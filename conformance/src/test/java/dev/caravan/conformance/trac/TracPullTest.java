package dev.caravan.conformance.trac;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.conformance.LogOracle;
import dev.caravan.sandbox.Exchange;
import dev.caravan.sandbox.trac.Organization;
import dev.caravan.sandbox.trac.TracTruth;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a pull of one installation brings, and how it asks. */
class TracPullTest {
    private Trac trac = Trac.of(Trac.small());

    @AfterEach
    void close() {
        new LogOracle(trac.house.database).holds();
        trac.close();
    }

    @Test
    void everythingThatTheInstallationMaySeeIsInTheStoreOnce() {
        trac.pull();

        TracTruth truth = trac.twin.truth().of(trac.installation);
        assertThat(trac.house.fault(trac.connection)).isEmpty();
        assertThat(trac.booked()).isEqualTo(trac.truth()).isNotEmpty();
        assertThat(trac.ids("organization", "provider_organization_id"))
                .isEqualTo(ids(truth.organizations(), Organization::id));
        assertThat(trac.ids("party", "provider_party_id"))
                .isEqualTo(ids(truth.members(), member -> member.id()));
        assertThat(trac.ids("account", "provider_account_id"))
                .isEqualTo(ids(truth.accounts(), TracTruth.Account::id));
        assertThat(
                        trac.ids(
                                "party_identifier",
                                "provider_party_id || ' ' || scheme || ' ' || value"))
                .isEqualTo(
                        ids(
                                truth.identifiers(),
                                each ->
                                        each.memberId()
                                                + " "
                                                + each.scheme()
                                                + " "
                                                + each.value()));
        assertThat(trac.ids("balance", "account_id::text || ' ' || (current_amount * 100)::bigint"))
                .hasSize(truth.accounts().size());
        assertThat(
                        trac.house.number(
                                "select count(*) from ledger.transaction where scale(amount) > 2"))
                .as("pence are pounds of two decimals, not of twenty")
                .isZero();
        assertThat(trac.house.number("select count(*) from ledger.rejected_record")).isZero();
    }

    @Test
    void aSecondPullAsksOnlyForWhatIsNewAndChangesNothing() {
        trac.pull();
        List<String> before = trac.booked();
        trac.twin.journal().clear();
        trac.house.advance(Duration.ofMinutes(20));

        trac.pull();

        assertThat(trac.booked()).isEqualTo(before);
        assertThat(
                        trac.house.number(
                                "select sum(inserted + changed + removed) from ledger.pull_run"
                                        + " where kind in ('sales', 'topups') and pull_id = (select"
                                        + " max(pull_id) from ledger.pull_run)"))
                .isZero();
        assertThat(trac.asked("orgs/{id}/transactions"))
                .allSatisfy(
                        one ->
                                assertThat(one.query().get("meta.createdAt.ge"))
                                        .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d"));
    }

    @Test
    void thePrimaryFilterComesFirstAndEveryQueryIsWrittenInOneOrder() {
        trac.pull();

        assertThat(trac.asked("orgs/{id}/transactions"))
                .isNotEmpty()
                .allSatisfy(
                        one ->
                                assertThat(
                                                one.query().keySet().stream()
                                                        .filter(name -> !name.equals("start_key"))
                                                        .toList())
                                        .containsExactly(
                                                "per_page",
                                                "member_txns",
                                                "member_txns_sales",
                                                "core.state.eq",
                                                "meta.createdAt.ge"));
        assertThat(values("member_txns_sales")).containsExactlyInAnyOrder("true", "false");
        assertThat(values("core.state.eq")).containsExactly("processed");
    }

    private Set<String> values(String name) {
        return trac.asked("orgs/{id}/transactions").stream()
                .map(one -> one.query().get(name))
                .collect(Collectors.toSet());
    }

    @Test
    void dataIsAskedForWithTheWordTokenAndTokensAreBoughtWithAJwtOfOurOwn() {
        trac.pull();

        assertThat(trac.asked("app/installations/{id}/access-tokens"))
                .hasSize(1)
                .allSatisfy(one -> assertThat(authorization(one)).startsWith("Bearer ey"));
        assertThat(trac.asked("orgs/{id}/members"))
                .allSatisfy(one -> assertThat(authorization(one)).startsWith("token "));
    }

    private static String authorization(Exchange one) {
        return one.header("authorization").orElse("");
    }

    @Test
    void aTransactionThatIsSettledLateIsMetByTheWiderLookBack() {
        trac.pull();
        trac.twin.settleLate(trac.twin.schools().get(0).id(), 5, Duration.ofHours(30));
        trac.twin.settleLate(trac.twin.schools().get(0).id(), 4, Duration.ofDays(20));

        trac.pull();

        assertThat(trac.booked()).isEqualTo(trac.truth());
    }

    @Test
    void aParentThatRepeatsItsChildrensRowsAddsNone() {
        trac.pull();

        long seen =
                trac.house.number(
                        "select sum(seen) from ledger.pull_run where kind in ('sales', 'topups')");
        assertThat(seen).as("parents repeat").isGreaterThan(trac.truth().size());
        assertThat(trac.booked()).isEqualTo(trac.truth());
    }

    @Test
    void anOrganizationWhoseParentIsUnknownIsShownAsDetachedAndLinkedAgainLater() {
        Organization school = trac.twin.schools().get(0);
        String home = school.parentId();
        school.moveUnder("01HZX00000000000000000NONE");
        trac.pull();
        assertThat(detached()).containsExactly(school.id());

        school.moveUnder(home);
        trac.pull();
        assertThat(detached()).isEmpty();
    }

    private List<String> detached() {
        return trac.house.texts(
                "select provider_organization_id from ledger.organization where is_detached");
    }

    @Test
    void organizationsThatGoRoundInACircleHaveNoDepthAndDoNotStopThePull() {
        List<Organization> all = trac.twin.organizations(trac.installation);
        Organization top = all.get(0);
        Organization below =
                all.stream()
                        .filter(one -> top.id().equals(one.parentId()))
                        .findFirst()
                        .orElseThrow();
        top.moveUnder(below.id());

        trac.pull();

        assertThat(
                        trac.house.number(
                                "select count(*) from ledger.organization where depth is null and"
                                        + " connection_id = '"
                                        + trac.connection
                                        + "'"))
                .isGreaterThanOrEqualTo(2);
        assertThat(trac.ids("organization", "provider_organization_id")).hasSize(all.size());
    }

    @Test
    void aMemberAndAPurseThatAreGoneAreClosedSoftlyAndTheirRowsStay() {
        trac.pull();
        int rows = trac.booked().size();
        Organization school = trac.twin.schools().get(0);
        String member =
                trac.house.text(
                        "select provider_party_id from ledger.party where provider_organization_id"
                                + " = '"
                                + school.id()
                                + "' limit 1");
        school.deleteMember(member);

        trac.pull();

        assertThat(trac.ids("party", "provider_party_id")).doesNotContain(member);
        assertThat(
                        trac.house.number(
                                "select count(*) from ledger.account where provider_party_id = '"
                                        + member
                                        + "' and removed_at is null"))
                .isZero();
        assertThat(trac.booked()).hasSize(rows);
    }

    private static <T> TreeSet<String> ids(List<T> all, java.util.function.Function<T, String> id) {
        return all.stream().map(id).collect(Collectors.toCollection(TreeSet::new));
    }
}
