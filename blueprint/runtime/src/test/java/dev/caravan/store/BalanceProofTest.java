package dev.caravan.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What {@code ledger.balance_proof} says of a day, on rows and balances that are written here. */
class BalanceProofTest {
    private static EmbeddedPostgres server;
    private static Database database;

    private UUID connection;
    private long account;
    private int rows;

    @BeforeAll
    static void migrate() throws Exception {
        server = EmbeddedPostgres.start();
        database =
                new Database(
                        new StoreLogin(
                                "jdbc:postgresql://localhost:" + server.getPort() + "/postgres",
                                "postgres",
                                ""),
                        2);
        new Migrations(database).run();
    }

    @AfterAll
    static void stop() throws Exception {
        database.close();
        server.close();
    }

    @BeforeEach
    void open() {
        open("account");
    }

    private void open(String family) {
        connection =
                database.first(
                                "insert into caravan.connection (provider, user_ref, state) values"
                                        + " ('bank', 'one', 'active') returning id",
                                row -> row.getObject(1, UUID.class))
                        .orElseThrow();
        account =
                database.first(
                                "insert into caravan.account (connection_id, identity,"
                                        + " provider_account_id, family, currency, raw) values (?,"
                                        + " 'a', 'a', ?, 'GBP', '{}') returning id",
                                row -> row.getLong(1),
                                connection,
                                family)
                        .orElseThrow();
    }

    // ---------------------------------------------------------------- by balances on the rows

    @Test
    void daysWhoseRowsLeadFromOneBalanceToTheNextAreProvenButForTheFirstAndTheLast() {
        chain();
        covered("2026-03-01", "2026-03-31");

        assertThat(states())
                .containsExactly(
                        "2026-03-02 not_provable no balance is known before this day",
                        "2026-03-03 proven 95.00 + -8.00 = 87.00",
                        "2026-03-04 proven 87.00 + 13.00 = 100.00",
                        "2026-03-05 open no balance is known after this day yet");
    }

    @Test
    void theOrderOfTheRowsOfADayIsNotNeeded() {
        chain();
        covered("2026-03-01", "2026-03-31");
        List<String> before = states();
        // ids in another order, and no instants either way
        database.update(
                "update caravan.transaction set booked_at = '2026-03-03T00:00:00Z' where account_id"
                        + " = ? and booking_date = '2026-03-03'",
                account);

        assertThat(states()).isEqualTo(before);
    }

    @Test
    void aRowThatIsMissingInsideADayBreaksThatDayAlone() {
        chain();
        covered("2026-03-01", "2026-03-31");
        lose("2026-03-03", "-2.00");

        assertThat(states())
                .containsExactly(
                        "2026-03-02 not_provable no balance is known before this day",
                        "2026-03-03 broken 95.00 + -6.00 = 87.00, difference -2.00",
                        "2026-03-04 proven 87.00 + 13.00 = 100.00",
                        "2026-03-05 open no balance is known after this day yet");
    }

    @Test
    void aRowThatIsMissingBetweenTwoDaysBreaksBothSinceItMayBelongToEither() {
        chain();
        covered("2026-03-01", "2026-03-31");
        lose("2026-03-03", "-5.00");

        assertThat(states())
                .contains(
                        "2026-03-03 broken 95.00 + -3.00 = 87.00, difference -5.00",
                        "2026-03-04 proven 87.00 + 13.00 = 100.00")
                .anyMatch(day -> day.startsWith("2026-03-02 broken"));
    }

    @Test
    void aWholeDayThatIsMissingBreaksTheDaysBesideItAndTheEmptyOneToo() {
        chain();
        covered("2026-03-01", "2026-03-31");
        lose("2026-03-03", "-5.00");
        lose("2026-03-03", "-1.00");
        lose("2026-03-03", "-2.00");

        assertThat(states())
                .filteredOn(day -> day.contains("broken"))
                .extracting(day -> day.substring(0, 10))
                .containsExactly("2026-03-02", "2026-03-03", "2026-03-04");
    }

