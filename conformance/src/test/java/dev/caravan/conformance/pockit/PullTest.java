package dev.caravan.conformance.pockit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.conformance.LogOracle;
import dev.caravan.conformance.Remaps;
import dev.caravan.sandbox.Exchange;
import dev.caravan.sandbox.pockit.BankAccount;
import dev.caravan.sandbox.pockit.PockitSettings;
import dev.caravan.sandbox.pockit.Transaction;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What is granted comes in whole and exact, signed call by call, and nothing else is asked for. */
class PullTest {
    private static Pockit pockit;
    private static int users = 1;

    @BeforeAll
    static void open() {
        pockit =
                Pockit.of(
                        PockitSettings.defaults().with("users", 30).with("accountsPerUser", 3),
                        Map.of());
    }

    @AfterAll
    static void close() {
        new LogOracle(pockit.house.database).holds();
        Remaps.changeNothing(
                "pockit",
                pockit.house.database,
                pockit.house.deployer(),
                pockit.house.clock,
                Set.of());
        pockit.close();
    }

    private static String nextUser() {
        return "user" + ++users;
    }

    private static long writes() {
        return pockit.house.number("select count(*) from ledger.transaction")
                + pockit.house.number(
                        "select count(*) from ledger.transaction where changed_at > first_seen_at");
    }

    @Test
    void theFirstPullBringsExactlyWhatTheProviderHolds() {
        String user = nextUser();
        UUID connection = pockit.connected(user);

        pockit.holds(connection, user);
        assertThat(
                        pockit.house.texts(
                                "select kind || ' ' || outcome from ledger.pull_run where"
                                        + " connection_id = '"
                                        + connection
                                        + "' and outcome <> 'complete'"))
                .isEmpty();
        assertThat(
                        pockit.house.text(
                                "select state || ' ' || institution || ' ' || external_id || ' ' ||"
                                    + " (consent_expires_at - authorised_at) from ledger.connection"
                                    + " where connection_id = '"
                                        + connection
                                        + "'"))
                .isEqualTo(
                        "active 8ddb14f1-fecd-41fe-90b7-f8fbda9494ac "
                                + pockit.twin.consent(user).intentId()
                                + " 90 days");
        assertThat(
                        pockit.house.number(
                                "select count(*) from ledger.account a join ledger.coverage c using"
                                        + " (account_id) where c.kind = 'transactions' and"
                                        + " c.to_day - c.from_day >= 730 and c.to_day >="
                                        + " current_date - 1 and a.connection_id = '"
                                        + connection
                                        + "'"))
                .as("all that the provider has, of every account")
                .isEqualTo(3);
    }

    @Test
    void accountsKeepTheirNumbersAndNoMoreOfACardThanItsLastDigits() {
        String user = nextUser();
        UUID connection = pockit.connected(user);

        for (BankAccount account : pockit.twin.accounts(user)) {
            assertThat(account(connection, account, "sort_code || ' ' || account_number"))
                    .isEqualTo(account.sortCode() + " " + account.accountNumber());
        }
        List<BankAccount> accounts = pockit.twin.accounts(user);
        assertThat(account(connection, accounts.get(1), "iban"))
                .isEqualTo(accounts.get(1).iban().replace(" ", ""));
        assertThat(account(connection, accounts.get(2), "masked_pan")).matches("\\d{4}");
        assertThat(account(connection, accounts.get(2), "raw"))
                .doesNotContainPattern("\\d{12,}(?<!" + inland(accounts.get(2)) + ")\\d{4}")
                .contains("************" + account(connection, accounts.get(2), "masked_pan"));
        assertThat(account(connection, accounts.get(0), "holder_name")).isEqualTo("Holder " + user);
    }

    private static String inland(BankAccount account) {
        return account.sortCode() + account.accountNumber();
    }

    private static String account(UUID connection, BankAccount account, String columns) {
        return pockit.house.text(
                "select "
                        + columns
                        + " from ledger.account where connection_id = '"
                        + connection
                        + "' and provider_account_id = '"
                        + pockit.twin.id(account)
                        + "'");
    }

    @Test
    void aProductIsKeptBesideItsAccount() {
        String user = nextUser();
        UUID connection = pockit.connected(user);

        assertThat(
                        pockit.house.number(
                                "select count(*) from ledger.product where name like 'Pockit %' and"
                                        + " removed_at is null and connection_id = '"
                                        + connection
                                        + "'"))
                .isEqualTo(3);
    }

    @Test
    void everyCallIsSignedAndOnlyAttendedOnesCarryTheUsersAddress() {
        String user = nextUser();
        UUID connection = pockit.connected(user);
        List<Exchange> attended = pockit.seen(user);
        pockit.pull(connection);
        List<Exchange> unattended =
                pockit.seen(user).subList(attended.size(), pockit.seen(user).size());

        assertThat(attended).hasSizeGreaterThan(10).allMatch(one -> one.status() == 200);
        assertThat(attended)
                .allMatch(one -> Pockit.USER_ADDRESS.equals(one.headers().get("x-user-ip")));
        assertThat(unattended).hasSameSizeAs(attended).allMatch(one -> one.status() == 200);
        assertThat(unattended).noneMatch(one -> one.headers().containsKey("x-user-ip"));
        assertThat(pockit.seen(user))
                .allMatch(
                        one ->
                                one.headers()
                                        .get("x-jws-signature")
                                        .matches("[\\w-]+\\.e30\\.[\\w-]+"))
                .noneMatch(one -> one.headers().containsKey("x-request-id"));
    }

