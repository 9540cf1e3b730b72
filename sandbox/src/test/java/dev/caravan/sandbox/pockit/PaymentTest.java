package dev.caravan.sandbox.pockit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.sandbox.Json;
import dev.caravan.sandbox.MovableClock;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One consent, one payment (contract 5). */
class PaymentTest {
    private final MovableClock clock = MovableClock.at("2026-11-21T10:00:00Z");
    private final PockitTwin twin = PockitTwin.start(PockitSettings.defaults(), clock);
    private final Caller caller = Caller.of(twin, clock);
    private String uuid;
    private String token;

    static ObjectNode details() {
        return Json.object()
                .put("amount", "12.50")
                .put("currency", "GBP")
                .put("creditor_name", "Fernley Lettings")
                .put("creditor_sort_code", "040004")
                .put("creditor_account_number", "12345678")
                .put("reference", "INV-1");
    }

    @BeforeEach
    void authorise() throws Exception {
        allow(wish(details()));
    }

    @AfterEach
    void close() {
        twin.close();
    }

    @Test
    void aPaymentNeedsItsDetailsInTheIntent() throws Exception {
        assertThat(authorised(caller.aisp().put("scope", "pisp"))).isEqualTo("400 invalid_request");
        assertThat(authorised(wish(details()).put("scope", "aisp")))
                .isEqualTo("400 invalid_request");
    }

    @Test
    void detailsThatNobodyCanPayAreRefused() throws Exception {
        assertRefused("amount", "0.00");
        assertRefused("amount", "-1.00");
        assertRefused("amount", "1.005");
        assertRefused("currency", "EUR");
        assertRefused("creditor_name", " ");
        assertRefused("creditor_sort_code", "04-00-04");
        assertRefused("creditor_account_number", "1234567");
        assertRefused("reference", "NINETEEN CHARACTERS");
        assertRefused("iban", "GB00");
        assertThat(authorised(wish(details().put("amount", 12.5)))).startsWith("400");
        assertThat(authorised(wish(details().without("reference")))).startsWith("400");
    }

    @Test
    void theMemberCanHaveAnotherNameOrBeUnknown() throws Exception {
        change("payinfoMember", "payment");
        assertThat(authorised(wish(details()))).isEqualTo("400 invalid_request");
        ObjectNode renamed = caller.aisp().put("scope", "pisp");
        renamed.set("payment", details());
        assertThat(authorised(renamed)).isEqualTo("200 ");

        change("payinfo", PaymentRules.Payinfo.REFUSED);
        assertThat(authorised(renamed)).isEqualTo("400 invalid_request");
        allow(caller.aisp().put("scope", "pisp"));
        assertThat(Caller.error(caller.pay(details(), token, uuid))).isEqualTo("201 ");
    }

    @Test
    void onePaymentIsAcceptedAndNoSecond() throws Exception {
        assertThat(Caller.error(caller.pay(details(), token, uuid))).isEqualTo("201 ");

        assertThat(Caller.error(caller.pay(details(), token, uuid)))
                .isEqualTo("403 Resource.InvalidConsentStatus");
        assertThat(twin.truth().payments()).hasSize(1);
        assertThat(twin.truth().payments().get(0).amount()).isEqualByComparingTo("12.50");
    }

    @Test
    void theSameKeyCanBringTheSameAnswer() throws Exception {
        change("idempotent", true);
        JsonNode once = Caller.body(caller.pay(details(), token, uuid));

        assertThat(Caller.body(caller.pay(details(), token, uuid))).isEqualTo(once);
        assertThat(twin.truth().payments()).hasSize(1);
    }

    @Test
    void anythingElseThanWasAllowedIsRefusedAndSpendsNothing() throws Exception {
        ObjectNode more = details().put("amount", "1250.00");

        assertThat(Caller.error(caller.pay(more, token, uuid)))
                .isEqualTo("400 Resource.ConsentMismatch");
        assertThat(Caller.error(caller.pay(details(), token, UUID.randomUUID().toString())))
                .isEqualTo("400 Header.Invalid");
        assertThat(
                        Caller.error(
                                caller.pay(
                                        details(),
                                        token,
                                        request ->
                                                request.setHeader("x-user-ip", "")
                                                        .header("x-idempotency-key", uuid))))
                .isEqualTo("400 Header.Missing");
        assertThat(
                        caller.pay(
                                        details(),
                                        token,
                                        request -> request.setHeader("Content-Type", "text/plain"))
                                .statusCode())
                .isEqualTo(415);
        assertThat(Caller.error(caller.pay(details(), token, uuid))).isEqualTo("201 ");
    }

