package dev.caravan.sandbox.leatherback;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.sandbox.MovableClock;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TokenTest {
    private final MovableClock clock = MovableClock.at("2026-11-21T10:00:00Z");
    private final LeatherbackTwin twin = LeatherbackTwin.start(Tpp.known(), clock);
    private final Tpp tpp = new Tpp(twin, clock);

    @AfterEach
    void close() {
        twin.close();
    }

    private static JsonNode claims(JsonNode answer) {
        return Jws.parse(answer.path("access_token").asText()).claims();
    }

    private String code() throws Exception {
        return new Browser().allow(tpp.link(tpp.claims(tpp.consent()))).get("code");
    }

    private static String error(HttpResponse<byte[]> answer) {
        return answer.statusCode() + " " + Tpp.body(answer).path("error").asText();
    }

    @Test
    void expiresInIsTheSecondOfTheDayAsInThePublishedSampleOfTheClientToken() throws Exception {
        clock.set(Instant.ofEpochSecond(1719855619));

        JsonNode answer = Tpp.body(tpp.token(Map.of("grant_type", "client_credentials")));

        assertThat(answer.path("expires_in").asLong()).isEqualTo(63919);
        assertThat(answer.path("token_type").asText()).isEqualTo("Bearer");
        assertThat(claims(answer).path("iat").asLong()).isEqualTo(1719855619);
        assertThat(claims(answer).path("nbf").asLong()).isEqualTo(1719855619);
        assertThat(claims(answer).path("exp").asLong()).isEqualTo(1719855919);
    }

    @Test
    void expiresInIsTheSecondOfTheDayAsInThePublishedSampleOfTheUserToken() throws Exception {
        clock.set(Instant.parse("2024-07-02T10:51:01Z"));

        assertThat(tpp.connect().path("expires_in").asLong()).isEqualTo(39361);
    }

    @Test
    void justAfterMidnightExpiresInIsTiny() throws Exception {
        clock.set(Instant.parse("2026-11-21T23:55:07Z"));

        JsonNode answer = Tpp.body(tpp.token(Map.of("grant_type", "client_credentials")));

        assertThat(answer.path("expires_in").asLong()).isEqualTo(7);
    }

    @Test
    void anHonestExpiresInIsASetting() throws Exception {
        twin.change(twin.settings().secondOfDayExpiresIn(false));

        JsonNode answer = Tpp.body(tpp.token(Map.of("grant_type", "client_credentials")));

        assertThat(answer.path("expires_in").asLong()).isEqualTo(300);
    }

    @Test
    void theClientTokenHoldsThePasswordInClear() throws Exception {
        JsonNode answer = Tpp.body(tpp.token(Map.of("grant_type", "client_credentials")));

        assertThat(Jws.parse(answer.path("access_token").asText()).header().toString())
                .isEqualTo("{\"alg\":\"HS256\",\"typ\":\"JWT\"}");
        assertThat(claims(answer).path("unique_name").asText())
                .isEqualTo(twin.settings().clientId());
        assertThat(claims(answer).path("certificate").asText())
                .isEqualTo(twin.settings().certificate());
        assertThat(claims(answer)).hasSize(5);
        assertThat(answer).hasSize(3);
    }

    @Test
    void theUserTokenNamesCustomerAndConsent() throws Exception {
        JsonNode answer = tpp.connect();

        assertThat(claims(answer).path("consentId").asText()).isEqualTo(twin.lastConsent().id());
        assertThat(claims(answer).path("customerId").asText())
                .isEqualTo(twin.accounts("customer1").get(0).owner().id());
        assertThat(claims(answer).has("certificate")).isFalse();
        assertThat(answer.path("id_token").asText()).startsWith("oa_stg_");
        assertThat(answer.path("access_token_id").asText()).isNotEmpty();
    }

    @Test
    void twoTokensOfOneSecondAreTwo() throws Exception {
        assertThat(tpp.clientToken()).isNotEqualTo(tpp.clientToken());
    }

    @Test
    void aTokenDiesAfterFiveMinutes() throws Exception {
        String token = tpp.connect().path("access_token").asText();

        clock.advance(Duration.ofSeconds(299));
        assertThat(tpp.get("/accounts", token).statusCode()).isEqualTo(200);
        clock.advance(Duration.ofSeconds(1));
        assertThat(tpp.get("/accounts", token).statusCode()).isEqualTo(401);
    }

    @Test
    void clientAndPasswordAreChecked() throws Exception {
        Map<String, String> wrong = Map.of("grant_type", "client_credentials", "password", "x");

        assertThat(error(tpp.token(wrong))).isEqualTo("401 invalid_client");
    }

    @Test
    void grantScopeAndFormAreChecked() throws Exception {
        assertThat(error(tpp.token(Map.of("grant_type", "password"))))
                .isEqualTo("400 unsupported_grant_type");
        assertThat(error(tpp.token(Map.of("grant_type", "")))).isEqualTo("400 invalid_request");
        assertThat(
                        error(
                                tpp.token(
                                        Map.of(
                                                "grant_type",
                                                "client_credentials",
                                                "scope",
                                                "accounts"))))
                .isEqualTo("400 invalid_scope");
        assertThat(tpp.send("POST", "/auth/token", "{}", "application/json").statusCode())
                .isEqualTo(415);
    }

    @Test
    void aCodeIsGoodOnceAndASecondUseKillsWhatTheFirstBrought() throws Exception {
        String code = code();
        String token = Tpp.body(tpp.exchange(code)).path("access_token").asText();

        assertThat(error(tpp.exchange(code))).isEqualTo("400 invalid_grant");
        assertThat(tpp.get("/accounts", token).statusCode()).isEqualTo(401);
    }

    @Test
    void aCodeLivesFiveMinutes() throws Exception {
        String code = code();
        clock.advance(Duration.ofSeconds(300));

        assertThat(error(tpp.exchange(code))).isEqualTo("400 invalid_grant");
    }

    @Test
    void theRedirectUriOfTheExchangeMayBeMissingButNotWrong() throws Exception {
        Map<String, String> without = Map.of("grant_type", "authorization_code", "code", code());
        assertThat(tpp.token(without).statusCode()).isEqualTo(200);
        Map<String, String> wrong =
                Map.of(
                        "grant_type",
                        "authorization_code",
                        "code",
                        code(),
                        "redirect_uri",
                        "https://other.example/");
        assertThat(error(tpp.token(wrong))).isEqualTo("400 invalid_grant");
    }

    @Test
    void theRedirectUriCanBeDemandedOrRefused() throws Exception {
        twin.change(twin.settings().redirectUriAtExchange(RedirectUriRule.REQUIRED));
        Map<String, String> without = Map.of("grant_type", "authorization_code", "code", code());
        assertThat(error(tpp.token(without))).isEqualTo("400 invalid_request");

        twin.change(twin.settings().redirectUriAtExchange(RedirectUriRule.REFUSED));
        assertThat(error(tpp.exchange(code()))).isEqualTo("400 invalid_request");
    }

    @Test
    void aRefreshTokenRotatesAndIsGoodOnce() throws Exception {
        String first = tpp.connect().path("refresh_token").asText();

        String second = Tpp.body(tpp.refresh(first)).path("refresh_token").asText();

        assertThat(second).isNotEqualTo(first);
        assertThat(error(tpp.refresh(first))).isEqualTo("400 invalid_grant");
        assertThat(tpp.refresh(second).statusCode()).isEqualTo(200);
    }

    @Test
    void withinTheGraceARotatedTokenBringsTheSameSuccessor() throws Exception {
        twin.change(twin.settings().rotationGraceSeconds(60));
        String first = tpp.connect().path("refresh_token").asText();

        String second = Tpp.body(tpp.refresh(first)).path("refresh_token").asText();

        assertThat(Tpp.body(tpp.refresh(first)).path("refresh_token").asText()).isEqualTo(second);
        clock.advance(Duration.ofSeconds(60));
        assertThat(error(tpp.refresh(first))).isEqualTo("400 invalid_grant");
    }

    @Test
    void aRefreshTokenCanBeStaticAndHasALife() throws Exception {
        twin.change(twin.settings().rotateRefreshTokens(false).refreshTokenDays(2));
        String token = tpp.connect().path("refresh_token").asText();

        assertThat(Tpp.body(tpp.refresh(token)).path("refresh_token").asText()).isEqualTo(token);
        clock.advance(Duration.ofDays(2));
        assertThat(error(tpp.refresh(token))).isEqualTo("400 invalid_grant");
    }

    @Test
    void asPublishedThereIsNoRefreshToken() throws Exception {
        twin.change(twin.settings().refreshTokens(false));

        assertThat(tpp.connect().has("refresh_token")).isFalse();
    }

    @Test
    void theIdTokenOfTheTokenEndpointCanBeSigned() throws Exception {
        twin.change(twin.settings().tokenIdToken(IdTokenForm.SIGNED));

        JsonNode answer = tpp.connect();
        JsonNode claims = Jws.parse(answer.path("id_token").asText()).claims();

        assertThat(claims.path("at_hash").asText())
                .isEqualTo(Jws.halfHash(answer.path("access_token").asText()));
        assertThat(claims.path("nonce").asText()).isEqualTo("nonce-1");
        assertThat(claims.has("http://openbanking.org.uk/refresh_token_expires_at")).isTrue();
    }

    @Test
    void anAccessTokenCanBeOpaqueOrCarryAnotherName() throws Exception {
        twin.change(twin.settings().uniqueNameDiffers(true));
        JsonNode named = Tpp.body(tpp.token(Map.of("grant_type", "client_credentials")));
        assertThat(claims(named).path("unique_name").asText())
                .matches("[0-9A-F]{32}")
                .isNotEqualTo(twin.settings().clientId());

        twin.change(twin.settings().opaqueAccessTokens(true));
        JsonNode answer = tpp.connect();
        String token = answer.path("access_token").asText();
        assertThat(token).startsWith("oa_at_");
        assertThat(tpp.get("/accounts", token).statusCode()).isEqualTo(200);
    }

    @Test
    void theDateHeaderShowsTheClockOfTheBank() throws Exception {
        assertThat(tpp.token(Map.of("grant_type", "x")).headers().firstValue("Date"))
                .contains("Sat, 21 Nov 2026 10:00:00 GMT");
    }
}