    @Test
    void aRowThatComesLateMendsItsDay() {
        chain();
        covered("2026-03-01", "2026-03-31");
        List<String> whole = states();
        lose("2026-03-03", "-2.00");
        assertThat(states()).isNotEqualTo(whole);

        booked("2026-03-03", "-2.00", "88.00", null);
        assertThat(states()).isEqualTo(whole);
    }

    @Test
    void aRowThatIsThereTwiceBreaksItsDay() {
        chain();
        covered("2026-03-01", "2026-03-31");
        booked("2026-03-03", "-2.00", "88.00", null);

        assertThat(states()).anyMatch(day -> day.startsWith("2026-03-03 broken"));
    }

    @Test
    void pendingRowsAndTombstonesCountForNothing() {
        chain();
        covered("2026-03-01", "2026-03-31");
        List<String> before = states();
        booked("2026-03-03", "-50.00", null, null);
        database.update(
                "update caravan.transaction set status = 'pending' where account_id = ? and amount"
                        + " = -50",
                account);
        booked("2026-03-04", "-60.00", "1.00", null);
        database.update(
                "update caravan.transaction set removed_at = now() where account_id = ? and amount"
                        + " = -60",
                account);

        assertThat(states()).isEqualTo(before);
    }

    @Test
    void aRowDatedFarAheadChangesNothingBeforeIt() {
        chain();
        covered("2026-03-01", "2026-03-31");
        List<String> before = states();
        booked("9999-12-31", "-1.00", "95.00", null);

        assertThat(states()).isEqualTo(before);
    }

    @Test
    void figuresThatDoNotFollowEachOtherProveNothingAndBreakNothing() {
        for (int day = 1; day <= 9; day++) {
            booked("2026-03-0" + day, "-3.00", String.valueOf(day * 37 % 11), null);
        }
        covered("2026-03-01", "2026-03-31");

        assertThat(states())
                .hasSize(9)
                .allMatch(day -> day.contains("no balance is known for certain"));
    }

    @Test
    void rowsInAnotherCurrencyProveNothing() {
        chain();
        covered("2026-03-01", "2026-03-31");
        database.update(
                "update caravan.transaction set currency = 'EUR' where account_id = ? and"
                        + " booking_date = '2026-03-04'",
                account);

        assertThat(states())
                .contains(
                        "2026-03-03 not_provable rows in another currency than the account's",
                        "2026-03-04 not_provable rows in another currency than the account's")
                .noneMatch(day -> day.contains("broken"));
    }

    @Test
    void aRowWithoutADateMayBeTheOneThatIsMissing() {
        chain();
        covered("2026-03-01", "2026-03-31");
        database.update(
                "update caravan.transaction set booking_date = null where account_id = ? and amount"
                        + " = -2",
                account);

        assertThat(states())
                .contains(
                        "2026-03-03 not_provable a booked row of the account has no date and may"
                                + " belong here",
                        "2026-03-04 proven 87.00 + 13.00 = 100.00");
    }

    // ---------------------------------------------------------------- what was fetched

    @Test
    void daysThatWereNeverFetchedAreNotProvableAlsoWhereTheSumsAgree() {
        chain();
        covered("2026-03-01", "2026-03-03");

        assertThat(states())
                .contains(
                        "2026-03-03 not_provable not every day between the balances was fetched,"
                                + " see ledger.coverage");
    }

    @Test
    void aDayThatWasFetchedBeforeItWasOverIsOpen() {
        chain();
        covered("2026-03-01", "2026-03-04", "2026-03-04T23:30:00Z");
        covered("2026-03-05", "2026-03-05");

        assertThat(states())
                .contains(
                        "2026-03-04 open its rows were not fetched again since the day, or the day"
                                + " of the next known balance, was over");
    }

