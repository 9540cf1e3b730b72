package dev.caravan.conformance.trac;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.conformance.LogOracle;
import dev.caravan.conformance.Remaps;
import dev.caravan.deploy.ProviderFolders;
import dev.caravan.desk.Answer;
import dev.caravan.desk.Desk;
import dev.caravan.intake.EraseCommand;
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

        Remaps.changeNothing(
                "trac", trac.house.database, trac.house.deployer(), trac.house.clock, Set.of());
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
        assertThat(
                        trac.house.number(
                                """
                                select count(*) from ledger.account a where a.removed_at is null and (
                                  select count(distinct c.kind) from ledger.coverage c where c.account_id = a.account_id
                                    and c.from_day <= current_date - 728 and c.to_day >= current_date - 1 and c.whole) <> 2
                                """))
                .as("two years of every purse, in both passes of its organization")
                .isZero();
        assertThat(trac.house.number("select count(*) from ledger.rejected_record")).isZero();
    }

    @Test
    void whatIsToldRowByRowIsFreshWhenAllRowsWereTold() {
        trac.pull();

        assertThat(freshness("is_fresh"))
                .containsExactly(
                        "account balance",
                        "account transaction sales",
                        "account transaction topups",
                        "each account",
                        "each organization",
                        "each party",
                        "each party_identifier");
        assertThat(freshness("not is_fresh")).isEmpty();
        assertThat(
                        trac.house.number(
                                "select count(*) from ledger.freshness where kind = 'balance'"))
                .isEqualTo(trac.house.number("select count(*) from ledger.account"));

        // one member, once and again
        trac.twin.faults().on("orgs/{id}/members/{id}/purses").html(502).times(2);
        trac.house.advance(Duration.ofHours(35));
        trac.pull();
        assertThat(freshness("cause = 'provider_down'"))
                .containsExactly("account balance", "each account");
    }

    private List<String> freshness(String which) {
        return trac.house.texts(
                "select distinct concat_ws(' ', case when account_id is null then 'each' else"
                        + " 'account' end, kind, nullif(part, '')) from ledger.freshness where "
                        + which
                        + " order by 1");
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

    /** A child leaves the school: what is left of it is a number, wherever one looks. */
    @Test
    void oneMemberIsErasedFromEveryTableAndTheOthersAreNot() {
        trac.pull();
        String party =
                trac.house.text(
                        "select p.party_id::text from ledger.party p join ledger.account a using"
                            + " (connection_id, provider_party_id) join ledger.transaction t using"
                            + " (account_id) where p.name is not null order by 1 limit 1");
        List<String> words =
                trac.house.texts(
                        """
                        with it as (select provider_party_id as key from ledger.party where party_id = %1$s),
                        purse as (select a.* from ledger.account a, it where a.provider_party_id = it.key)
                        select distinct word from (
                          select key as word from it
                          union all select unnest(array[name, given_name || ' ' || family_name]) from ledger.party where party_id = %1$s
                          union all select i.value from ledger.party_identifier i, it where i.provider_party_id = it.key
                          union all select provider_account_id from purse
                          union all select t.provider_transaction_id from ledger.transaction t join purse using (account_id)
                        ) told where length(word) > 5
                        """
                                .formatted(party));
        assertThat(words).hasSizeGreaterThan(4);
        String others =
                "select count(*) || ' ' || coalesce(md5(string_agg(raw::text, '' order by"
                        + " party_id)), '') from ledger.party where party_id <> "
                        + party;
        String before = trac.house.text(others);
        long rows = trac.house.number("select count(*) from ledger.transaction");
        assertThat(left(words)).as("they are found before").hasSize(words.size());

        Desk desk =
                new Desk(
                        trac.house.database,
                        trac.house.deployer(),
                        new ProviderFolders(trac.house.home),
                        null,
                        trac.house.home,
                        trac.house.home,
                        trac.house.clock,
                        // nothing ends, so nobody is asked to end it
                        List.of(new EraseCommand(null, trac.house.database)));
        assertThat(desk.run(List.of("erase", "--party", party)).text()).contains("--yes");
        Answer done = desk.run(List.of("erase", "--party", party, "--yes"));

        assertThat(done.code()).as(done.text()).isZero();
        assertThat(left(words)).isEmpty();
        assertThat(trac.house.text(others)).isEqualTo(before);
        assertThat(trac.house.number("select count(*) from ledger.transaction")).isEqualTo(rows);
        assertThat(
                        trac.house.number(
                                "select count(*) from ledger.changes('', 10000) where op = 'erase'"
                                        + " and kind = 'party' and row_id = "
                                        + party))
                .isOne();
        assertThat(
                        trac.house.number(
                                "select count(*) from ledger.changes('', 10000) where op = 'erase'"
                                        + " and kind = 'transaction'"))
                .isPositive();
        assertThat(desk.run(List.of("erase", "--party", party, "--yes")).code())
                .isEqualTo(Answer.NOTHING);
    }

    /** The words that some column of some table still holds. */
    private List<String> left(List<String> words) {
        List<String> everything =
                trac
                        .house
                        .texts(
                                "select table_name from information_schema.tables where"
                                        + " table_schema = 'caravan'")
                        .stream()
                        .flatMap(
                                table ->
                                        trac
                                                .house
                                                .texts(
                                                        "select t::text from caravan."
                                                                + table
                                                                + " t")
                                                .stream())
                        .toList();
        return words.stream()
                .filter(word -> everything.stream().anyMatch(row -> row.contains(word)))
                .toList();
    }

    private static <T> TreeSet<String> ids(List<T> all, java.util.function.Function<T, String> id) {
        return all.stream().map(id).collect(Collectors.toCollection(TreeSet::new));
    }
}
