package dev.caravan.conformance.leatherback;

import static dev.caravan.conformance.leatherback.Leatherback.TRANSACTIONS;
import static dev.caravan.conformance.leatherback.Leatherback.plain;
import static dev.caravan.conformance.leatherback.Leatherback.told;
import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.conformance.LogOracle;
import dev.caravan.conformance.Remaps;
import dev.caravan.sandbox.Exchange;
import dev.caravan.sandbox.leatherback.BankAccount;
import dev.caravan.sandbox.leatherback.Transaction;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What a pull of one customer brings, and how it asks. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LeatherbackPullTest {
    private final Leatherback bank = Leatherback.asShipped();

    @AfterEach
    void peace() {
        bank.peace();
    }

    @AfterAll
    void close() {
        new LogOracle(bank.house.database).holds();
        Remaps.changeNothing(
                "leatherback",
                bank.house.database,
                bank.house.deployer(),
                bank.house.clock,
                Set.of());
        bank.close();
    }

    @Test
    void everythingThatTheCustomerAgreedToIsInTheStoreOnce() {
        UUID one = bank.connected("customer1");
        List<BankAccount> accounts = bank.twin.accounts("customer1");

        bank.house.pull(one);

        assertThat(bank.house.fault(one)).isNullOrEmpty();
        assertThat(bank.stored(one, "booked"))
                .isEqualTo(bank.truth("customer1", "booked"))
                .isNotEmpty();
        assertThat(bank.stored(one, "pending"))
                .isEqualTo(bank.truth("customer1", "pending"))
                .isNotEmpty();
        assertThat(
                        bank.house.number(
                                "select count(distinct account_id) from ledger.coverage where kind"
                                        + " = 'transactions' and from_day <= current_date - 728 and"
                                        + " to_day >= current_date - 1 and connection_id = '"
                                        + one
                                        + "'"))
                .isEqualTo(accounts.size());
        assertThat(
                        bank.rows(
                                one,
                                "account",
                                "provider_account_id || ' ' || currency || ' ' || iban || ' ' ||"
                                        + " coalesce(sort_code || account_number, '-') || ' ' ||"
                                        + " holder_name"))
                .isEqualTo(told(accounts, LeatherbackPullTest::identified));
        assertThat(
                        bank.rows(
                                one,
                                "balance",
                                "trim_scale(current_amount) || ' ' || trim_scale(available_amount)"
                                        + " || ' ' || currency || ' ' || balance_type"))
                .isEqualTo(
                        told(
                                accounts,
                                account ->
                                        plain(account.bookedBalance())
                                                + " "
                                                + plain(account.availableBalance())
                                                + " "
                                                + account.currency()
                                                + " InterimBooked"));
        assertThat(
                        bank.rows(
                                one,
                                "beneficiary",
                                "concat_ws('|', provider_beneficiary_id, name, reference,"
                                        + " beneficiary_type, identification, iban, sort_code ||"
                                        + " account_number)"))
                .isEqualTo(
                        told(
                                accounts.stream()
                                        .flatMap(account -> account.beneficiaries().stream())
                                        .toList(),
                                Leatherback::payee));
        assertThat(bank.house.number("select count(*) from ledger.rejected_record")).isZero();
    }

    private static String identified(BankAccount account) {
        String sort =
                account.identifiers().stream()
                        .filter(each -> each.scheme().endsWith("SortCodeAccountNumber"))
                        .map(each -> each.value())
                        .findFirst()
                        .orElse("-");
        return String.join(
                " ",
                account.id(),
                account.currency(),
                account.identifiers().get(0).value(),
                sort,
                account.name());
    }

    @Test
    void aSecondPullReadsTheLastFourteenDaysAgainAndChangesNothing() {
        UUID one = bank.connected("customer2");
        bank.house.pull(one);
        List<String> before = bank.stored(one, "booked");
        Instant newest =
                OffsetDateTime.parse(
                                bank.house
                                        .text(
                                                "select max(watermark)::text from caravan.walk"
                                                        + " where kind = 'transactions' and"
                                                        + " connection_id = '"
                                                        + one
                                                        + "'")
                                        .replace(' ', 'T'))
                        .toInstant();
        bank.twin.journal().clear();

        bank.house.pull(one);

        assertThat(bank.stored(one, "booked")).isEqualTo(before);
        assertThat(
                        bank.house.number(
                                "select sum(inserted + changed + removed) from ledger.pull_run"
                                        + " where pull_id = (select max(pull_id) from"
                                        + " ledger.pull_run) and connection_id = '"
                                        + one
                                        + "'"))
                .isZero();
        assertThat(windows())
                .as("fourteen days, and one for the zone of the server")
                .isNotEmpty()
                .anySatisfy(
                        from ->
                                assertThat(Duration.between(from, newest))
                                        .isBetween(Duration.ofDays(15), Duration.ofDays(15)));
    }

    private List<Instant> windows() {
        return bank.asked(TRANSACTIONS).stream()
                .filter(ask -> ask.query().containsKey("fromBookingDateTime"))
                .map(ask -> Instant.parse(ask.query().get("fromBookingDateTime")))
                .toList();
    }

    @Test
    void datesAreAskedForWithZAndADayWiderOnEachSide() {
        UUID one = bank.connected("customer3");

        bank.house.pull(one);

        Instant now = bank.house.clock.instant();
        assertThat(bank.asked("customer3", TRANSACTIONS))
                .filteredOn(ask -> !ask.query().containsKey("cursor"))
                .hasSize(2)
                .allSatisfy(
                        ask -> {
                            assertThat(ask.query().get("fromBookingDateTime")).endsWith("Z");
                            assertThat(
                                            Duration.between(
                                                    now,
                                                    Instant.parse(
                                                            ask.query().get("toBookingDateTime"))))
                                    .isBetween(Duration.ofHours(23), Duration.ofHours(25));
                            assertThat(
                                            Duration.between(
                                                            Instant.parse(
                                                                    ask.query()
                                                                            .get(
                                                                                    "fromBookingDateTime")),
                                                            now)
                                                    .toDays())
                                    .isBetween(730L, 731L);
                        });
    }

    @Test
    void everyCallHasAnIdOfItsOwnAndNoneAnIdempotencyKey() {
        UUID one = bank.connected("customer4");

        bank.house.pull(one);

        List<Exchange> calls = bank.asked("customer4", TRANSACTIONS);
        assertThat(calls).hasSizeGreaterThan(4);
        assertThat(calls.stream().map(ask -> ask.header("x-fapi-interaction-id").orElseThrow()))
                .doesNotHaveDuplicates()
                .allMatch(id -> id.matches("[0-9a-f-]{36}"));
        assertThat(calls)
                .allSatisfy(
                        ask -> {
                            assertThat(ask.header("x-idempotency-key")).isEmpty();
                            assertThat(ask.header("accept")).contains("application/json");
                            assertThat(ask.header("authorization").orElse(""))
                                    .startsWith("Bearer ");
                        });
    }

    @Test
    void theUsersAddressGoesWithTheUsersOwnCallsOnly() {
        UUID one = bank.connected("customer5");

        bank.attended(one);
        assertThat(bank.asked("customer5", "accounts"))
                .allSatisfy(
                        ask ->
                                assertThat(ask.header("x-fapi-customer-ip-address"))
                                        .contains("203.0.113.7"));
        bank.house.pull(one);
        assertThat(bank.asked("customer5", "accounts").get(1).header("x-fapi-customer-ip-address"))
                .isEmpty();
    }

    @Test
    void beneficiariesAndBalancesOfEveryAccountComeBeforeTheFirstTransaction() {
        UUID one = bank.connected("customer6");

        bank.house.pull(one);

        List<String> order =
                bank.twin.journal().of("customer6").stream().map(Exchange::endpoint).toList();
        assertThat(order.indexOf(TRANSACTIONS))
                .isGreaterThan(order.lastIndexOf("accounts/{id}/beneficiaries"))
                .isGreaterThan(order.lastIndexOf("accounts/{id}/balances"));
    }

    @Test
    void whatIsGrantedDecidesWhatIsAsked() {
        UUID one = bank.connected("customer7", "ReadAccountsBasic", "ReadBalances");

        bank.house.pull(one);

        assertThat(bank.twin.journal().of("customer7").stream().map(Exchange::endpoint).distinct())
                .containsExactlyInAnyOrder("accounts", "accounts/{id}/balances");
        assertThat(bank.house.fault(one)).isNullOrEmpty();
    }

    @Test
    void pendingRowsAreASetThatIsReplacedWholeAndBookedOnesStay() {
        UUID one = bank.connected("customer8");
        bank.house.pull(one);
        BankAccount account = bank.twin.accounts("customer8").get(0);
        List<Transaction> booked = account.settlePending();
        assertThat(booked).isNotEmpty();
        bank.twin.accounts("customer8").get(1).dropPending();

        bank.house.pull(one);

        assertThat(bank.stored(one, "pending")).isEqualTo(bank.truth("customer8", "pending"));
        assertThat(bank.stored(one, "booked")).isEqualTo(bank.truth("customer8", "booked"));
        assertThat(
                        bank.house.number(
                                "select count(*) from ledger.transaction where status = 'pending'"
                                        + " and removed_at is not null and connection_id = '"
                                        + one
                                        + "'"))
                .isPositive();
    }

    @Test
    void rowsThatComeLateOrAreEditedAreTakenInAndAMutableRowIsMarked() {
        UUID one = bank.connected("customer9");
        bank.house.pull(one);
        BankAccount account = bank.twin.accounts("customer9").get(0);
        String late = bank.house.clock.instant().minus(Duration.ofDays(9)).toString();
        Transaction added = account.add(Transaction.debit(late, "late", "12.34").withMutable(true));
        account.edit(added.id(), row -> row.withInformation("late, and corrected"));

        bank.house.pull(one);

        assertThat(bank.stored(one, "booked"))
                .isEqualTo(bank.truth("customer9", "booked"))
                .anyMatch(line -> line.endsWith("debit true late, and corrected"));
    }

    @Test
    void equalRowsWithoutAnIdStayAsManyAsTheyAre() {
        UUID one = bank.connected("customer10");
        BankAccount account = bank.twin.accounts("customer10").get(0);
        String at = bank.house.clock.instant().minus(Duration.ofDays(3)).toString();
        Transaction coffee = Transaction.debit(at, "Coffee", "2.80").withId("");
        account.add(coffee);
        account.add(coffee);

        bank.house.pull(one);
        bank.house.pull(one);

        assertThat(bank.stored(one, "booked")).isEqualTo(bank.truth("customer10", "booked"));
        assertThat(bank.stored(one, "booked").stream().filter(line -> line.endsWith("Coffee")))
                .hasSize(2);
    }

    @Test
    void aRejectedRowMovedNoMoneyAndIsNotKept() {
        UUID one = bank.connected("customer11");
        BankAccount account = bank.twin.accounts("customer11").get(0);
        String at = bank.house.clock.instant().minus(Duration.ofDays(2)).toString();
        account.add(Transaction.debit(at, "refused by the bank", "1").withStatus("Rejected"));

        bank.house.pull(one);

        assertThat(bank.stored(one, "booked")).isEqualTo(bank.truth("customer11", "booked"));
        assertThat(bank.house.fault(one)).isNullOrEmpty();
    }

    @Test
    void aBeneficiaryThatIsGoneIsATombstone() {
        UUID one = bank.connected("customer12");
        bank.house.pull(one);
        BankAccount account = bank.twin.accounts("customer12").get(0);
        account.deleteBeneficiary(payee -> payee.equals(account.beneficiaries().get(0)));

        bank.house.pull(one);

        assertThat(bank.rows(one, "beneficiary", "beneficiary_id::text"))
                .hasSize(
                        bank.twin.accounts("customer12").stream()
                                .mapToInt(each -> each.beneficiaries().size())
                                .sum());
    }

    @Test
    void aFourthUnattendedPullOfADayIsTheLastAndOneWithTheUserIsNotCounted() {
        UUID one = bank.connected("customer13");
        for (int i = 0; i < 5; i++) {
            bank.house.pull(one);
        }

        assertThat(bank.asked("customer13", "accounts")).hasSize(4);
        assertThat(firstPages("customer13")).as("pages do not count, pulls do").isEqualTo(4 * 2);
        assertThat(bank.house.fault(one)).contains("CARAVAN-QUOTA");
        bank.attended(one);
        assertThat(bank.asked("customer13", "accounts")).hasSize(5);
        assertThat(bank.house.fault(one)).isNullOrEmpty();
    }

    private long firstPages(String login) {
        return bank.asked(login, TRANSACTIONS).stream()
                .filter(ask -> !ask.query().containsKey("cursor"))
                .count();
    }
}
