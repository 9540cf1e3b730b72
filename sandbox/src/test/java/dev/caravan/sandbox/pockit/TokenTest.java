package dev.caravan.sandbox.pockit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.sandbox.MovableClock;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Codes, access tokens, rotating refresh tokens, and how a consent ends (contract 2.3 to 2.6). */
class TokenTest {
    private final MovableClock clock = MovableClock.at("2026-11-21T10:00:00Z");
    private final PockitTwin twin =
            PockitTwin.start(PockitSettings.defaults().with("unattendedLimit", 0), clock);
    private final Caller caller = Caller.of(twin, clock);

    @AfterEach
    void close() {
        twin.close();
    }

    @Test
    void aCodeIsGoodOnceAndFor600SecondsInTheSandbox() throws Exception {
        String code = code();
        clock.advance(Duration.ofSeconds(599));
        assertThat(caller.exchange(code).statusCode()).isEqualTo(200);
        assertThat(Caller.error(caller.exchange(code))).isEqualTo("400 invalid_grant");

        String late = code();
        clock.advance(Duration.ofSeconds(600));
        assertThat(Caller.error(caller.exchange(late))).isEqualTo("400 invalid_grant");
    }

    @Test
    void aCodeIsGoodFor60SecondsInProduction() throws Exception {
        Instant now = clock.instant();
        change("certificate", ThrowawayCertificate.pem(now, now.plus(Duration.ofDays(31))));
        change("env", "PRODUCTION");
        String inTime = code();
        String late = code();
        clock.advance(Duration.ofSeconds(59));
        assertThat(caller.exchange(inTime).statusCode()).isEqualTo(200);

        clock.advance(Duration.ofSeconds(1));
        assertThat(Caller.error(caller.exchange(late))).isEqualTo("400 invalid_grant");
    }

    @Test
    void theFormHoldsTwoFieldsAndNoMore() throws Exception {
        String code = code();

        assertThat(
                        Caller.error(
                                caller.token(
                                        Caller.ordered(
                                                "grant_type",
                                                "authorization_code",
                                                "code",
                                                code,
                                                "redirect_uri",
                                                "x"))))
                .isEqualTo("400 invalid_request");
        assertThat(Caller.error(caller.token(Caller.ordered("grant_type", "password"))))
                .isEqualTo("400 unsupported_grant_type");
        assertThat(caller.exchange(code).statusCode()).isEqualTo(200);
    }

    @Test
    void anAccessTokenDiesAfterAnHour() throws Exception {
        Tokens tokens = twin.connect("user1");
        clock.advance(Duration.ofSeconds(3599));
        assertThat(accounts(tokens.accessToken())).isEqualTo("200 ");

        clock.advance(Duration.ofSeconds(1));
        assertThat(accounts(tokens.accessToken())).isEqualTo("401 Header.Invalid");
        assertThat(accounts("never-issued")).isEqualTo("401 Header.Invalid");
        assertThat(accounts(tokens.refreshToken())).isEqualTo("401 Header.Invalid");
    }

    @Test
    void expiresInCanLieOrBeMissing() throws Exception {
        change("saidExpiresIn", 60);
        assertThat(Caller.body(caller.exchange(code())).path("expires_in").asInt()).isEqualTo(60);

        change("saidExpiresIn", -1);
        assertThat(Caller.body(caller.exchange(code())).has("expires_in")).isFalse();
    }

    @Test
    void theScopeIsWhatWasGrantedWithEitherSeparator() throws Exception {
        change("scopes", Granting.SEED_SCOPES);
        assertThat(Caller.body(caller.exchange(code())).path("scope").asText())
                .isEqualTo("balance:read,product:read,accounts:read,beneficiaries:read");

        change("scopeSeparator", " ");
        assertThat(Caller.body(caller.exchange(code())).path("scope").asText())
                .isEqualTo("balance:read product:read accounts:read beneficiaries:read");
    }

    @Test
    void aRefreshTokenIsGoodOnceAndTheNextOneGoesOn() throws Exception {
        Tokens tokens = twin.connect("user1");
        JsonNode second = Caller.body(caller.refresh(tokens.refreshToken()));

        assertThat(Caller.error(caller.refresh(tokens.refreshToken())))
                .isEqualTo("400 invalid_grant");
        assertThat(accounts(second.path("access_token").asText())).isEqualTo("200 ");
        assertThat(caller.refresh(second.path("refresh_token").asText()).statusCode())
                .isEqualTo(200);
    }