    @Test
    void theEndOfADayIsTheOneOfTheBanksCalendarAlsoWhereItsClockChanges() {
        // London goes to summer time on 29 March: that day ends at 23:00 UTC
        booked("2026-03-28", "-1.00", "99.00", null);
        booked("2026-03-29", "-1.00", "98.00", null);
        booked("2026-03-30", "-1.00", "97.00", null);
        booked("2026-03-31", "-1.00", "96.00", null);
        covered("2026-03-01", "2026-03-28");
        covered("2026-03-30", "2026-03-31");
        covered("2026-03-29", "2026-03-29", "2026-03-29T22:59:59Z");
        assertThat(states()).anyMatch(day -> day.startsWith("2026-03-29 open"));

        covered("2026-03-29", "2026-03-29", "2026-03-29T23:00:00Z");
        assertThat(states()).contains("2026-03-29 proven 99.00 + -1.00 = 98.00");
    }

    @Test
    void whereTransactionsComeInTwoKindsADayCountsWhenBothWereFetched() {
        chain();
        covered("2026-03-01", "2026-03-31");
        cover("topups", "2026-03-01", "2026-03-03", "2026-05-01T00:00:00Z", 0);
        assertThat(states()).anyMatch(day -> day.startsWith("2026-03-04 not_provable not every"));

        cover("topups", "2026-03-04", "2026-03-31", "2026-05-01T00:00:00Z", 0);
        assertThat(states()).contains("2026-03-04 proven 87.00 + 13.00 = 100.00");
    }

    @Test
    void recordsThatWereRefusedAreNamedWhereADayIsBroken() {
        chain();
        covered("2026-03-01", "2026-03-31");
        lose("2026-03-03", "-2.00");
        cover("transactions", "2026-03-03", "2026-03-03", "2026-05-01T00:00:00Z", 1);

        assertThat(reason("2026-03-03")).contains("records of that read were refused");
    }

    @Test
    void todayIsOpen() {
        String today = LocalDate.now(java.time.ZoneId.of("Europe/London")).toString();
        booked(today, "-1.00", "99.00", null);
        cover("transactions", today, today, "2099-01-01T00:00:00Z", 0);

        assertThat(states()).containsExactly(today + " open the day is not over");
    }

    // ---------------------------------------------------------------- by balances that are told

    @Test
    void daysBetweenTwoToldBalancesAreProvenTogether() {
        told("2026-03-01T10:00:00Z", "100.00");
        booked("2026-03-02", "-5.00", null, null);
        booked("2026-03-04", "2.50", null, null);
        told("2026-03-05T10:00:00Z", "97.50");
        covered("2026-03-01", "2026-03-31");

        assertThat(states())
                .containsExactly(
                        "2026-03-01 not_provable no balance is known before this day",
                        "2026-03-02 proven 100.00 + -5.00 = 95.00",
                        "2026-03-03 proven 95.00 + 0 = 95.00",
                        "2026-03-04 proven 95.00 + 2.50 = 97.50",
                        "2026-03-05 open no balance is known after this day yet");
    }

    @Test
    void whereTheyDoNotAgreeEveryDayBetweenThemIsBrokenByTheSameDifference() {
        told("2026-03-01T10:00:00Z", "100.00");
        booked("2026-03-02", "-5.00", null, null);
        told("2026-03-04T10:00:00Z", "90.00");
        told("2026-03-06T10:00:00Z", "90.00");
        covered("2026-03-01", "2026-03-31");

        assertThat(states())
                .containsExactly(
                        "2026-03-01 broken null + 0 = 95.00, difference null",
                        "2026-03-02 broken 100.00 + -5.00 = 90.00, difference -5.00",
                        "2026-03-03 broken 95.00 + 0 = 90.00, difference -5.00",
                        "2026-03-04 broken 95.00 + 0 = 90.00, difference -5.00",
                        "2026-03-05 proven 90.00 + 0 = 90.00",
                        "2026-03-06 open no balance is known after this day yet");
    }

