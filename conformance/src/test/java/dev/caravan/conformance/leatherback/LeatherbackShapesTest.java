package dev.caravan.conformance.leatherback;

import static dev.caravan.conformance.leatherback.Leatherback.plain;
import static dev.caravan.conformance.leatherback.Leatherback.told;
import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.conformance.Remaps;
import dev.caravan.sandbox.leatherback.BankAccount;
import dev.caravan.sandbox.leatherback.Shape;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Three shapes of one answer make the same rows. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LeatherbackShapesTest {
    private final Leatherback bank = Leatherback.asShipped();

    @AfterEach
    void peace() {
        bank.peace();
    }

    @AfterAll
    void close() {
        Remaps.changeNothing(
                "leatherback",
                bank.house.database,
                bank.house.deployer(),
                bank.house.clock,
                Set.of());
        bank.close();
    }

    @Test
    void theListInPagesTellsAccountsAndBalancesWithSeparators() {
        bank.manners(now -> now.accountsShape(Shape.PAGED).accountsPageSize(1));
        UUID one = bank.connected("customer1", "ReadAccountsDetail", "ReadBalances");
        bank.manners(now -> now.absentEndpoints("accounts/{id}/balances"));
        bank.twin
                .accounts("customer1")
                .get(0)
                .add(
                        dev.caravan.sandbox.leatherback.Transaction.credit(
                                bank.house.clock.instant().toString(),
                                "a large amount",
                                "867940.15"));

        bank.house.pull(one);

        assertThat(bank.asked("customer1", "accounts"))
                .as("a page for each account")
                .hasSize(bank.twin.accounts("customer1").size());
        assertThat(
                        bank.rows(
                                one,
                                "account",
                                "provider_account_id || ' ' || currency || ' ' || iban"))
                .isEqualTo(
                        told(
                                bank.twin.accounts("customer1"),
                                account ->
                                        account.id()
                                                + " "
                                                + account.currency()
                                                + " "
                                                + account.identifiers().get(0).value()));
        assertThat(
                        bank.rows(
                                one,
                                "balance",
                                "trim_scale(current_amount) || ' ' ||"
                                        + " trim_scale(available_amount)"))
                .isEqualTo(
                        told(
                                bank.twin.accounts("customer1"),
                                account ->
                                        plain(account.bookedBalance())
                                                + " "
                                                + plain(account.availableBalance())));
        assertThat(
                        bank.rows(
                                one,
                                "account",
                                "coalesce(sort_code || account_number, '-') || ' ' || coalesce(bic,"
                                        + " '-')"))
                .contains(
                        bank.twin.accounts("customer1").get(0).identifiers().get(1).value()
                                + " "
                                + bank.twin
                                        .accounts("customer1")
                                        .get(0)
                                        .identifiers()
                                        .get(0)
                                        .bic());
    }

    @Test
    void theWrapperTellsTheSameAccounts() {
        bank.manners(now -> now.accountsShape(Shape.WRAPPER));
        UUID one = bank.connected("customer2");

        bank.house.pull(one);

        assertThat(bank.rows(one, "account", "provider_account_id"))
                .isEqualTo(told(bank.twin.accounts("customer2"), BankAccount::id));
        assertThat(bank.stored(one, "booked")).isEqualTo(bank.truth("customer2", "booked"));
    }

    @Test
    void aWrapperThatSaysNoWithStatus200IsAnErrorAndRemovesNothing() {
        UUID one = bank.connected("customer3");
        bank.house.pull(one);
        bank.twin.faults().on("accounts").notSuccessful("E-42", "not today");

        bank.house.pull(one);

        assertThat(bank.house.fault(one)).contains("CARAVAN-REQUEST").contains("E-42");
        assertThat(bank.rows(one, "account", "provider_account_id")).hasSize(2);
        assertThat(bank.house.state(one)).isEqualTo("active");
    }

    @Test
    void anotherBasePathIsASetting() {
        try (Leatherback other =
                Leatherback.of(Leatherback.small().basePath("/open-banking/v3.1/aisp"))) {
            UUID one = other.connected("customer1");

            other.house.pull(one);

            assertThat(other.house.fault(one)).isNullOrEmpty();
            assertThat(other.stored(one, "booked")).isEqualTo(other.truth("customer1", "booked"));
        }
    }
}
