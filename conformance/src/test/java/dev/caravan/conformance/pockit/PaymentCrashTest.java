package dev.caravan.conformance.pockit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.conformance.House;
import dev.caravan.deploy.Deployer;
import dev.caravan.sandbox.Fault;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A node that dies, sleeps or is switched off in the middle of a payment sends nothing twice. */
class PaymentCrashTest {
    /** The user's browser, which waits for its page while the submission is under way. */
    private static CompletableFuture<String> leaving(Till till, Till.Draft draft, Fault fault) {
        String callback = till.agreed(draft);
        CompletableFuture<String> page = CompletableFuture.supplyAsync(() -> till.page(callback));
        House.until(() -> fault.hits() == 1 && till.state(draft).equals("submitting"));
        return page;
    }

    @Test
    void aNodeThatDiesBeforeTheAnswerLeavesAnUnknownPaymentToTheOthers() {
        try (Till till = Till.open(Map.of())) {
            Till.Draft draft = till.draft();
            Fault fault = till.pockit.twin.faults().on("payments").stalls(Duration.ofSeconds(2));
            CompletableFuture<String> page = leaving(till, draft, fault);
            till.house().cut();
            assertThat(page.join()).doesNotContain("Nothing was paid");
            assertThat(till.state(draft)).isEqualTo("submitting");
            till.house().advance(Duration.ofMinutes(3));
            Deployer second = till.house().secondNode();
            try {
                till.awaitState(draft, "unknown");

                assertThat(till.column(draft, "next_poll_at")).isNull();
                assertThat(till.submissions(draft)).hasSize(1);
                assertThat(till.taken(draft)).hasSize(1);
                assertThat(till.life(draft)).endsWith("submitting > unknown by caravan");
            } finally {
                second.close();
            }
        }
    }

    @Test
    void anAnswerThatComesAfterNobodyWaitedForItStillCounts() {
        try (Till till = Till.open(Map.of())) {
            Till.Draft draft = till.draft();
            Fault fault = till.pockit.twin.faults().on("payments").drips(Duration.ofMillis(15));
            CompletableFuture<String> page = leaving(till, draft, fault);
            till.house().advance(Duration.ofMinutes(3));
            till.house().tick("payment");
            till.awaitState(draft, "unknown");

            assertThat(page.join()).contains("Sent");
            assertThat(till.life(draft)).contains("unknown > submitted by caravan");
            assertThat(till.submissions(draft)).hasSize(1);
        }
    }

    @Test
    void aPaymentThatWasAuthorisedAndThenLostIsNotSentLater() {
        try (Till till = Till.open(Map.of())) {
            Till.Draft draft = till.draft();
            till.house()
                    .database
                    .update(
                            "update caravan.payment set state = 'authorised' where id = ?",
                            draft.id());
            till.house().advance(Duration.ofMinutes(6));
            till.awaitState(draft, "abandoned");
            assertThat(till.submissions(draft)).isEmpty();
        }
    }

    @Test
    void anInstallationThatDoesNotPayTakesNoOrderAndSendsNone() {
        try (Till till = Till.open(Map.of())) {
            Till.Draft atHome = till.draft();
            Till.Draft atTheBank = till.draft();
            String callback = till.agreed(atTheBank);
            till.house().set("payments", "off");
            House.until(() -> till.house().deployer().settings("pockit").containsValue("off"));

            assertThat(
                            till.desk
                                    .adminOnce(Till.key(), "/payments", Till.body("1", "NO"))
                                    .statusCode())
                    .isEqualTo(409);
            assertThat(till.desk.get(atHome.link()).body()).contains("Unpaid");
            assertThat(till.page(callback)).contains("Unpaid");

            assertThat(till.intents(atHome)).isEmpty();
            assertThat(till.pockit.twin.truth().payments()).isEmpty();
            assertThat(till.pockit.twin.journal().on("payments")).isEmpty();
            assertThat(till.state(atHome)).isEqualTo("abandoned");
            assertThat(till.state(atTheBank)).isEqualTo("abandoned");
        }
    }

    @Test
    void twoNodesShareTheQuestions() {
        try (Till till = Till.open(Map.of("payment.poll", "9x1s"))) {
            Deployer second = till.house().secondNode();
            try {
                Till.Draft draft = till.draft();
                till.pay(draft);
                House.until(() -> till.column(draft, "next_poll_at") == null);

                assertThat(till.column(draft, "polls")).isEqualTo("9");
                assertThat(till.pockit.twin.journal().on("payments/{id}")).hasSize(9);
            } finally {
                second.close();
            }
        }
    }
}
