package dev.caravan.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.sandbox.truelayer.BankAccount;
import dev.caravan.sandbox.truelayer.Transaction;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a record of the provider becomes (contract 3.1, 3.3, 3.4 and 4.5). */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MappingTest {
    private static final String DAY = LocalDate.now().minusDays(3).toString();

    private World world;
    private UUID connection;
    private BankAccount account;
    private BankAccount card;

    @BeforeAll
    void open() {
        world =
                World.of(
                        World.smallBank()
                                .accountsPerConnection(3)
                                .cardsPerConnection(1)
                                .volatileTransactionIds(true),
                        Map.of("calls.unattended", "1000"));
        connection = world.connected("john1");
        account = world.twin.accounts("john1").get(0);
        card = world.twin.accounts("john1").get(3);
    }

    @AfterAll
    void close() {
        // odd rows and masked ones among them
        Remaps.changeNothing("truelayer", world.database, world.deployer(), world.clock, Set.of());
        world.close();
    }

    @ParameterizedTest
    @CsvSource({
        "account, -5.00, DEBIT,  -5.00, debit,",
        "account, -5.00,      ,  -5.00, debit,",
        "account,  5.00, CREDIT,  5.00, credit,",
        "account,  5.00,      ,   5.00, credit,",
        "account,  5.00, DEBIT,   5.00, debit,  SIGN_TYPE_CONFLICT",
        "account, -5.00, CREDIT, -5.00, debit,  SIGN_TYPE_CONFLICT",
        "card,     5.00, DEBIT,  -5.00, debit,",
        "card,    -5.00, CREDIT,  5.00, credit,",
        "card,    -5.00, DEBIT,  -5.00, debit,  SIGN_TYPE_CONFLICT",
        "card,     5.00, CREDIT,  5.00, credit, SIGN_TYPE_CONFLICT",
        "card,     5.00,      ,  -5.00, debit,",
        "card,    -5.00,      ,   5.00, credit,",
    })
    void theDirectionIsTheContracts(
            String family,
            String amount,
            String type,
            String stored,
            String direction,
            String anomaly) {
        String name = String.join(" ", family, amount, String.valueOf(type));
        add(
                family.equals("card") ? card : account,
                row(name).withAmount(new BigDecimal(amount)).withType(type));
        world.pull(connection);

        // a positive DEBIT on an account is money out: the stored sign follows the direction
        // (contract 3.4)
        String signed =
                direction.equals("debit") && !stored.startsWith("-") ? "-" + stored : stored;
        assertThat(one("amount || ' ' || direction || coalesce(' ' || anomaly, '')", name))
                .isEqualTo(signed + " " + direction + (anomaly == null ? "" : " " + anomaly));
    }

    @Test
    void theSameBodyTwiceChangesNothingAlthoughTheVolatileIdsDiffer() {
        String all =
                "select count(*) || ' ' || max(changed_at) || ' ' || max(xmin::text::bigint) ||"
                        + " md5(string_agg(raw::text, '' order by id)) from caravan.transaction";
        world.pull(connection);
        String before = world.text(all);
        world.pull(connection);

        assertThat(world.text(all)).isEqualTo(before);
        assertThat(
                        world.text(
                                "select sum(inserted) || ' ' || sum(changed) || ' ' || sum(removed)"
                                        + " from ledger.pull_run where kind in ('transactions',"
                                        + " 'pending') and pull_id = (select max(pull_id) from"
                                        + " ledger.pull_run)"))
                .isEqualTo("0 0 0");
    }

    @Test
    void identicalRealPurchasesStayAsManyAsTheyAre() {
        for (int i = 0; i < 3; i++) {
            add(account, row("Coffee, thrice"));
        }
        world.pull(connection);
        world.pull(connection);

        assertThat(
                        world.number(
                                "select count(*) from ledger.transaction where description ="
                                        + " 'Coffee, thrice'"))
                .isEqualTo(3);
        assertThat(
                        world.number(
                                "select count(distinct transaction_id) from ledger.transaction"
                                        + " where description = 'Coffee, thrice'"))
                .isEqualTo(3);
    }

    @Test
    void aRowTheBankEditsKeepsItsKey() {
        var row = world.twin.addTransaction(account.id(), row("Before").withIds("edited-1", null));
        world.pull(connection);
        String key = one("transaction_id::text", "Before");
        account.edit(row, was -> was.withDescription("After").withAmount(new BigDecimal("-6.10")));
        world.pull(connection);

        assertThat(one("transaction_id || ' ' || amount", "After")).isEqualTo(key + " -6.10");
    }

    @Test
    void cardNumbersAreMaskedWhereverThePayloadIsKept() {
        assertThat(
                        world.number(
                                "select count(*) from ledger.transaction where raw #>>"
                                        + " '{meta,cardNumber}' is not null"))
                .isGreaterThan(10);
        assertThat(
                        world.number(
                                "select count(*) from ledger.transaction where raw::text ~"
                                        + " '555555000[0-9]{7}'"))
                .isZero();
        assertThat(
                        world.texts(
                                "select distinct raw #>> '{meta,cardNumber}' from"
                                    + " ledger.transaction where raw #>> '{meta,cardNumber}' is not"
                                    + " null"))
                .allMatch(number -> number.matches("\\*{12}\\d{4}"));
    }

    @Test
    void theBookingDateIsTheDatePartAsWrittenAndTheInstantIsKept() {
        add(account, row("At one in summer").withTimestamp(DAY + "T00:30:00+01:00"));
        add(account, row("No zone").withTimestamp(DAY + "T10:00:00"));
        add(account, row("Seven digits").withTimestamp(DAY + "T10:00:00.1234567Z"));
        world.pull(connection);

        String told = "booking_date || ' ' || to_char(booked_at at time zone 'UTC', 'HH24:MI:SS')";
        assertThat(one(told, "At one in summer")).isEqualTo(DAY + " 23:30:00");
        assertThat(one(told, "No zone")).isEqualTo(DAY + " 10:00:00");
        assertThat(one(told, "Seven digits")).isEqualTo(DAY + " 10:00:00");
    }

    @Test
    void aRowWhoseDateDoesNotParseIsKeptWithAnAnomaly() {
        world.twin
                .faults()
                .on("accounts/{id}/transactions")
                .impossibleDate()
                .forAccount(account.id())
                .times(1);
        world.pull(connection);

        assertThat(
                        one(
                                "anomaly || ' ' || amount || ' ' || coalesce(booking_date::text,"
                                        + " 'no date')",
                                "Keep me"))
                .isEqualTo("UNPARSABLE_TIMESTAMP -1.00 no date");
        assertThat(world.number("select count(*) from ledger.rejected_record")).isZero();
    }

    @Test
    void decimalsAreExactAndATrailingZeroIsNoError() {
        add(account, row("Five decimals").withAmount(new BigDecimal("-0.00001")));
        add(account, row("Large").withAmount(new BigDecimal("-123456789012.34")));
        add(account, row("Zeros").withAmount(new BigDecimal("-1.1000000")));
        world.pull(connection);

        assertThat(one("amount::text", "Five decimals")).isEqualTo("-0.00001");
        assertThat(one("amount::text", "Large")).isEqualTo("-123456789012.34");
        assertThat(one("trim_scale(amount)::text", "Zeros")).isEqualTo("-1.1");
    }

    @Test
    void aCardsBalanceIsOwedAndNegative() {
        assertThat(
                        world.text(
                                "select (b.current_amount = -b.owed_amount and b.owed_amount > 0"
                                    + " and b.available_amount > 0)::text from ledger.balance b"
                                    + " join ledger.account a using (account_id) where a.family ="
                                    + " 'card'"))
                .isEqualTo("true");
        assertThat(
                        world.texts(
                                "select (available_amount is null)::text from ledger.balance b join"
                                        + " ledger.account a using (account_id) where a.family ="
                                        + " 'account' order by a.display_name"))
                .as("a missing available is null, not 0")
                .containsExactly("false", "true", "false");
    }

    @Test
    void identifiersAreOptionalAndANotSupportedBicIsNone() {
        assertThat(
                        world.texts(
                                "select concat_ws(' ', bic, sort_code, case when iban is null then"
                                    + " 'no iban' end) from ledger.account where family = 'account'"
                                    + " order by display_name"))
                .containsExactly("MOCKGB2L 012131", "012131 no iban", "MOCKGB2L no iban");
    }

    @Test
    void standingOrdersAndDirectDebitsHaveOneRowEachAndAmountsMayComeAsText() {
        world.pull(connection);
        assertThat(
                        world.texts(
                                "select payee || ' ' || (next_payment_amount > 0) || ' ' ||"
                                        + " (final_payment_date is null) from ledger.standing_order"
                                        + " where removed_at is null and account_id = "
                                        + accountId()
                                        + " order by 1"))
                .containsExactly("A Fenwick true true", "Fernley Lettings true true");
        assertThat(
                        world.number(
                                "select count(*) from ledger.direct_debit where account_id = "
                                        + accountId()))
                .isEqualTo(2);
    }

    @Test
    void aBankWhosePurchasesOnCardsAreNegativeIsNamedInTheSettings() {
        try (World negative =
                World.of(
                        World.smallBank()
                                .accountsPerConnection(0)
                                .cardsPerConnection(1)
                                .quirks(false),
                        Map.of("map.card.negative", "other mock"))) {
            BankAccount only = negative.twin.accounts("john1").get(0);
            negative.twin.addTransaction(
                    only.id(), row("Purchase").withAmount(new BigDecimal("-5.00")).withType(null));
            negative.twin.addTransaction(
                    only.id(),
                    row("Purchase, typed").withAmount(new BigDecimal("-5.00")).withType("DEBIT"));
            negative.connected("john1");

            assertThat(
                            negative.texts(
                                    "select amount || coalesce(anomaly, '') from ledger.transaction"
                                            + " where description like 'Purchase%'"))
                    .containsExactly("-5.00", "-5.00");
        }
    }

    private Transaction row(String description) {
        return Transaction.debit(DAY + "T00:00:00Z", description, "5.00");
    }

    private void add(BankAccount to, Transaction row) {
        world.twin.addTransaction(to.id(), row.withCurrency(to.currency()));
    }

    private String one(String what, String description) {
        List<String> found =
                world.texts(
                        "select "
                                + what
                                + " from ledger.transaction where description = '"
                                + description
                                + "'");
        assertThat(found).hasSize(1);
        return found.get(0);
    }

    private String accountId() {
        return world.text(
                "select account_id from ledger.account where provider_account_id = '"
                        + account.id()
                        + "'");
    }
}
