package dev.caravan.conformance.pockit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravan.sandbox.Fault;
import dev.caravan.sandbox.pockit.PockitFaults;
import java.time.Duration;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.model.Model;
import org.apache.camel.model.OnExceptionDefinition;
import org.apache.camel.model.RouteDefinition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** However a submission breaks, it leaves once; what is not clear stays unknown. */
class PaymentFaultTest {
    private static Till till;

    @BeforeAll
    static void open() {
        till = Till.open(Map.of("call.deadline.seconds", "2"));
    }

    @AfterAll
    static void close() {
        till.close();
    }

    @AfterEach
    void lift() {
        till.pockit.twin.faults().clear();
    }

    private static Arguments when(String what, Function<PockitFaults, Fault> fault) {
        return Arguments.of(what, fault);
    }

    static Stream<Arguments> unclear() {
        return Stream.of(
                when("lost answer", faults -> faults.on("payments").losesTheAnswer()),
                when("dropped", PockitFaults::paymentAcceptedAndConnectionDropped),
                when("reset", faults -> faults.on("payments").resets()),
                when("stall", faults -> faults.on("payments").stalls(Duration.ofMinutes(1))),
                when("cut", faults -> faults.on("payments").cutJson()),
                when("truncated", faults -> faults.on("payments").truncated()),
                when("500", faults -> faults.on("payments").status(500)),
                when("502", faults -> faults.on("payments").html(502)),
                when("503, later", faults -> faults.on("payments").retryAfter(503, "1")),
                when("200 without an id", faults -> faults.on("payments").error(200, Map.of())),
                when("200 in HTML", faults -> faults.on("payments").html(200)),
                when("204", faults -> faults.on("payments").status(204)),
                when("redirect", faults -> faults.on("payments").status(307)),
                when("408", faults -> faults.on("payments").status(408)),
                when("409", faults -> faults.on("payments").status(409)),
                when("429, later", faults -> faults.on("payments").retryAfter(429, "1")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("unclear")
    void whatWasSentAndNotClearlyAnsweredIsUnknownAndNeverSentAgain(
            String what, Function<PockitFaults, Fault> fault) {
        Till.Draft draft = till.draft();
        Fault set = fault.apply(till.pockit.twin.faults());

        assertThat(till.pay(draft)).contains("Unclear").contains("do not pay again");
        till.house().advance(Duration.ofMinutes(5));
        till.house().tick("payment");

        assertThat(till.state(draft)).isEqualTo("unknown");
        assertThat(till.column(draft, "unknown_since")).isNotNull();
        assertThat(till.column(draft, "last_fault"))
                .startsWith("CARAVAN-PAYMENT pockit: POST /payments")
                .contains("never sent again");
        assertThat(set.hits()).isEqualTo(1);
        assertThat(till.submissions(draft)).hasSize(1);
        assertThat(till.taken(draft).size()).isLessThanOrEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 401, 403, 404, 422})
    void aClearRefusalEndsThePaymentAndIsNotRepeatedWithANewToken(int status) {
        Till.Draft draft = till.draft();
        Fault fault = till.pockit.twin.faults().on("payments").status(status);
        long tokens = till.pockit.twin.journal().on("access-token").size();

        assertThat(till.pay(draft)).contains("Refused");

        assertThat(till.state(draft)).isEqualTo("rejected");
        assertThat(fault.hits()).isEqualTo(1);
        assertThat(till.taken(draft)).isEmpty();
        assertThat(till.pockit.twin.journal().on("access-token")).hasSize((int) tokens + 1);
    }

    @Test
    void anUnknownPaymentWithANameIsLookedUp() {
        Till.Draft draft = till.draft();
        till.pockit.twin.faults().on("payments").error(500, Map.of("id", "P/1")).times(1);
        till.pockit
                .twin
                .faults()
                .on("payments/{id}")
                .error(200, Map.of("Data", Map.of("Status", "AcceptedSettlementCompleted")));

        assertThat(till.pay(draft)).contains("Unclear");
        assertThat(till.state(draft)).isEqualTo("unknown");
        till.house().advance(Duration.ofSeconds(6));

        till.awaitState(draft, "executed");
        assertThat(till.column(draft, "unknown_since")).isNull();
        assertThat(till.submissions(draft)).hasSize(1);
        assertThat(till.pockit.twin.journal().on("payments/{id}"))
                .anyMatch(one -> one.path().endsWith("/payments/P%2F1"));
    }

    @Test
    void aPersonSettlesAnUnknownPaymentOnceWithNameAndReason() {
        Till.Draft draft = till.draft();
        till.pockit.twin.faults().on("payments").losesTheAnswer().times(1);
        till.pay(draft);
        assertThat(till.decide(draft, "resolve", ", \"to\": \"draft\"").statusCode())
                .isEqualTo(400);

        assertThat(till.decide(draft, "resolve", ", \"to\": \"executed\"").statusCode())
                .isEqualTo(200);
        assertThat(till.decide(draft, "resolve", ", \"to\": \"rejected\"").statusCode())
                .isEqualTo(409);

        assertThat(till.state(draft)).isEqualTo("executed");
        assertThat(till.life(draft)).endsWith("unknown > executed by Ada");
        assertThat(
                        Till.json(till.desk.admin("GET", "/payments/" + draft.id(), "").body())
                                .at("/events/4/why")
                                .asText())
                .isEqualTo("the bank's statement");
    }

    @Test
    void aPersonWhoKnowsTheNameHandsThePaymentBackToTheQuestions() {
        Till.Draft draft = till.draft();
        till.pockit.twin.faults().on("payments").losesTheAnswer().times(1);
        till.pay(draft);
        String name = till.taken(draft).get(0).id();
        till.pockit.twin.paymentStatus(name, "Rejected");

        till.decide(
                draft,
                "resolve",
                ", \"to\": \"submitted\", \"provider_payment_id\": \"" + name + "\"");

        till.awaitState(draft, "rejected");
        assertThat(till.column(draft, "provider_status")).isEqualTo("Rejected");
    }

    @Test
    void twentyHandsAtOnceSubmitOnce() {
        Till.Draft draft = till.draft();
        till.pay(draft);
        till.house().database.update("alter table caravan.payment disable trigger payment_moves");
        till.house()
                .database
                .update("update caravan.payment set state = 'authorised' where id = ?", draft.id());
        till.house().database.update("alter table caravan.payment enable trigger payment_moves");
        var hands = till.house().camel().createProducerTemplate();

        long through =
                Stream.generate(() -> draft)
                        .limit(20)
                        .parallel()
                        .map(
                                one ->
                                        hands.request(
                                                "direct:pay-submit",
                                                request ->
                                                        request.setProperty(
                                                                "connection", one.id())))
                        .map(Exchange::getException)
                        .filter(failed -> failed == null)
                        .count();

        assertThat(through).isEqualTo(1);
        assertThat(till.submissions(draft)).hasSize(2);
        assertThat(till.taken(draft)).hasSize(1);
    }

    @Test
    void noPolicyAndNoOtherRouteReachTheSubmission() {
        Model routes =
                till.house().camel().getCamelContextExtension().getContextPlugin(Model.class);
        RouteDefinition submit = routes.getRouteDefinition("pockit.pay-submit");

        assertThat(submit.getRouteConfigurationId()).isEqualTo("bare");
        assertThat(submit.getOutputs()).noneMatch(step -> step instanceof OnExceptionDefinition);
        assertThat(routes.getRouteConfigurationDefinition("bare").getOnExceptions()).isEmpty();
        assertThat(routes.getRouteDefinitions())
                .filteredOn(
                        route ->
                                route.toString()
                                        .replace("From[direct:pay-submit]", "")
                                        .contains("pay-submit]"))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"authorised", "submitting", "draft", "declined", "abandoned"})
    void theStoreItselfKnowsNoWayBack(String state) {
        Till.Draft draft = till.draft();
        till.pay(draft);
        assertThatThrownBy(
                        () ->
                                till.house()
                                        .database
                                        .update(
                                                "update caravan.payment set state = ? where id = ?",
                                                state,
                                                draft.id()))
                .hasMessageContaining("a payment does not go from submitted to " + state);
        assertThatThrownBy(
                        () ->
                                till.house()
                                        .database
                                        .update(
                                                "update caravan.connection set state = 'active'"
                                                        + " where id = ?",
                                                draft.id()))
                .hasMessageContaining("connection_of_a_payment_is_never_pulled");
    }
}