    @Test
    void eachKindOfConsentDoesItsOwnAndNoOther() throws Exception {
        String aisp = twin.connect("user1").accessToken();

        assertThat(Caller.error(caller.pay(details(), aisp, uuid))).startsWith("403");
        assertThat(Caller.error(caller.get("/accounts", token))).startsWith("403");
    }

    @Test
    void theStatusGoesOnAsTimePasses() throws Exception {
        String id = paid();
        assertThat(status(id)).isEqualTo("Pending");
        clock.advance(Duration.ofSeconds(10));
        assertThat(status(id)).isEqualTo("AcceptedSettlementInProcess");
        clock.advance(Duration.ofSeconds(50));
        assertThat(status(id)).isEqualTo("AcceptedSettlementCompleted");

        change("paymentSteps", "AcceptedWithoutPosting 0, Rejected 60");
        assertThat(status(id)).isEqualTo("Rejected");
    }

    @Test
    void aTestCanGiveAPaymentItsStatus() throws Exception {
        String id = paid();
        twin.paymentStatus(id, "Rejected");
        assertThat(status(id)).isEqualTo("Rejected");

        twin.paymentStatus(id, "");
        assertThat(status(id)).isEqualTo("Pending");
    }

    @Test
    void aPaymentIsKnownToItsOwnConsentOnly() throws Exception {
        String id = paid();
        allow(wish(details()));

        assertThat(Caller.error(caller.get("/payments/" + id, token)))
                .isEqualTo("404 Resource.NotFound");
        assertThat(Caller.error(caller.get("/payments/unknown", token)))
                .isEqualTo("404 Resource.NotFound");
    }

    @Test
    void theIdHasEachOfItsNames() throws Exception {
        change("shape", Answers.Shape.F);
        assertThat(Caller.body(caller.pay(details(), token, uuid)).has("PaymentReference"))
                .isTrue();

        change("paymentIdName", "payment_id");
        allow(wish(details()));
        assertThat(Caller.body(caller.pay(details(), token, uuid)).has("payment_id")).isTrue();
    }

    @Test
    void aPaymentIsAcceptedAlthoughTheConnectionIsDropped() throws Exception {
        twin.faults().paymentAcceptedAndConnectionDropped().times(1);

        assertThatThrownBy(() -> caller.pay(details(), token, uuid))
                .isInstanceOf(IOException.class);
        assertThat(twin.truth().payments()).hasSize(1);
        assertThat(Caller.error(caller.pay(details(), token, uuid))).startsWith("403");
    }

    @Test
    void ofTwoWhoPayAtOnceOneIsRefused() throws Exception {
        ExecutorService two = Executors.newFixedThreadPool(2);
        Callable<Integer> pay = () -> caller.pay(details(), token, uuid).statusCode();
        try {
            List<Integer> answers = new ArrayList<>();
            for (Future<Integer> one : two.invokeAll(List.of(pay, pay))) {
                answers.add(one.get());
            }
            assertThat(answers).containsExactlyInAnyOrder(201, 403);
        } finally {
            two.shutdownNow();
        }
    }

    @Test
    void statusCallsAreNotRationed() throws Exception {
        String id = paid();
        for (int at = 0; at < 8; at++) {
            assertThat(status(id)).isEqualTo("Pending");
        }
    }

    private String paid() throws Exception {
        return Caller.body(caller.pay(details(), token, uuid))
                .at("/Data/DomesticPaymentId")
                .asText();
    }

    private String status(String id) throws Exception {
        return Caller.body(caller.get("/payments/" + id, token)).at("/Data/Status").asText();
    }

    private ObjectNode wish(JsonNode details) {
        ObjectNode wish = caller.aisp().put("scope", "pisp");
        wish.set("payinfo", details);
        return wish;
    }

    private void allow(ObjectNode wish) throws Exception {
        uuid = wish.path("uuid").asText();
        URI callback = new Browser().allow(caller.location(wish), "user1");
        token =
                Caller.body(caller.exchange(Caller.query(callback).get("authorisation_code")))
                        .path("access_token")
                        .asText();
    }

    private String authorised(ObjectNode wish) throws Exception {
        return Caller.error(caller.authorise(wish));
    }

    private void assertRefused(String name, String value) throws Exception {
        assertThat(authorised(wish(details().put(name, value)))).isEqualTo("400 invalid_request");
    }

    private void change(String name, Object value) {
        twin.change(twin.settings().with(name, value));
    }
}
