package dev.caravan.conformance.pockit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.sandbox.Exchange;
import dev.caravan.sandbox.pockit.Browser;
import dev.caravan.sandbox.pockit.Granting;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

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

        String callback = till.agreed(draft);
        till.pockit.twin.journal().clear();
        assertThat(till.page(callback)).contains("Sent").doesNotContain(Till.ACCOUNT);
        assertThat(till.pockit.twin.journal().all().subList(0, 2))
                .extracting(Exchange::endpoint)
                .containsExactly("access-token", "payments");

        assertThat(till.state(draft)).isEqualTo("submitted");
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

    @Test
    void aWayBackThatIsWalkedTwiceOrInAnotherBrowserSubmitsOnce() {
        Till.Draft draft = till.draft();
        String callback = till.agreed(draft);

        HttpResponse<String> other =
                till.desk.send(
                        HttpRequest.newBuilder(till.desk.front(callback))
                                .header("Cookie", "caravan-trip=another"));
        assertThat(other.body()).contains("Invalid");
        assertThat(till.submissions(draft)).isEmpty();

        List<String> pages =
                Stream.generate(() -> callback).limit(8).parallel().map(till::page).toList();

        assertThat(pages).filteredOn(page -> page.contains("Sent")).hasSize(1);
        assertThat(pages).filteredOn(page -> page.contains("Invalid")).hasSize(7);
        assertThat(till.submissions(draft)).hasSize(1);
        assertThat(till.desk.get(draft.link()).body()).contains("Invalid");
        assertThat(till.intents(draft)).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(Granting.NullCode.class)
    void aUserWhoDeclinesPaysNothingHoweverNoIsSpelled(Granting.NullCode spelling) {
        Till.Draft draft = till.draft();
        String page =
                till.during(
                        "nullCode",
                        spelling,
                        () -> {
                            URI back = new Browser().decline(till.bank(draft));
                            return till.page(back.getRawPath() + "?" + back.getRawQuery());
                        });

        assertThat(page).contains("Cancelled").contains("Nothing was paid");
        assertThat(till.state(draft)).isEqualTo("declined");
        assertThat(till.submissions(draft)).isEmpty();
        assertThat(till.life(draft))
                .containsExactly("draft by caravan", "draft > declined by user");
    }

    @Test
    void aCodeThatComesLatePaysNothing() {
        Till.Draft draft = till.draft();
        String page =
                till.during(
                        "codeSeconds",
                        60,
                        () -> {
                            String callback = till.agreed(draft);
                            till.house().advance(Duration.ofSeconds(61));
                            return till.page(callback);
                        });

        assertThat(page).contains("Unpaid");
        assertThat(till.state(draft)).isEqualTo("abandoned");
        assertThat(till.column(draft, "last_fault")).contains("CARAVAN-CONSENT", "invalid_grant");
        assertThat(till.submissions(draft)).isEmpty();
    }

    @Test
    void aPaymentThatWasCancelledIsNotPaidByAUserWhoIsAtTheBankAlready() {
        Till.Draft draft = till.draft();
        String callback = till.agreed(draft);
        assertThat(till.decide(draft, "cancel", "").statusCode()).isEqualTo(200);

        assertThat(till.page(callback)).contains("Unpaid");
        assertThat(till.submissions(draft)).isEmpty();
        assertThat(till.state(draft)).isEqualTo("abandoned");
        assertThat(till.life(draft)).contains("draft > abandoned by Ada");
        assertThat(till.decide(draft, "cancel", "").statusCode()).isEqualTo(409);

        Till.Draft unseen = till.draft();
        till.decide(unseen, "cancel", "");
        assertThat(till.desk.get(unseen.link()).body()).contains("Unpaid");
        assertThat(till.intents(unseen)).isEmpty();
    }

    @Test
    void aPaymentThatNobodyCameForIsAbandonedWithItsLink() {
        Till.Draft draft = till.draft();
        till.house().advance(Duration.ofMinutes(33));
        till.awaitState(draft, "abandoned");
        assertThat(till.desk.get(draft.link()).body()).contains("Invalid");
        assertThat(till.intents(draft)).isEmpty();
    }

    @Test
    void anIntentThatTheBankRefusesPaysNothing() {
        Till.Draft draft = till.draft();
        till.pockit.twin.faults().on("authorise").status(400).times(1);
        assertThat(till.desk.get(draft.link()).body()).contains("Unpaid");
        assertThat(till.state(draft)).isEqualTo("abandoned");
        assertThat(till.column(draft, "last_fault")).contains("POST /authorise answered 400");
    }

    @Test
    void aUserWithoutAnAddressOfTheirOwnIsNotGivenOne() {
        Till.Draft draft = till.draft();
        assertThat(till.desk.get(till.agreed(draft)).body()).contains("Refused");
        assertThat(till.submissions(draft))
                .hasSize(1)
                .allMatch(one -> !one.headers().containsKey("x-user-ip"));
        assertThat(till.state(draft)).isEqualTo("rejected");
    }

    @Test
    void aPaymentIsNoConnectionAndIsNeverPulled() {
        Till.Draft draft = till.draft();
        till.pay(draft);
        String where = " where connection_id = '" + draft.id() + "'";
        assertThat(till.house().number("select count(*) from ledger.connection" + where)).isZero();
        assertThat(till.house().number("select count(*) from ledger.trip" + where)).isZero();
        assertThat(till.house().number("select count(*) from caravan.task" + where)).isZero();
        for (String path : List.of("/link", "/pull", "/webhook")) {
            assertThat(
                            till.desk
                                    .admin("POST", "/connections/" + draft.id() + path, "{}")
                                    .statusCode())
                    .as(path)
                    .isEqualTo(404);
        }
    }
}