    @Test
    void aBalanceOnADayWithRowsOfUnknownTimeCountsForNothing() {
        told("2026-03-01T10:00:00Z", "100.00");
        booked("2026-03-02", "-5.00", null, null);
        told("2026-03-02T10:00:00Z", "97.00");
        told("2026-03-03T10:00:00Z", "95.00");
        covered("2026-03-01", "2026-03-31");

        assertThat(states()).contains("2026-03-02 proven 100.00 + -5.00 = 95.00");
    }

    @Test
    void rowsWithInstantsOfTheirOwnAreTakenApartByABalanceBetweenThem() {
        told("2026-03-01T10:00:00Z", "100.00");
        booked("2026-03-02", "-5.00", null, "2026-03-02T08:14:03Z");
        told("2026-03-02T10:00:00Z", "95.00");
        booked("2026-03-02", "-2.00", null, "2026-03-02T17:40:55Z");
        told("2026-03-03T10:00:00Z", "93.00");
        covered("2026-03-01", "2026-03-31");
        assertThat(states()).contains("2026-03-02 proven 100.00 + -7.00 = 93.00");

        lose("2026-03-02", "-2.00");
        assertThat(states())
                .contains("2026-03-02 broken 100.00 + -5.00 = 93.00, difference -2.00")
                .anyMatch(day -> day.startsWith("2026-03-03 broken"))
                .noneMatch(day -> day.startsWith("2026-03-01 broken"));
    }

    @Test
    void aBalanceWithinTenMinutesOfARowOrARowOnAFullHourCountsForNothing() {
        told("2026-03-01T10:00:00Z", "100.00");
        booked("2026-03-02", "-5.00", null, "2026-03-02T10:04:00Z");
        booked("2026-03-03", "-1.00", null, "2026-03-03T12:00:00Z");
        told("2026-03-02T10:00:00Z", "1.00");
        told("2026-03-03T10:00:00Z", "2.00");
        told("2026-03-04T10:00:00Z", "94.00");
        covered("2026-03-01", "2026-03-31");

        assertThat(states())
                .contains(
                        "2026-03-02 proven 100.00 + -5.00 = 95.00",
                        "2026-03-03 proven 95.00 + -1.00 = 94.00");
    }

    @Test
    void availableExpectedAndForeignBalancesAreNoneThatProve() {
        told("2026-03-01T10:00:00Z", "100.00");
        booked("2026-03-02", "-5.00", null, null);
        told("2026-03-04T10:00:00Z", "95.00");
        covered("2026-03-01", "2026-03-31");
        List<String> before = states();
        told("2026-03-03T10:00:00Z", "1.00");
        database.update(
                "update caravan.balance set balance_type = 'InterimAvailable' where account_id = ?"
                        + " and current_amount = 1",
                account);
        told("2026-03-03T11:00:00Z", "2.00");
        database.update(
                "update caravan.balance set currency = 'EUR' where account_id = ? and"
                        + " current_amount = 2",
                account);

        assertThat(states()).isEqualTo(before);
    }

    @Test
    void aCardMayBeProvenByWhatIsToldButADifferenceSaysNothing() {
        open("card");
        told("2026-03-01T10:00:00Z", "-100.00");
        booked("2026-03-02", "-5.00", "105.00", null);
        told("2026-03-03T10:00:00Z", "-105.00");
        booked("2026-03-04", "-5.00", "110.00", null);
        told("2026-03-05T10:00:00Z", "-117.00");
        told("2026-03-06T10:00:00Z", "-117.00");
        covered("2026-03-01", "2026-03-31");

        assertThat(states())
                .contains(
                        "2026-03-02 proven -100.00 + -5.00 = -105.00",
                        "2026-03-04 not_provable a card's balance may count what is pending, so a"
                                + " difference says nothing")
                .noneMatch(day -> day.contains("broken"));
    }

    @Test
    void withoutAnyBalanceNothingIsProvable() {
        booked("2026-03-02", "-5.00", null, null);
        covered("2026-03-01", "2026-03-31");

        assertThat(states())
                .containsExactly(
                        "2026-03-02 not_provable no balance is known for certain: none is told, or"
                                + " it is not certain which rows it counts");
    }

