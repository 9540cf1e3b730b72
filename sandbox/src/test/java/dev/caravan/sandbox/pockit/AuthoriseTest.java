package dev.caravan.sandbox.pockit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.sandbox.Json;
import dev.caravan.sandbox.MovableClock;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Intents, the login page and the way back (contract 2.1 and 2.2). */
class AuthoriseTest {
    private final MovableClock clock = MovableClock.at("2026-11-21T10:00:00Z");
    private final PockitTwin twin = PockitTwin.start(PockitSettings.defaults(), clock);
    private final Caller caller = Caller.of(twin, clock);
    private final Browser browser = new Browser();

    @AfterEach
    void close() {
        twin.close();
    }

    @Test
    void anIntentHasAnIdAndALocationThatEndsWithIt() throws Exception {
        HttpResponse<byte[]> response = caller.authorise(caller.aisp());
        JsonNode body = Caller.body(response);

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(body.path("location").asText())
                .isEqualTo(twin.base() + "/v1/authorise/" + body.path("intent-id").asText());
    }

    @Test
    void anyOtherTwoHundredAndAnyOtherHostCanBeTold() throws Exception {
        change("authoriseStatus", 201);
        change("locationBase", "https://auth.tell.money/v1");
        HttpResponse<byte[]> response = caller.authorise(caller.aisp());

        assertThat(response.statusCode()).isEqualTo(201);
        assertThat(Caller.body(response).path("location").asText())
                .startsWith("https://auth.tell.money/v1/authorise/");

        twin.faults().location("http://auth.example.invalid/v1/authorise/{id}").times(1);
        assertThat(caller.location(caller.aisp()).getHost()).isEqualTo("auth.example.invalid");
    }

    @Test
    void wrongBasicCredentialsAreRefused() throws Exception {
        byte[] body = Json.bytes(caller.aisp());
        String signature = caller.signed("/authorise", body);
        Application known = twin.settings().application();

        for (String pair :
                new String[] {
                    known.clientId() + ":client:" + known.clientSecret(),
                    known.clientId() + ":wrong",
                    known.clientId()
                }) {
            String basic = "Basic " + Base64.getEncoder().encodeToString(pair.getBytes());
            assertThat(
                            Caller.error(
                                    caller.authCall(
                                            "/authorise",
                                            "application/json",
                                            body,
                                            signature,
                                            basic)))
                    .isEqualTo("401 invalid_client");
        }
    }

    @Test
    void anotherContentTypeIsRefused() throws Exception {
        byte[] body = Json.bytes(caller.aisp());

        assertThat(
                        caller.authCall(
                                        "/authorise",
                                        "text/plain",
                                        body,
                                        caller.signed("/authorise", body),
                                        caller.basic())
                                .statusCode())
                .isEqualTo(415);
    }

    @Test
    void aBodyThatIsNotAsTheSeedSaysIsRefused() throws Exception {
        assertRefused(caller.aisp().put("aspsp", "00000000-0000-4000-8000-000000000000"));
        assertRefused(caller.aisp().put("uuid", "c0fd407d-134b-1091-8e04-ab49a98db217"));
        assertRefused(caller.aisp().put("uuid", "c0fd407d-134b-4091-ce04-ab49a98db217"));
        assertRefused(caller.aisp().put("uuid", "c0fd407d134b40918e04ab49a98db217"));
        assertRefused(caller.aisp().put("scope", "cbpii"));
        assertRefused(caller.aisp().put("sandbox_sca", "true"));
        assertRefused(caller.aisp().put("state", "x"));
        ObjectNode without = caller.aisp();
        without.remove("uuid");
        assertRefused(without);
    }

    @Test
    void aUuidMayComeAgainInTheSandboxAndNotInProduction() throws Exception {
        ObjectNode wish = caller.aisp();
        assertThat(caller.authorise(wish).statusCode()).isEqualTo(200);
        assertThat(caller.authorise(wish).statusCode()).isEqualTo(200);

        production();
        assertRefused(wish);
        assertRefused(wish.put("uuid", wish.path("uuid").asText().toUpperCase(Locale.ROOT)));
        assertThat(caller.authorise(caller.aisp()).statusCode()).isEqualTo(200);
    }

    @Test
    void productionTakesOnlyACertificateThatIsValidNow() throws Exception {
        change("env", "PRODUCTION");
        assertThat(Caller.error(caller.authorise(caller.aisp()))).isEqualTo("401 invalid_client");

        production();
        assertThat(caller.authorise(caller.aisp()).statusCode()).isEqualTo(200);

        clock.advance(Duration.ofDays(32));
        assertThat(Caller.error(caller.authorise(caller.aisp()))).isEqualTo("401 invalid_client");
    }

