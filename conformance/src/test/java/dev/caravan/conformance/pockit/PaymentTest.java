package dev.caravan.conformance.pockit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.sandbox.Exchange;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A payment from the order to its end, and each way in which that can end when nothing breaks. */
class PaymentTest {
    private static Till till;

    @BeforeAll
    static void open() {
        till = Till.open(Map.of());
    }

    @AfterAll
    static void close() {
        till.close();
    }

    @Test
    void aPaymentIsAgreedToSubmittedOnceAndFollowedToItsEnd() {
        Till.Draft draft = till.draft();
        assertThat(till.state(draft)).isEqualTo("draft");
        assertThat(till.intents(draft)).isEmpty();

        assertThat(till.pay(draft)).contains("Sent").doesNotContain(Till.ACCOUNT);

        assertThat(till.state(draft)).isEqualTo("submitted");
        assertThat(till.intents(draft)).hasSize(1);
        assertThat(till.submissions(draft)).hasSize(1);
        Exchange sent = till.submissions(draft).get(0);
        assertThat(till.taken(draft))
                .extracting(one -> Till.json(one.details()))
                .containsExactly(
                        Till.json(
                                """
                                {"amount": "12.50", "currency": "GBP", "creditor_name": "Landlord Ltd",
                                 "creditor_sort_code": "040004", "creditor_account_number": "73519264", "reference": "INV-1"}
                                """));
        assertThat(sent.headers()).containsEntry("x-user-ip", Pockit.USER_ADDRESS);
        String name = till.column(draft, "provider_payment_id");
        assertThat(name).isNotBlank();

        till.pockit.twin.paymentStatus(name, "AcceptedSettlementCompleted");
        till.house().advance(Duration.ofSeconds(6));
        till.awaitState(draft, "executed");

        assertThat(till.life(draft))
                .containsExactly(
                        "draft by caravan",
                        "draft > authorised by user",
                        "authorised > submitting by caravan",
                        "submitting > submitted by caravan",
                        "submitted > executed by caravan");
        assertThat(
                        till.house()
                                .text(
                                        "select concat_ws('|', provider, user_ref, amount,"
                                                + " currency, payee_name, payee_account, reference,"
                                                + " provider_status, polls, last_fault) from"
                                                + " ledger.payment where payment_id = '"
                                                + draft.id()
                                                + "'"))
                .isEqualTo(
                        "pockit|someone|12.50|GBP|Landlord"
                                + " Ltd|****9264|INV-1|AcceptedSettlementCompleted|1");
        assertThat(till.submissions(draft)).hasSize(1);
    }
}