    @Test
    void aToldBalanceBetweenTwoDaysSaysOnWhichSideARowIsMissing() {
        chain();
        told("2026-03-03T22:30:00Z", "1.00");
        booked("2026-03-09", "-1.00", "99.00", null);
        told("2026-03-07T10:00:00Z", "100.00");
        covered("2026-03-01", "2026-03-31");
        assertThat(states())
                .contains(
                        "2026-03-05 broken 100.00 + -4.00 = 100.00, difference 4.00",
                        "2026-03-06 broken 96.00 + 0 = 100.00, difference 4.00",
                        "2026-03-08 proven 100.00 + 0 = 100.00");
    }

    // ---------------------------------------------------------------- coverage

    @Test
    void aDayIsInOneRangeTheOneThatWasFetchedLastAndYearsOfDailyPullsAreFewRows() {
        for (int day = 0; day < 800; day++) {
            LocalDate today = LocalDate.parse("2024-01-15").plusDays(day);
            cover(
                    "transactions",
                    today.minusDays(14).toString(),
                    today.toString(),
                    today + "T06:00:00Z",
                    0);
        }

        assertThat(
                        texts(
                                "select kind || ' ' || from_day || ' ' || to_day || ' ' || whole"
                                        + " from ledger.coverage where fetched_at >="
                                        + " '2026-03-23' and account_id = "
                                        + account
                                        + " order by from_day"))
                .containsExactly(
                        "transactions 2026-03-09 2026-03-09 true",
                        "transactions 2026-03-10 2026-03-24 true");
        assertThat(
                        texts(
                                "select fetched_at at time zone 'UTC' from ledger.coverage where"
                                        + " '2025-07-01' between from_day and to_day and"
                                        + " account_id = "
                                        + account))
                .as("exact for each day")
                .containsExactly("2025-07-15 06:00:00");
        assertThat(texts("select count(*) from caravan.coverage where account_id = " + account))
                .containsExactly("27");
    }

    @Test
    void aReaderSeesBothViewsAndNoTableOfThem() {
        chain();
        covered("2026-03-01", "2026-03-31");
        List<String> seen =
                database.inTransaction(
                        store -> {
                            Database.update(store, "set local role caravan_reader");
                            return Database.query(
                                    store,
                                    "select p.state from ledger.balance_proof p join"
                                        + " ledger.coverage c on c.account_id = p.account_id and"
                                        + " p.day between c.from_day and c.to_day where"
                                        + " p.account_id = ? order by p.day",
                                    row -> row.getString(1),
                                    account);
                        });

        assertThat(seen).containsExactly("not_provable", "proven", "proven", "open");
    }

    // ---------------------------------------------------------------- broken days

    @Test
    void aBrokenDayIsDueAtOnceThenAtGrowingDistancesAndThenNoMore() {
        chain();
        covered("2026-03-01", "2026-03-31");
        lose("2026-03-03", "-2.00");

        assertThat(due()).isEqualTo("2026-03-03");
        reread();
        assertThat(due()).as("not before a day has passed").isNull();
        age("1 day");
        assertThat(due()).isEqualTo("2026-03-03");
        reread();
        age("30 days");
        assertThat(due()).as("two pauses, two attempts").isNull();
        assertThat(
                        texts(
                                "select rechecks || ' ' || (rechecked_at is not null) || ' ' ||"
                                        + " (recheck_at is null) from ledger.balance_proof where"
                                        + " state = 'broken' and account_id = "
                                        + account))
                .containsExactly("2 true true");
    }

    @Test
    void aDayThatIsMendedIsNoLongerDue() {
        chain();
        covered("2026-03-01", "2026-03-31");
        lose("2026-03-03", "-2.00");
        assertThat(due()).isEqualTo("2026-03-03");

        booked("2026-03-03", "-2.00", "88.00", null);
        assertThat(due()).isNull();
        assertThat(
                        texts(
                                "select count(*) from caravan.recheck where mended_at is null and"
                                        + " account_id = "
                                        + account))
                .containsExactly("0");
    }

