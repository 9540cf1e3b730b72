package dev.caravan.sandbox.truelayer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.sandbox.Fault;
import dev.caravan.sandbox.Json;
import dev.caravan.sandbox.MovableClock;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FaultsTest {
    private static final String TRANSACTIONS = "accounts/{id}/transactions";
    private final MovableClock clock = MovableClock.at("2026-11-21T10:00:00Z");
    private final TrueLayerTwin twin =
            TrueLayerTwin.start(TwinSettings.defaults().transactionsPerAccount(2000), clock);
    private final Caller caller = Caller.of(twin);
    private String token;
    private BankAccount account;
    private String path;

    @BeforeEach
    void connect() {
        token = twin.connect("john", "doe").accessToken();
        account = twin.accounts("john").get(0);
        path = "accounts/" + account.id() + "/transactions";
    }

    @AfterEach
    void close() {
        twin.close();
    }

    @Test
    void aFaultStrikesAsOftenAsItWasTold() throws Exception {
        Fault fault = twin.faults().on(TRANSACTIONS).internalServerError().times(2);

        assertThat(caller.error(path, token)).isEqualTo("500 internal_server_error");
        assertThat(caller.error(path, token)).isEqualTo("500 internal_server_error");
        assertThat(caller.results(path, token)).isNotEmpty();
        assertThat(fault.hits()).isEqualTo(2);
    }

    @Test
    void aFaultCanBeForOneUserOneAccountAndALaterCall() throws Exception {
        String other = twin.connect("john1", "doe1").accessToken();
        twin.faults().on("accounts").providerError().forUser("john1");
        twin.faults().on("accounts/{id}").providerTimeout().forAccount(account.id()).afterCalls(1);

        assertThat(caller.results("accounts", token)).isNotEmpty();
        assertThat(caller.error("accounts", other)).isEqualTo("503 provider_error");
        assertThat(caller.results("accounts/" + account.id(), token)).isNotEmpty();
        assertThat(caller.error("accounts/" + account.id(), token))
                .isEqualTo("504 provider_timeout");
    }

    @Test
    void retryAfterComesInEveryForm() throws Exception {
        twin.faults().on("me").tooManyRequests().times(1);
        twin.faults().on("me").tooManyRequests(Duration.ofSeconds(120)).times(1);
        twin.faults().on("me").tooManyRequests(Duration.ofDays(3650)).times(1);
        twin.faults().on("me").tooManyRequests(Duration.ofSeconds(-5)).times(1);
        twin.faults().on("me").tooManyRequests(Instant.parse("2026-11-21T10:05:00Z")).times(1);

        assertThat(retryAfter()).isEmpty();
        assertThat(retryAfter()).isEqualTo("120");
        assertThat(retryAfter()).isEqualTo("315360000");
        assertThat(retryAfter()).isEqualTo("-5");
        assertThat(retryAfter()).isEqualTo("Sat, 21 Nov 2026 10:05:00 GMT");
    }

    @Test
    void aLiftedFaultStrikesNoMore() throws Exception {
        twin.faults().on("*").scaExceeded();
        assertThat(caller.error("me", token)).isEqualTo("403 sca_exceeded");
        twin.faults().clear();

        assertThat(caller.results("me", token)).isNotEmpty();
    }

    @Test
    void aTruncatedBodyEndsBeforeItsLength() {
        twin.faults().on(TRANSACTIONS).truncated();

        assertThatThrownBy(() -> caller.get(path, token)).isInstanceOf(IOException.class);
    }

    @Test
    void cutJsonLooksWholeToHttpAndIsNoJson() throws Exception {
        twin.faults().on(TRANSACTIONS).cutJson();

        HttpResponse<byte[]> answer = caller.get(path, token);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThatThrownBy(() -> Json.parse(answer.body()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aResetBreaksTheConnection() {
        twin.faults().on(TRANSACTIONS).resets();

        assertThatThrownBy(() -> caller.get(path, token)).isInstanceOf(IOException.class);
    }

    @Test
    void aStallKeepsTheCallerWaitingUntilItGivesUp() {
        twin.faults().on("me").stalls(Duration.ofSeconds(60));
        HttpRequest request =
                HttpRequest.newBuilder(twin.base().resolve("/data/v1/me"))
                        .header("Authorization", "Bearer " + token)
                        .build();

        var pending = caller.http().sendAsync(request, HttpResponse.BodyHandlers.ofByteArray());

        assertThatThrownBy(() -> pending.get(300, java.util.concurrent.TimeUnit.MILLISECONDS))
                .isInstanceOfAny(
                        java.util.concurrent.TimeoutException.class, HttpTimeoutException.class);
        pending.cancel(true);
    }

    @Test
    void aStallEndsAtItsLimitWithABrokenBody() {
        twin.faults().on("me").stalls(Duration.ofMillis(50));

        assertThatThrownBy(() -> caller.get("me", token)).isInstanceOf(IOException.class);
    }

    @Test
    void aDripIsSlowButWhole() throws Exception {
        twin.faults().on("me").drips(Duration.ofMillis(1)).times(1);

        assertThat(caller.results("me", token)).hasSize(1);
    }

    @Test
    void aLostAnswerHasRotatedTheToken() throws Exception {
        twin.change(twin.settings().rotateRefreshTokens(true));
        Tokens tokens = twin.connect("john5", "doe5");
        twin.faults().on("connect/token").losesTheAnswer().forUser("john5").times(1);

        assertThatThrownBy(() -> refresh(tokens.refreshToken())).isInstanceOf(IOException.class);
        assertThat(tokens.connection().refreshToken()).isNotEqualTo(tokens.refreshToken());
        assertThat(Caller.body(refresh(tokens.refreshToken())).path("error").asText())
                .isEqualTo("invalid_grant");
    }

    @Test
    void anInvalidGrantOfAFaultRotatesNothing() throws Exception {
        Tokens tokens = twin.connect("john5", "doe5");
        twin.faults().on("connect/token").invalidGrant().times(1);

        assertThat(refresh(tokens.refreshToken()).statusCode()).isEqualTo(400);
        assertThat(refresh(tokens.refreshToken()).statusCode()).isEqualTo(200);
    }

    @Test
    void aGatewayAnswersHtmlWithTwoHundred() throws Exception {
        twin.faults().on(TRANSACTIONS).html(200);

        HttpResponse<byte[]> answer = caller.get(path, token);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("content-type").orElse("")).contains("text/html");
    }

    @Test
    void poisonRowsAreAddedToTheTrueOnes() throws Exception {
        int sound = caller.results(path, token).size();
        FaultPoint at = twin.faults().on(TRANSACTIONS);
        at.wordAsAmount().times(1);
        at.hugeAmount().times(1);
        at.nullAmount().times(1);
        at.unknownCurrency().times(1);
        at.impossibleDate().times(1);
        at.nulInDescription().times(1);
        at.longDescription().times(1);

        assertThat(poison(sound).path("amount").asText()).isEqualTo("abc");
        assertThat(poison(sound).path("amount").decimalValue()).isEqualByComparingTo("1e30");
        assertThat(poison(sound).path("amount").isNull()).isTrue();
        assertThat(poison(sound).path("currency").asText()).isEqualTo("XXX");
        assertThat(poison(sound).path("timestamp").asText())
                .isEqualTo("2017-02-247T17:29:24.740802Z");
        assertThat(poison(sound).path("description").asText()).contains("\u0000");
        assertThat(poison(sound).path("description").asText()).hasSize(1_048_576);
        assertThat(caller.results(path, token)).hasSize(sound);
    }

    @Test
    void aRowCanComeTwiceInAPage() throws Exception {
        JsonNode sound = caller.results(path, token);
        twin.faults().on(TRANSACTIONS).repeatsARow().times(1);

        JsonNode rows = caller.results(path, token);

        assertThat(rows).hasSize(sound.size() + 1);
        JsonNode repeated = rows.get(rows.size() - 1);
        assertThat(sound).contains(repeated);
        assertThat(repeated.has("normalised_provider_transaction_id")).isTrue();
    }

    @Test
    void ofTwoVersionsTheTrueOneComesLast() throws Exception {
        JsonNode sound = caller.results(path, token);
        twin.faults().on(TRANSACTIONS).twoVersionsOfARow().times(1);

        JsonNode rows = caller.results(path, token);

        int newer = 1;
        while (!rows.get(newer)
                .path("transaction_id")
                .equals(rows.get(newer - 1).path("transaction_id"))) {
            newer++;
        }
        assertThat(rows).hasSize(sound.size() + 1);
        assertThat(sound).contains(rows.get(newer)).doesNotContain(rows.get(newer - 1));
    }

    @Test
    void anUnfinishedStatusHasNoRows() throws Exception {
        twin.faults().on(TRANSACTIONS).status("Running").times(1);
        twin.faults().on(TRANSACTIONS).emptyResults().times(1);

        JsonNode running = Caller.body(caller.get(path, token));
        JsonNode empty = Caller.body(caller.get(path, token));

        assertThat(running.path("status").asText()).isEqualTo("Running");
        assertThat(running.path("results")).isEmpty();
        assertThat(empty.path("status").asText()).isEqualTo("Succeeded");
        assertThat(empty.path("results")).isEmpty();
    }

    @Test
    void expiredTokensAndARevokedConsentAreTwoThings() throws Exception {
        twin.connection("john").expireAccessTokens();
        assertThat(caller.error("me", token)).isEqualTo("401 invalid_token");
        Tokens fresh = twin.connect("john", "doe");
        fresh.connection().revoke();

        assertThat(caller.error("me", fresh.accessToken())).isEqualTo("403 access_denied");
    }

    @Test
    void faultsCanBeSetOverHttp() throws Exception {
        HttpResponse<byte[]> set =
                caller.json(
                        "/twin/faults",
                        Map.of(
                                "endpoint", "me",
                                "kind", "too_many_requests",
                                "retry_after", "7",
                                "times", 1));
        HttpResponse<byte[]> wrong = caller.json("/twin/faults", Map.of("kind", "nonsense"));

        assertThat(set.statusCode()).isEqualTo(204);
        assertThat(retryAfter()).isEqualTo("7");
        assertThat(wrong.statusCode()).isEqualTo(400);
        assertThat(Caller.body(wrong).path("error").asText()).contains("cut_json");
    }

    @Test
    void truthJournalAndCountersAreThereOverHttp() throws Exception {
        caller.get("me", token);

        JsonNode truth = control("truth");
        assertThat(truth).hasSize(3);
        assertThat(truth.get(0).path("count").asLong()).isEqualTo(2000);
        assertThat(control("journal?limit=5").get(0).path("endpoint").asText()).isEqualTo("me");
        assertThat(control("counters").path("me").asInt()).isEqualTo(1);
    }

    private JsonNode control(String what) throws Exception {
        return Caller.body(
                caller.http()
                        .send(
                                HttpRequest.newBuilder(URI.create(twin.base() + "/twin/" + what))
                                        .build(),
                                HttpResponse.BodyHandlers.ofByteArray()));
    }

    private JsonNode poison(int sound) throws Exception {
        JsonNode rows = caller.results(path, token);
        assertThat(rows).hasSize(sound + 1);
        return rows.get(0);
    }

    private String retryAfter() throws Exception {
        HttpResponse<byte[]> answer = caller.get("me", token);
        assertThat(answer.statusCode()).isEqualTo(429);
        return answer.headers().firstValue("retry-after").orElse("");
    }

    private HttpResponse<byte[]> refresh(String refreshToken) throws Exception {
        return caller.form(
                "/connect/token",
                Map.of(
                        "grant_type", "refresh_token",
                        "client_id", "sandbox-caravan",
                        "client_secret", "not-a-secret",
                        "refresh_token", refreshToken));
    }
}
