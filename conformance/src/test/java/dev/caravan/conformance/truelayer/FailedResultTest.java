package dev.caravan.conformance.truelayer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.conformance.House;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A result that failed means what the same error means of a call that is answered at once. */
class FailedResultTest {
    private static final String BOOKED = "accounts/{id}/transactions";
    private static final String BALANCE = "accounts/{id}/balance";

    private static final String DEBITS = "accounts/{id}/direct_debits";

    private static TrueLayer bank;

    @BeforeAll
    static void open() {
        bank = TrueLayer.open();
    }

    @AfterAll
    static void close() {
        bank.close();
    }

    private static void pull(UUID connection) {
        bank.house.pull(connection);
        bank.told();
    }

    /** That a run of a kind was partial, with this code. */
    private static void partial(UUID connection, String kind, String code) {
        assertThat(
                        bank.house.texts(
                                "select message from ledger.pull_run where outcome = 'partial' and"
                                        + " kind = '"
                                        + kind
                                        + "' and connection_id = '"
                                        + connection
                                        + "'"))
                .anyMatch(message -> message.startsWith(code + " "));
    }

    @Test
    void theBanksTroubleIsLeftToTheNextPull() {
        UUID connection = bank.connected("john1");
        bank.twin.faults().task(BALANCE).providerError().forUser("john1").times(1);
        pull(connection);
        assertThat(bank.result(connection, "balance")).isNotNull();
        assertThat(bank.results(connection, "failed")).isEqualTo(1);
        partial(connection, "balance", "CARAVAN-PROVIDER");

        pull(connection);
        assertThat(bank.seen(BALANCE, "john1")).hasSize(2);
        assertThat(bank.results(connection, "failed")).as("and then it is there").isEqualTo(1);
    }

    @Test
    void anAllowanceThatTheBankSaysIsUsedUpBarsTheCallForADay() {
        UUID connection = bank.connected("john2");
        bank.twin.faults().task(BALANCE).requestLimitExceeded().forUser("john2").times(1);
        pull(connection);
        partial(connection, "balance", "CARAVAN-QUOTA");
        pull(connection);
        assertThat(bank.seen(BALANCE, "john2")).hasSize(1);
    }

    @Test
    void whatWantsAFreshLoginIsNotAskedForBeforeOne() {
        UUID connection = bank.connected("john3");
        bank.twin
                .faults()
                .task("accounts/{id}/standing_orders")
                .scaExceeded()
                .forUser("john3")
                .times(1);
        pull(connection);
        partial(connection, "standing_orders", "CARAVAN-LOGIN");
        pull(connection);

        assertThat(bank.seen("accounts/{id}/standing_orders", "john3")).hasSize(1);
        assertThat(bank.house.state(connection)).isEqualTo("active");
    }

    @Test
    void aRefusedWindowIsTheWindowsMatter() {
        UUID connection = bank.connected("john4");
        bank.twin.faults().task(BOOKED).invalidDateRange().forUser("john4").times(1);
        pull(connection);

        partial(connection, "transactions", "CARAVAN-WINDOW");
        assertThat(bank.results(connection, "failed")).isEqualTo(1);
    }

    @Test
    void aDenialIsConfirmedWithTheCheapestCall() {
        UUID connection = bank.connected("john5");
        bank.twin.faults().task(BALANCE).accessDenied().forUser("john5").times(1);
        pull(connection);
        assertThat(bank.house.state(connection)).as("me answers").isEqualTo("active");
        partial(connection, "balance", "CARAVAN-DENIED");
        int asked = bank.seen("me", "john5").size();
        assertThat(asked).as("once by the pull, once to confirm").isEqualTo(2);
    }

    @Test
    void anAccountThatIsGoneHasTheAccountsListedAgain() {
        UUID connection = bank.connected("john6");
        bank.twin.faults().task(BALANCE).error(404, "account_not_found").forUser("john6").times(1);
        pull(connection);
        House.until(() -> bank.seen("accounts", "john6").size() == 2);
        bank.told();

        partial(connection, "balance", "CARAVAN-GONE");
    }

    @Test
    void aResultUnderTheStatusOfItsErrorMeansTheSame() {
        UUID connection = bank.connected("john7");
        bank.twin.change(bank.twin.settings().failedResultsKeepStatus(true));
        bank.twin.faults().task(DEBITS).endpointNotSupported().forUser("john7").times(1);
        pull(connection);
        bank.twin.change(bank.twin.settings().failedResultsKeepStatus(false));

        assertThat(bank.results(connection, "failed")).isEqualTo(1);
        assertThat(bank.house.number("select count(*) from caravan.absence")).isEqualTo(1);
    }

    @Test
    void aConsentThatIsGoneEndsTheConnection() {
        try (TrueLayer other = TrueLayer.open()) {
            UUID connection = other.connected("john1");
            other.twin.faults().task(BALANCE).error(403, "invalid_credentials_key").times(1);
            other.house.pull(connection);
            House.until(() -> other.house.state(connection).equals("reauth_required"));
            assertThat(other.house.fault(connection)).startsWith("CARAVAN-CONSENT");
        }
    }

    @Test
    void aRowThatDoesNotFitIsSetAsideAndTheOthersAreStored() {
        UUID connection = bank.connected("john9");
        bank.grow("john9", 3);
        bank.twin.faults().on(BOOKED).wordAsAmount().forUser("john9").times(1);
        pull(connection);

        bank.holds("john9");
        assertThat(
                        bank.house.number(
                                "select count(*) from ledger.rejected_record where connection_id ="
                                        + " '"
                                        + connection
                                        + "'"))
                .isEqualTo(1);
    }
}