    @Test
    void theFirstAccessTokenOutlivesARefresh() throws Exception {
        Tokens tokens = twin.connect("user1");
        caller.refresh(tokens.refreshToken());

        assertThat(accounts(tokens.accessToken())).isEqualTo("200 ");
    }

    @Test
    void aUsedRefreshTokenCanBringTheSamePairForAWhile() throws Exception {
        change("rotationGraceSeconds", 30);
        Tokens tokens = twin.connect("user1");
        JsonNode second = Caller.body(caller.refresh(tokens.refreshToken()));
        clock.advance(Duration.ofSeconds(29));

        assertThat(Caller.body(caller.refresh(tokens.refreshToken()))).isEqualTo(second);

        clock.advance(Duration.ofSeconds(1));
        assertThat(Caller.error(caller.refresh(tokens.refreshToken())))
                .isEqualTo("400 invalid_grant");
    }

    @Test
    void aUsedRefreshTokenCanBeTakenForTheft() throws Exception {
        change("reuseRevokes", true);
        Tokens tokens = twin.connect("user1");
        String second =
                Caller.body(caller.refresh(tokens.refreshToken())).path("refresh_token").asText();
        caller.refresh(tokens.refreshToken());

        assertThat(Caller.error(caller.refresh(second))).isEqualTo("400 invalid_grant");
    }

    @Test
    void ofTwoWhoRefreshAtOnceOneIsRefused() throws Exception {
        String token = twin.connect("user1").refreshToken();
        ExecutorService two = Executors.newFixedThreadPool(2);
        Callable<Integer> refresh = () -> caller.refresh(token).statusCode();
        try {
            List<Integer> answers = new ArrayList<>();
            for (Future<Integer> one : two.invokeAll(List.of(refresh, refresh))) {
                answers.add(one.get());
            }
            assertThat(answers).containsExactlyInAnyOrder(200, 400);
        } finally {
            two.shutdownNow();
        }
    }

    @Test
    void aRefreshCanAnswerWithoutARefreshTokenAndUnder401() throws Exception {
        change("refreshOmitsToken", true);
        change("invalidGrantStatus", 401);
        String token = twin.connect("user1").refreshToken();

        assertThat(Caller.body(caller.refresh(token)).has("refresh_token")).isFalse();
        assertThat(caller.refresh(token).statusCode()).isEqualTo(200);
        assertThat(Caller.error(caller.refresh("unknown"))).isEqualTo("401 invalid_grant");
    }

    @Test
    void aLostAnswerHasRotatedTheTokenAllTheSame() throws Exception {
        Tokens tokens = twin.connect("user1");
        twin.faults().on("access-token").losesTheAnswer().times(1);

        assertThatThrownBy(() -> caller.refresh(tokens.refreshToken()))
                .isInstanceOf(java.io.IOException.class);
        assertThat(Caller.error(caller.refresh(tokens.refreshToken())))
                .isEqualTo("400 invalid_grant");
    }

    @Test
    void theConsentEndsAfter90DaysHoweverOftenItWasRefreshed() throws Exception {
        String token = twin.connect("user1").refreshToken();
        clock.advance(Duration.ofDays(89));
        token = Caller.body(caller.refresh(token)).path("refresh_token").asText();
        clock.advance(Duration.ofDays(1).minusSeconds(600));
        JsonNode last = Caller.body(caller.refresh(token));
        assertThat(accounts(last.path("access_token").asText())).isEqualTo("200 ");

        clock.advance(Duration.ofSeconds(600));
        assertThat(accounts(last.path("access_token").asText()))
                .isEqualTo("403 Resource.InvalidConsentStatus");
        assertThat(Caller.error(caller.refresh(last.path("refresh_token").asText())))
                .isEqualTo("400 invalid_grant");

        change("honourExpiredConsents", true);
        assertThat(accounts(last.path("access_token").asText())).isEqualTo("200 ");
        assertThat(caller.refresh(last.path("refresh_token").asText()).statusCode()).isEqualTo(200);
    }

