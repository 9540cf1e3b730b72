package dev.caravan.conformance.pockit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.conformance.House;
import dev.caravan.sandbox.pockit.PockitSettings;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of a payment after it was submitted, and what stays of it. */
class PaymentEndTest {
    private static Till till;

    @BeforeAll
    static void open() {
        till = Till.open(Map.of("payment.poll", "5s 15s 2x1m"));
    }

    @AfterAll
    static void close() {
        till.close();
    }

    private static void asked(Till.Draft draft, int times) {
        House.until(
                () ->
                        till.column(draft, "polls").equals(String.valueOf(times))
                                && !"leased".equals(lease(draft)));
    }

    /** A question under way holds the payment for longer than any pause of the plan. */
    private static String lease(Till.Draft draft) {
        return till.house()
                .text(
                        "select case when next_poll_at > caravan.now() + interval '61 seconds' then"
                                + " 'leased' end from ledger.payment where payment_id = '"
                                + draft.id()
                                + "'");
    }

    @ParameterizedTest
    @CsvSource({
        "Pending, pending",
        "AcceptedSettlementInProcess, pending",
        "AcceptedWithoutPosting, pending",
        "AcceptedSettlementCompleted, executed",
        "AcceptedCreditSettlementCompleted, executed",
        "Rejected, rejected"
    })
    void theProvidersWordsBecomeOurStates(String word, String state) {
        Till.Draft draft = till.draft();
        till.pay(draft);
        till.pockit.twin.paymentStatus(till.column(draft, "provider_payment_id"), word);
        till.house().advance(Duration.ofSeconds(6));
        till.awaitState(draft, state);
        assertThat(till.column(draft, "provider_status")).isEqualTo(word);
        assertThat(till.column(draft, "settled_at") == null).isEqualTo(state.equals("pending"));
    }

    @Test
    void theProviderIsAskedByThePlanThenAPersonLooks() {
        Till.Draft draft = till.draft();
        till.pay(draft);
        till.pockit.twin.paymentStatus(till.column(draft, "provider_payment_id"), "Dreaming");
        till.house().advance(Duration.ofSeconds(4));
        till.house().tick("payment");
        assertThat(till.column(draft, "polls")).isEqualTo("0");
        till.house().advance(Duration.ofSeconds(2));
        asked(draft, 1);
        assertThat(till.column(draft, "last_fault")).contains("answered Dreaming");
        till.pockit.twin.paymentStatus(till.column(draft, "provider_payment_id"), "Pending");
        till.house().advance(Duration.ofSeconds(16));
        asked(draft, 2);
        till.awaitState(draft, "pending");
        assertThat(till.column(draft, "last_fault")).isNull();
        till.house().advance(Duration.ofSeconds(61));
        asked(draft, 3);
        till.house().advance(Duration.ofSeconds(61));
        House.until(() -> till.column(draft, "next_poll_at") == null);
        till.house().advance(Duration.ofDays(2));
        till.house().tick("payment");

        assertThat(till.column(draft, "polls")).isEqualTo("4");
        assertThat(till.state(draft)).isEqualTo("pending");
        assertThat(till.column(draft, "last_fault")).contains("somebody looks");
        assertThat(till.decide(draft, "resolve", ", \"to\": \"executed\"").statusCode())
                .isEqualTo(200);
        assertThat(till.state(draft)).isEqualTo("executed");
    }

    @Test
    void aQuestionThatFailsIsAskedAgainWithANewTokenWhereTheOldOneIsOver() {
        Till.Draft draft = till.draft();
        till.pay(draft);
        String name = till.column(draft, "provider_payment_id");
        till.pockit.twin.paymentStatus(name, "AcceptedSettlementCompleted");
        till.pockit.twin.faults().on("payments/{id}").resets().times(1);
        till.house().advance(Duration.ofSeconds(6));
        asked(draft, 1);
        assertThat(till.column(draft, "last_fault")).contains("asked again");
        assertThat(till.state(draft)).isEqualTo("submitted");

        till.pockit.twin.faults().on("payments/{id}").status(401).times(1);
        till.house().advance(Duration.ofSeconds(16));
        till.awaitState(draft, "executed");
        assertThat(till.submissions(draft)).hasSize(1);
    }

    @Test
    void tokensAndAccountAreErasedADayAfterTheEndAndTheKeyStillAnswers() {
        String key = Till.key();
        String body = Till.body("1", "LAST");
        Till.Draft draft = till.draft(till.desk.adminOnce(key, "/payments", body));
        till.pay(draft);
        till.pockit.twin.paymentStatus(till.column(draft, "provider_payment_id"), "Rejected");
        till.house().advance(Duration.ofSeconds(6));
        till.awaitState(draft, "rejected");
        till.house().advance(Duration.ofHours(23));
        till.house().tick("payment");
        assertThat(tokens(draft)).isEqualTo(1);

        till.house().advance(Duration.ofMinutes(61));
        House.until(() -> tokens(draft) == 0);

        assertThat(
                        till.house()
                                .text(
                                        "select concat_ws('|', intent_sealed, link_sealed,"
                                            + " payee_account, state) from caravan.payment where id"
                                            + " = '"
                                                + draft.id()
                                                + "'"))
                .isEqualTo("****9264|rejected");
        var again = till.desk.adminOnce(key, "/payments", body);
        assertThat(again.statusCode()).isEqualTo(201);
        assertThat(Till.json(again.body()).get("payment").asText())
                .isEqualTo(draft.id().toString());
        assertThat(till.desk.adminOnce(key, "/payments", Till.body("2", "LAST")).statusCode())
                .isEqualTo(409);
    }

    private static long tokens(Till.Draft draft) {
        return till.house()
                .number(
                        "select count(*) from caravan.token_set where connection_id = '"
                                + draft.id()
                                + "'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PaymentReference", "DomesticPaymentId", "payment_id", "id"})
    void anIdIsFoundUnderEachOfItsNames(String member) {
        Till.Draft draft = till.draft();
        till.during("paymentIdName", member, () -> till.pay(draft));
        assertThat(till.column(draft, "provider_payment_id"))
                .isEqualTo(till.taken(draft).get(0).id());
        assertThat(till.state(draft)).isEqualTo("submitted");
    }

    @Test
    void aBankThatTakesNoDetailsWithTheIntentGetsThemWithTheSubmission() {
        try (Till plain =
                Till.of(
                        PockitSettings.defaults().with("payinfo", "REFUSED").with("shape", "F"),
                        Map.of("payment.member", ""))) {
            Till.Draft draft = plain.draft();
            assertThat(plain.pay(draft)).contains("Sent");
            assertThat(plain.taken(draft)).hasSize(1);
        }
    }

    @Test
    void aPaymentThatCannotReachTheBankHasNotLeft() {
        try (Till cut = Till.open(Map.of("api.url", "http://127.0.0.1:1/v1"))) {
            Till.Draft draft = cut.draft();
            assertThat(cut.pay(draft)).contains("Unpaid");
            assertThat(cut.state(draft)).isEqualTo("abandoned");
            assertThat(cut.column(draft, "last_fault")).contains("could not leave");
        }
    }
}