    @Test
    void aSecondPullOfTheSameChangesNoRow() {
        String user = nextUser();
        UUID connection = pockit.connected(user);
        long before = writes();
        pockit.pullAttended(connection);

        pockit.holds(connection, user);
        assertThat(writes()).isEqualTo(before);
    }

    @Test
    void whatWasNotGrantedIsNotCalled() {
        String user = nextUser();
        PockitSettings before = pockit.twin.settings();
        pockit.twin.change(
                before.with(
                        "scopes", "balance:read,product:read,accounts:read,beneficiaries:read"));
        UUID connection = pockit.connected(user);
        pockit.twin.change(before);

        assertThat(pockit.seen("accounts/{id}/transactions", user)).isEmpty();
        assertThat(pockit.seen("accounts/{id}/balance", user)).hasSize(3);
        assertThat(pockit.house.fault(connection)).isNullOrEmpty();
        assertThat(
                        pockit.house.number(
                                "select count(*) from ledger.transaction where connection_id = '"
                                        + connection
                                        + "'"))
                .isZero();
    }

    @Test
    void pendingOnesAreASetOfAllPagesAndBookedOnesStay() {
        String user = nextUser();
        UUID connection = pockit.connected(user);
        String account = pockit.twin.id(pockit.twin.accounts(user).get(0));
        for (int i = 0; i < 40; i++) {
            // so many that they lie on two pages
            pockit.twin.addTransaction(
                    account,
                    Transaction.pending(
                            java.time.LocalDate.ofInstant(
                                    pockit.house.clock.instant(), java.time.ZoneOffset.UTC),
                            "-" + (i + 1) + ".25",
                            "PENDING " + i));
        }
        pockit.pullAttended(connection);
        pockit.holds(connection, user);

        pockit.twin.settlePending(account);
        pockit.pullAttended(connection);

        pockit.holds(connection, user);
        assertThat(
                        pockit.house.number(
                                "select count(*) from ledger.transaction where status = 'pending'"
                                    + " and removed_at is not null and settled_as is not null and"
                                    + " connection_id = '"
                                        + connection
                                        + "'"))
                .isGreaterThanOrEqualTo(40);
    }

    @Test
    void lateAndEditedRowsAreFoundAgain() {
        String user = nextUser();
        UUID connection = pockit.connected(user);
        BankAccount account = pockit.twin.accounts(user).get(1);
        Transaction row =
                account.rows(Transaction.Status.Booked).stream()
                        .filter(one -> !one.id().isEmpty())
                        .findFirst()
                        .orElseThrow();
        account.edit(row, one -> one.description("CORRECTED"));
        account.add(Transaction.booked(row.bookingDate().plusDays(1), "-3.21", "LATE").id("LATE1"));
        pockit.pullAttended(connection);

        pockit.holds(connection, user);
    }

    @Test
    void anAccountWhoseIdChangedWithANewConsentIsTheSameAccount() {
        String user = nextUser();
        PockitSettings before = pockit.twin.settings();
        UUID connection = pockit.connected(user);
        String first = pockit.twin.id(pockit.twin.accounts(user).get(0));
        String rows =
                "select string_agg(account_id::text, ' ' order by account_id) from ledger.account"
                        + " where removed_at is null and connection_id = '"
                        + connection
                        + "'";
        String ids = pockit.house.text(rows);
        pockit.twin.change(before.with("accountIdsChange", true));
        reconnect(connection, user);
        pockit.pullAttended(connection);
        pockit.twin.change(before);

        assertThat(pockit.twin.id(pockit.twin.accounts(user).get(0))).isNotEqualTo(first);
        assertThat(pockit.house.text(rows)).isEqualTo(ids);
        pockit.holds(connection, user);
    }

    private static void reconnect(UUID connection, String user) {
        UUID other = pockit.connect(user);
        pockit.house.database.update(
                "update caravan.token_set t set access_sealed = o.access_sealed, refresh_sealed ="
                    + " o.refresh_sealed, generation = t.generation + 1 from caravan.token_set o"
                    + " where t.connection_id = ? and o.connection_id = ?",
                connection,
                other);
    }

    @Test
    void noMoreCallsLeaveThanTheAllowanceOfAPathHas() {
        String user = nextUser();
        UUID connection = pockit.connected(user);
        pockit.twin.journal().clear();
        for (int i = 0; i < 5; i++) {
            pockit.pull(connection);
        }

        assertThat(pockit.seen("accounts", user)).hasSize(4);
        assertThat(pockit.seen("accounts/{id}/balance", user)).hasSize(12);
        assertThat(pockit.seen(user)).allMatch(one -> one.status() == 200);
        assertThat(pockit.run(connection, "balance")).startsWith("partial CARAVAN-QUOTA");
        pockit.house.advance(Duration.ofHours(25));
        pockit.pull(connection);
        assertThat(pockit.seen("accounts", user)).hasSize(5);
        assertThat(pockit.run(connection, "accounts")).isEqualTo("complete");
    }
}