    @Test
    void aRefreshTokenDiesAfter90DaysEvenWhereTheConsentDoesNot() throws Exception {
        change("consentDays", 365);
        String token = twin.connect("user1").refreshToken();
        clock.advance(Duration.ofDays(90));

        assertThat(Caller.error(caller.refresh(token))).isEqualTo("400 invalid_grant");
    }

    @Test
    void revocationIsSilentAndShowsInEachOfItsWays() throws Exception {
        Tokens tokens = twin.connect("user1");
        twin.revoke("user1");

        assertThat(accounts(tokens.accessToken())).isEqualTo("403 Resource.InvalidConsentStatus");
        assertThat(Caller.error(caller.refresh(tokens.refreshToken())))
                .isEqualTo("400 invalid_grant");

        change("revocation", Granting.Revocation.UNAUTHORIZED);
        assertThat(accounts(tokens.accessToken())).isEqualTo("401 Resource.InvalidConsentStatus");

        change("revocation", Granting.Revocation.REFRESH_WORKS);
        JsonNode fresh = Caller.body(caller.refresh(tokens.refreshToken()));
        assertThat(accounts(fresh.path("access_token").asText()))
                .isEqualTo("401 Resource.InvalidConsentStatus");
    }

    @Test
    void aTestCanEndEveryPartOfAConsent() throws Exception {
        Tokens tokens = twin.connect("user1");
        twin.consent("user1").expireAccessTokens();
        assertThat(accounts(tokens.accessToken())).isEqualTo("401 Header.Invalid");

        String fresh =
                Caller.body(caller.refresh(tokens.refreshToken())).path("access_token").asText();
        tokens.consent().endsAt(clock.instant());
        assertThat(accounts(fresh)).isEqualTo("403 Resource.InvalidConsentStatus");

        tokens.consent().endsAt(clock.instant().plusSeconds(60));
        tokens.consent().killRefreshToken();
        assertThat(Caller.error(caller.refresh(tokens.consent().refreshToken())))
                .isEqualTo("400 invalid_grant");
    }

    @Test
    void aNewConsentLeavesTheOldOneAliveAndTheAccountIdsAsTheyWere() throws Exception {
        Tokens old = twin.connect("user1");
        String id = twin.id(twin.accounts("user1").get(0));
        Tokens fresh = twin.connect("user1");

        assertThat(accounts(old.accessToken())).isEqualTo("200 ");
        assertThat(accounts(fresh.accessToken())).isEqualTo("200 ");
        assertThat(twin.id(twin.accounts("user1").get(0))).isEqualTo(id);
    }

    @Test
    void accountIdsCanChangeWithANewConsent() throws Exception {
        change("accountIdsChange", true);
        Tokens old = twin.connect("user1");
        String before = twin.id(twin.accounts("user1").get(0));
        Tokens fresh = twin.connect("user1");
        String after = twin.id(twin.accounts("user1").get(0));

        assertThat(after).isNotEqualTo(before);
        assertThat(caller.get("/accounts/" + before, old.accessToken()).statusCode())
                .isEqualTo(200);
        assertThat(caller.get("/accounts/" + before, fresh.accessToken()).statusCode())
                .isEqualTo(404);
        assertThat(caller.get("/accounts/" + after, fresh.accessToken()).statusCode())
                .isEqualTo(200);
        assertThat(twin.account(before)).isSameAs(twin.account(after));
        assertThat(twin.truth().accounts()).extracting(AccountTruth::accountId).contains(after);
    }

    @Test
    void everySecretEverIssuedIsKnown() throws Exception {
        String code = code();
        JsonNode pair = Caller.body(caller.exchange(code));

        assertThat(twin.truth().secretsIssued())
                .containsAll(
                        Set.of(
                                code,
                                pair.path("access_token").asText(),
                                pair.path("refresh_token").asText()));
    }

    private String code() throws Exception {
        URI location = caller.location(caller.aisp());
        return Caller.query(new Browser().allow(location, "user1")).get("authorisation_code");
    }

    private String accounts(String token) throws Exception {
        HttpResponse<byte[]> response = caller.get("/accounts", token);
        return Caller.error(response);
    }

    private void change(String name, Object value) {
        twin.change(twin.settings().with(name, value));
    }
}