    @Test
    void sandboxScaComesBackAtOnceInTheSandbox() throws Exception {
        URI location = caller.location(caller.aisp().put("sandbox_sca", true));

        assertThat(Caller.query(browser.follow(location)).get("authorisation_code")).hasSize(36);
        assertThat(browser.open(location).statusCode()).isEqualTo(400);
    }

    @Test
    void sandboxScaTakesTheNextUserEachTimeWhenNobodyIsNamed() throws Exception {
        change("autoUser", "");
        for (int at = 0; at < 3; at++) {
            URI location = caller.location(caller.aisp().put("sandbox_sca", true));
            caller.exchange(Caller.query(browser.follow(location)).get("authorisation_code"));
        }

        assertThat(twin.truth().accounts())
                .extracting(AccountTruth::user)
                .containsOnly("user1", "user2", "user3");
    }

    @Test
    void sandboxScaForNobodySaysSo() throws Exception {
        change("autoUser", "user99");
        URI location = caller.location(caller.aisp().put("sandbox_sca", true));

        assertThat(browser.open(location).statusCode()).isEqualTo(500);
        assertThatThrownBy(() -> twin.connect("user99")).hasMessageContaining("user99");
    }

    @Test
    void sandboxScaMeansNothingInProduction() throws Exception {
        production();
        URI location = caller.location(caller.aisp().put("sandbox_sca", true));

        assertThat(browser.open(location).body()).contains("Allow", "Decline");
    }

    @Test
    void aCodeThatIsNullComesInEachOfItsForms() throws Exception {
        change("nullCode", Granting.NullCode.WORD);
        assertThat(declined()).containsEntry("authorisation_code", "null");

        change("nullCode", Granting.NullCode.EMPTY);
        assertThat(declined()).containsEntry("authorisation_code", "");

        change("nullCode", Granting.NullCode.ABSENT);
        assertThat(declined()).containsOnlyKeys("intent-id", "uuid");
    }

    @Test
    void aThirdWrongPasswordIsADecline() throws Exception {
        URI location = caller.location(caller.aisp());

        assertThat(browser.submit(location, "user1", "guess", "allow").statusCode()).isEqualTo(401);
        assertThat(browser.submit(location, "user1", "guess", "allow").statusCode()).isEqualTo(401);
        assertThat(Caller.query(browser.allow(location, "user1", "guess")))
                .containsEntry("authorisation_code", "null");
    }

    @Test
    void anIntentIsDecidedOnceAndInTime() throws Exception {
        URI location = caller.location(caller.aisp());
        browser.decline(location);
        assertThat(browser.open(location).statusCode()).isEqualTo(400);

        URI late = caller.location(caller.aisp());
        clock.advance(Duration.ofMinutes(30));
        assertThat(browser.open(late).statusCode()).isEqualTo(400);
        assertThat(browser.open(late.resolve("/v1/authorise/unknown")).statusCode()).isEqualTo(404);
    }

    @Test
    void aRedirectUrlWithAQueryKeepsIt() throws Exception {
        change("redirectUrl", "http://127.0.0.1:1/back?tenant=a");
        URI back = browser.allow(caller.location(caller.aisp()), "user1");

        assertThat(back.toString()).startsWith("http://127.0.0.1:1/back?tenant=a&intent-id=");
    }

    @Test
    void thePageNamesAmountAndPayeeAndEscapesThem() throws Exception {
        ObjectNode wish = caller.aisp().put("scope", "pisp");
        wish.set("payinfo", PaymentTest.details().put("creditor_name", "<b>Eve</b>"));

        assertThat(browser.open(caller.location(wish)).body())
                .contains("12.50", "&lt;b&gt;Eve&lt;/b&gt;")
                .doesNotContain("<b>Eve");
    }

    private Map<String, String> declined() throws Exception {
        return Caller.query(browser.decline(caller.location(caller.aisp())));
    }

    private void assertRefused(ObjectNode body) throws Exception {
        assertThat(Caller.error(caller.authorise(body))).isEqualTo("400 invalid_request");
    }

    private void change(String name, Object value) {
        twin.change(twin.settings().with(name, value));
    }

    private void production() {
        Instant now = clock.instant();
        change("certificate", ThrowawayCertificate.pem(now, now.plus(Duration.ofDays(31))));
        change("env", "PRODUCTION");
    }
}