    // ---------------------------------------------------------------- given

    /** Four days by balances on the rows: 100 before, 95, 87, 100 and 96 after them. */
    private void chain() {
        booked("2026-03-02", "-5.00", "95.00", null);
        booked("2026-03-03", "-5.00", "90.00", null);
        booked("2026-03-03", "-2.00", "88.00", null);
        booked("2026-03-03", "-1.00", "87.00", null);
        booked("2026-03-04", "20.00", "107.00", null);
        booked("2026-03-04", "-7.00", "100.00", null);
        booked("2026-03-05", "-3.00", "97.00", null);
        booked("2026-03-05", "-1.00", "96.00", null);
    }

    private void booked(String day, String amount, String running, String at) {
        rows++;
        database.update(
                """
                insert into caravan.transaction (account_id, identity, status, booking_date, booked_at, amount, currency, direction,
                  running_balance, raw)
                values (?, ?, 'booked', ?::date, coalesce(?, ?)::timestamptz, ?::numeric, 'GBP', ?, ?::numeric, '{}')
                """,
                account,
                "t" + rows,
                day,
                at,
                day + "T00:00:00Z",
                amount,
                new BigDecimal(amount).signum() < 0 ? "debit" : "credit",
                running);
    }

    private void lose(String day, String amount) {
        assertThat(
                        database.update(
                                "delete from caravan.transaction where account_id = ? and"
                                        + " booking_date = ?::date and amount = ?::numeric",
                                account,
                                day,
                                amount))
                .isEqualTo(1);
    }

    private void told(String at, String amount) {
        database.update(
                "insert into caravan.balance (account_id, identity, as_of, currency,"
                        + " current_amount, raw) values (?, ?, ?::timestamptz, 'GBP', ?::numeric,"
                        + " '{}')",
                account,
                at,
                at,
                amount);
    }

    private void covered(String from, String to) {
        covered(from, to, "2026-05-01T00:00:00Z");
    }

    private void covered(String from, String to, String at) {
        cover("transactions", from, to, at, 0);
    }

    private void cover(String kind, String from, String to, String at, int rejected) {
        database.query(
                "select caravan.cover(?, ?, '', ?, 'Europe/London', ?::date, ?::date,"
                        + " ?::timestamptz, 1, ?)",
                row -> "",
                connection,
                account,
                kind,
                from,
                to,
                at,
                rejected);
    }

    private String due() {
        return database.query(
                        "select caravan.broken_since(?, ?, '', '2026-01-01', '2026-02-01', array['0"
                                + " s', '1 day']::interval[])::text",
                        row -> row.getString(1),
                        connection,
                        account)
                .get(0);
    }

    private void reread() {
        database.query(
                "select caravan.reread(?, ?, '', '2026-03-01', '2026-03-31')",
                row -> "",
                connection,
                account);
    }

    private void age(String span) {
        database.update(
                "update caravan.recheck set rechecked_at = rechecked_at - ?::interval where"
                        + " account_id = ?",
                span,
                account);
    }

    private List<String> states() {
        return texts(
                """
                select day || ' ' || state || ' ' || case state when 'proven' then opening || ' + ' || booked || ' = ' || closing
                  when 'broken' then coalesce(opening::text, 'null') || ' + ' || booked || ' = ' || coalesce(closing::text, 'null')
                    || ', difference ' || coalesce(difference::text, 'null')
                  else reason end
                from ledger.balance_proof where account_id = %d order by day
                """
                        .formatted(account));
    }

    private String reason(String day) {
        return texts(
                        "select reason from ledger.balance_proof where day = '"
                                + day
                                + "' and account_id = "
                                + account)
                .get(0);
    }

    private static List<String> texts(String sql) {
        return database.query(sql, row -> row.getString(1));
    }
}
