package dev.caravan.sandbox.leatherback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.sandbox.Fault;
import dev.caravan.sandbox.Json;
import dev.caravan.sandbox.MovableClock;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FaultsTest {
    private static final String TRANSACTIONS = "accounts/{id}/transactions";
    private final MovableClock clock = MovableClock.at("2026-11-21T10:00:00Z");
    private final LeatherbackTwin twin = LeatherbackTwin.start(Tpp.known(), clock);
    private final Tpp tpp = new Tpp(twin, clock);
    private final Connected connected = twin.connect("customer1");
    private final String token = connected.accessToken();
    private final BankAccount account = twin.accounts("customer1").get(0);
    private final String path = "/accounts/" + account.id() + "/transactions";

    @AfterEach
    void close() {
        twin.close();
    }

    private String next(JsonNode page) {
        return page.path("Links").path("Next").asText("");
    }

    @Test
    void theCommonFaultsStrikeAsOftenAsTheyWereTold() throws Exception {
        Fault fault =
                twin.faults().on("accounts").tooManyRequests(Duration.ofSeconds(120)).times(1);

        var refused = tpp.get("/accounts", token);
        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(refused.headers().firstValue("Retry-After")).contains("120");
        assertThat(tpp.get("/accounts", token).statusCode()).isEqualTo(200);
        assertThat(fault.hits()).isEqualTo(1);
    }

    @Test
    void faultsCanBeForOneAccountOrOneUser() throws Exception {
        twin.faults().on(TRANSACTIONS).status(503).forAccount(account.id());
        twin.faults().on("accounts").status(500).forUser("customer2");

        assertThat(tpp.get(path, token).statusCode()).isEqualTo(503);
        assertThat(tpp.get("/accounts", token).statusCode()).isEqualTo(200);
        String other = "/accounts/" + twin.accounts("customer1").get(1).id() + "/transactions";
        assertThat(tpp.get(other, token).statusCode()).isEqualTo(200);
    }

    @Test
    void theErrorsOfObieHaveTheirShape() throws Exception {
        twin.faults().on("accounts").reauthenticate().times(1);
        twin.faults().on("accounts").invalidConsentStatus().times(1);
        twin.faults().on("accounts").permissionMissing().times(1);
        twin.faults().on("accounts").obieError(409, "UK.OBIE.Rules.ResourceAlreadyExists").times(1);

        var refused = tpp.get("/accounts", token);
        assertThat(tpp.error(refused)).isEqualTo("403 UK.OBIE.Reauthenticate");
        assertThat(Tpp.body(refused).path("Code").asText()).isEqualTo("403");
        assertThat(Tpp.body(refused).path("Message").asText()).isNotEmpty();
        assertThat(tpp.error(tpp.get("/accounts", token)))
                .isEqualTo("400 UK.OBIE.Resource.InvalidConsentStatus");
        assertThat(tpp.error(tpp.get("/accounts", token)))
                .isEqualTo("403 GB.Leatherback.PermissionMissing");
        assertThat(tpp.error(tpp.get("/accounts", token)))
                .isEqualTo("409 UK.OBIE.Rules.ResourceAlreadyExists");
    }

    @Test
    void anErrorCanHideBehind200() throws Exception {
        twin.faults().on("*").notSuccessful("LB-17", "try later").times(2);

        JsonNode answer = tpp.json("/accounts", token);
        assertThat(answer.path("isSuccess").asBoolean(true)).isFalse();
        assertThat(answer.path("responseCode").asText()).isEqualTo("LB-17");
        assertThat(answer.path("message").asText()).isEqualTo("try later");
        assertThat(tpp.json(path, token).path("isSuccess").asBoolean(true)).isFalse();
    }

    @Test
    void nextCanLeadAbroad() throws Exception {
        twin.faults().on(TRANSACTIONS).foreignNext().times(1);
        twin.faults().on(TRANSACTIONS).foreignNext("https://127.0.0.1:1/x").times(1);

        assertThat(next(tpp.json(path, token))).startsWith("http://example.com");
        assertThat(next(tpp.json(path, token))).isEqualTo("https://127.0.0.1:1/x");
    }

    @Test
    void nextCanLeadNowhereElse() throws Exception {
        twin.faults().on(TRANSACTIONS).nextIsSelf().times(1);

        assertThat(next(tpp.json(path, token))).isEqualTo(twin.base() + path);
    }

    @Test
    void nextCanCycle() throws Exception {
        twin.faults().on(TRANSACTIONS).nextCycles();
        String base = twin.base().toString();

        JsonNode second = tpp.json(next(tpp.json(path, token)).replace(base, ""), token);
        JsonNode again = tpp.json(next(second).replace(base, ""), token);

        assertThat(again.path("Data")).isEqualTo(tpp.json(path, token).path("Data"));
        JsonNode secondAgain = tpp.json(next(again).replace(base, ""), token);
        assertThat(next(secondAgain)).isEqualTo(next(second));
    }

    @Test
    void anEmptyPageLosesNoRow() throws Exception {
        twin.change(twin.settings().repeatRows(false));
        twin.faults().on(TRANSACTIONS).emptyPage().afterCalls(1).times(2);

        assertThat(tpp.walk(path, token)).hasSize(account.rows().size());
    }

    @Test
    void aRowCanStandTwiceOnAPageAndInTwoVersions() throws Exception {
        twin.faults().on(TRANSACTIONS).repeatsARow().times(1);
        twin.faults().on(TRANSACTIONS).twoVersionsOfARow().times(1);

        assertThat(tpp.json(path, token).path("Data").path("Transaction")).hasSize(26);
        JsonNode rows = tpp.json(path, token).path("Data").path("Transaction");
        assertThat(rows.path(0).path("TransactionId"))
                .isEqualTo(rows.path(1).path("TransactionId"));
        assertThat(rows.path(0).path("Amount").path("Amount").asText()).isEqualTo("0.01");
    }

    @Test
    void poisonIsOneMoreRowAndNoPartOfTheTruth() throws Exception {
        LeatherbackFaultPoint at = twin.faults().on(TRANSACTIONS);
        poison(at.wordAsAmount(), row -> row.path("Amount").path("Amount").asText(), "twelve");
        poison(at.hugeAmount(), row -> row.path("Amount").path("Amount").asText().length(), 31);
        poison(at.tooManyDecimals(), row -> row.path("Amount").path("Amount").asText(), "1.000001");
        poison(at.unknownCurrency(), row -> row.path("Amount").path("Currency").asText(), "XQQ");
        poison(at.nullAmount(), row -> row.has("Amount"), false);
        poison(at.noIndicator(), row -> row.has("CreditDebitIndicator"), false);
        poison(
                at.impossibleDate(),
                row -> row.path("BookingDateTime").asText(),
                "2026-02-30T10:00:00Z");
        poison(
                at.nulInInformation(),
                row -> row.path("TransactionInformation").asText().indexOf(0),
                3);
        poison(
                at.longInformation(),
                row -> row.path("TransactionInformation").asText().length(),
                1_000_000);
        assertThat(account.rows()).noneMatch(row -> row.id().equals("LBX-poison"));
    }

    private <T> void poison(Fault fault, Function<JsonNode, T> seen, T expected) throws Exception {
        JsonNode rows = tpp.json(path, token).path("Data").path("Transaction");
        fault.lift();
        assertThat(rows).hasSize(26);
        JsonNode last = rows.path(25);
        assertThat(last.path("TransactionId").asText()).isEqualTo("LBX-poison");
        assertThat(seen.apply(last)).isEqualTo(expected);
    }

    @Test
    void theTokenEndpointCanRefuseAndSpendsNothing() throws Exception {
        twin.faults().on("auth/token").invalidGrant().times(1);

        assertThat(Tpp.body(tpp.refresh(connected.refreshToken())).path("error").asText())
                .isEqualTo("invalid_grant");
        assertThat(tpp.refresh(connected.refreshToken()).statusCode()).isEqualTo(200);
    }

    @Test
    void aLostAnswerHasRotatedTheToken() throws Exception {
        twin.faults().on("auth/token").losesTheAnswer().times(1);

        assertThatThrownBy(() -> tpp.refresh(connected.refreshToken()))
                .isInstanceOf(IOException.class);
        assertThat(tpp.refresh(connected.refreshToken()).statusCode()).isEqualTo(400);
    }

    @Test
    void aLostConsentIsAnOrphan() throws Exception {
        String client = tpp.clientToken();
        twin.faults().on("account-access-consents").losesTheAnswer().times(1);
        int before = twin.consents().size();

        assertThatThrownBy(
                        () ->
                                tpp.api(
                                        "POST",
                                        "/account-access-consents",
                                        client,
                                        tpp.consentWish("ReadAccountsBasic")))
                .isInstanceOf(IOException.class);
        assertThat(twin.consents()).hasSize(before + 1);
    }

    @Test
    void aConsentCanShowAnotherStatus() throws Exception {
        twin.faults().on("account-access-consents/{id}").showsStatus("AwaitingAuthorisation");
        String consent = "/account-access-consents/" + connected.consent().id();

        assertThat(tpp.json(consent, tpp.clientToken()).path("Data").path("Status").asText())
                .isEqualTo("AwaitingAuthorisation");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "not_successful", "foreign_next", "next_is_self", "next_cycles", "empty_page",
                "repeats_row", "two_versions", "extra_row", "obie_error", "callback_error",
                "other_state", "other_consent", "consent_status"
            })
    void everyOwnFaultCanBeSetOverHttp(String kind) throws Exception {
        ObjectNode wish = Json.object().put("endpoint", "x").put("kind", kind);

        assertThat(tpp.api("POST", "/twin/faults", "-", wish).statusCode()).isEqualTo(204);
        assertThat(twin.faults().all()).hasSize(1);
    }

    @Test
    void aFlawOfTheIdTokenCanBeSetOverHttp() throws Exception {
        ObjectNode wish = Json.object().put("endpoint", "authorize-app/decision");
        wish.put("kind", "id_token").put("flaw", "WRONG_NONCE").put("times", 1);
        tpp.api("POST", "/twin/faults", "-", wish);

        Callback back = new Browser().allow(tpp.link(tpp.claims(tpp.consent())));

        assertThat(Jws.parse(back.get("id_token")).claims().path("nonce").asText())
                .isEqualTo("another-nonce");
        wish.put("flaw", "NO_SUCH");
        assertThat(tpp.api("POST", "/twin/faults", "-", wish).statusCode()).isEqualTo(400);
    }
}
