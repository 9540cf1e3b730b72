package dev.caravan.sandbox.truelayer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.sandbox.Json;
import dev.caravan.sandbox.MovableClock;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AuthorisationTest {
    private static final String CALLBACK = "http://127.0.0.1:8080/callback/truelayer";
    private final MovableClock clock = MovableClock.at("2026-11-21T10:00:00Z");
    private final TrueLayerTwin twin =
            TrueLayerTwin.start(TwinSettings.defaults().transactionsPerAccount(20), clock);
    private final Caller caller = Caller.of(twin);
    private final Browser browser = new Browser();

    @AfterEach
    void close() {
        twin.close();
    }

    @Test
    void aLoginBringsACodeAndTheCodeBringsTokens() throws Exception {
        String code = code("s1");

        JsonNode tokens = Caller.body(exchange(code));

        assertThat(tokens.path("expires_in").asInt()).isEqualTo(3600);
        assertThat(tokens.path("refresh_token").asText()).matches("[0-9A-F]{64}");
        assertThat(tokens.path("access_token").asText().split("\\.")).hasSize(3);
        assertThat(caller.results("accounts", tokens.path("access_token").asText())).hasSize(2);
    }

    @Test
    void aCodeIsGoodOnce() throws Exception {
        String code = code("s1");
        exchange(code);

        assertThat(error(exchange(code))).isEqualTo("400 invalid_authorization_code");
    }

    @Test
    void aCodeDiesAfterFiveMinutes() throws Exception {
        String code = code("s1");
        clock.advance(Duration.ofMinutes(5));

        assertThat(error(exchange(code))).isEqualTo("400 invalid_authorization_code");
    }

    @Test
    void aCodeNeedsTheRedirectUriOfItsLink() throws Exception {
        Map<String, String> fields = exchangeFields(code("s1"));
        fields.put("redirect_uri", CALLBACK + "?added=1");

        assertThat(error(caller.form("/connect/token", fields))).isEqualTo("400 invalid_grant");
    }

    @Test
    void aWrongSecretIsAnInvalidClient() throws Exception {
        Map<String, String> fields = exchangeFields(code("s1"));
        fields.put("client_secret", "other");

        assertThat(error(caller.form("/connect/token", fields))).isEqualTo("400 invalid_client");
    }

    @Test
    void theTokenEndpointTakesJsonToo() throws Exception {
        HttpResponse<byte[]> answer = caller.json("/connect/token", exchangeFields(code("s1")));

        assertThat(answer.statusCode()).isEqualTo(200);
    }

    @Test
    void aLinkIsGoodOnce() {
        browser.allow(link("s1", ""), "john", "doe");

        assertThat(browser.open(link("s1", "")).statusCode()).isEqualTo(401);
    }

    @Test
    void whoDeclinesIsSentBackWithAccessDenied() {
        URI callback = browser.decline(link("s9", ""));

        assertThat(callback.toString()).startsWith(CALLBACK);
        assertThat(callback.getQuery()).contains("error=access_denied").contains("state=s9");
    }

    @Test
    void aPlusSignIsNoSpaceInAScope() {
        URI link = URI.create(link("s1", "").toString().replace("%20", "+"));

        assertThat(browser.open(link).statusCode()).isEqualTo(400);
    }

    @Test
    void balanceNeedsAccountsOrCardsBesideIt() {
        assertThat(browser.open(link("s1", "", "balance")).statusCode()).isEqualTo(400);
        assertThat(browser.open(link("s1", "", "balance cards")).statusCode()).isEqualTo(200);
    }

    @Test
    void anUnregisteredRedirectUriIsRefused() {
        URI link = URI.create(link("s1", "").toString().replace("truelayer", "elsewhere"));

        assertThat(browser.open(link).statusCode()).isEqualTo(401);
    }

    @Test
    void aPageMayNotBeFramed() {
        assertThat(browser.open(link("s1", "")).headers().firstValue("content-security-policy"))
                .contains("frame-ancestors 'none'");
    }

    @Test
    void pkceDemandsTheVerifier() throws Exception {
        String verifier = "a-verifier-of-forty-three-characters-or-more-0";
        String challenge = Secrets.challenge(verifier);
        String more = "&code_challenge=" + challenge + "&code_challenge_method=S256";
        Map<String, String> without = exchangeFields(code("s1", more));
        Map<String, String> with = exchangeFields(code("s2", more));
        with.put("code_verifier", verifier);

        assertThat(error(caller.form("/connect/token", without))).isEqualTo("400 invalid_grant");
        assertThat(caller.form("/connect/token", with).statusCode()).isEqualTo(200);
    }

    @Test
    void withoutOfflineAccessThereIsNoRefreshToken() throws Exception {
        String code = codeOf(browser.allow(link("s1", "", "accounts transactions"), "john", "doe"));

        assertThat(Caller.body(exchange(code)).has("refresh_token")).isFalse();
    }

    @Test
    void aStaticRefreshTokenComesBackUnchanged() throws Exception {
        Tokens tokens = twin.connect("john", "doe");

        JsonNode answer = Caller.body(refresh(tokens.refreshToken()));

        assertThat(answer.path("refresh_token").asText()).isEqualTo(tokens.refreshToken());
        assertThat(answer.path("access_token").asText()).isNotEqualTo(tokens.accessToken());
    }

    @Test
    void aRotatedRefreshTokenIsGoodOnce() throws Exception {
        twin.change(twin.settings().rotateRefreshTokens(true));
        Tokens tokens = twin.connect("john", "doe");

        String next = Caller.body(refresh(tokens.refreshToken())).path("refresh_token").asText();

        assertThat(next).isNotEqualTo(tokens.refreshToken());
        assertThat(error(refresh(tokens.refreshToken()))).isEqualTo("400 invalid_grant");
        assertThat(refresh(next).statusCode()).isEqualTo(200);
    }

    @Test
    void withinItsGraceARotatedTokenBringsTheSameSuccessor() throws Exception {
        twin.change(twin.settings().rotateRefreshTokens(true).rotationGraceSeconds(60));
        Tokens tokens = twin.connect("john", "doe");

        String first = Caller.body(refresh(tokens.refreshToken())).path("refresh_token").asText();
        String again = Caller.body(refresh(tokens.refreshToken())).path("refresh_token").asText();

        assertThat(again).isEqualTo(first);
    }

    @Test
    void aRefreshTokenDiesOfIdleness() throws Exception {
        Tokens tokens = twin.connect("john", "doe");
        clock.advance(Duration.ofDays(29));
        assertThat(refresh(tokens.refreshToken()).statusCode()).isEqualTo(200);
        clock.advance(Duration.ofDays(30));

        assertThat(error(refresh(tokens.refreshToken()))).isEqualTo("400 invalid_grant");
    }

    @Test
    void anAccessTokenExpiresAfterAnHour() throws Exception {
        Tokens tokens = twin.connect("john", "doe");
        clock.advance(Duration.ofHours(1));

        assertThat(caller.error("me", tokens.accessToken())).isEqualTo("401 invalid_token");
    }

    @Test
    void extendAsksJohnToAuthenticateAndKeepsTheConnection() throws Exception {
        Tokens tokens = twin.connect("john", "doe");

        JsonNode answer = Caller.body(extend(tokens));
        URI back =
                browser.allow(URI.create(answer.path("user_input_link").asText()), "john", "doe");
        exchange(codeOf(back));

        assertThat(answer.path("action_needed").asText()).isEqualTo("authentication_needed");
        assertThat(twin.connections("john")).hasSize(1);
    }

    @Test
    void extendRenewsTheEternalConsentAtOnce() throws Exception {
        Tokens tokens = twin.connect("john", "eternal");
        clock.advance(Duration.ofDays(20));

        JsonNode answer = Caller.body(extend(tokens));

        assertThat(answer.path("action_needed").asText()).isEqualTo("no_action_needed");
        assertThat(answer.path("refresh_token").asText()).isNotEmpty();
        assertThat(tokens.connection().consentExpiresAt())
                .isEqualTo(clock.instant().plus(Duration.ofDays(90)));
    }

    @Test
    void aReconfirmationNeedsNoLogin() throws Exception {
        Tokens tokens = twin.connect("john", "reconfirm");
        JsonNode answer = Caller.body(extend(tokens));
        clock.advance(Duration.ofDays(1));

        URI back = browser.allow(URI.create(answer.path("user_input_link").asText()), "", "");
        exchange(codeOf(back));

        assertThat(answer.path("action_needed").asText())
                .isEqualTo("reconfirmation_of_consent_needed");
        assertThat(tokens.connection().consentExpiresAt())
                .isEqualTo(clock.instant().plus(Duration.ofDays(90)));
    }

    @Test
    void extendHasTwoShapesOfRefusal() throws Exception {
        Tokens tokens = twin.connect("john", "doe");
        twin.faults().on("connections/extend").cannotBeExtended().times(1);
        twin.faults().on("connections/extend").consentTooYoung().times(1);

        HttpResponse<byte[]> problem = extend(tokens);
        HttpResponse<byte[]> other = extend(tokens);

        assertThat(problem.statusCode()).isEqualTo(422);
        assertThat(problem.headers().firstValue("content-type"))
                .contains("application/problem+json");
        assertThat(Caller.body(problem).path("trace_id").asText()).isNotEmpty();
        assertThat(other.statusCode()).isEqualTo(422);
        assertThat(Caller.body(other).path("error_description").asText())
                .isEqualTo("consent too young");
    }

    @Test
    void reauthGivesALinkThatIsUsableOnce() throws Exception {
        Tokens tokens = twin.connect("john2", "doe2");
        JsonNode answer =
                Caller.body(
                        caller.json(
                                "/v1/reauthuri",
                                Map.of(
                                        "response_type",
                                        "code",
                                        "refresh_token",
                                        tokens.refreshToken(),
                                        "redirect_uri",
                                        CALLBACK)));
        URI link = URI.create(answer.path("result").asText());

        browser.allow(link, "john2", "doe2");

        assertThat(answer.path("success").asBoolean()).isTrue();
        assertThat(browser.open(link).statusCode()).isEqualTo(401);
    }

    @Test
    void formPostMakesTheCallbackAPost() throws Exception {
        URI link = link("s1", "&response_mode=form_post");
        Map<String, String> form = new LinkedHashMap<>();
        form.put("request", link.getRawQuery());
        form.put("username", "john");
        form.put("password", "doe");
        form.put("decision", "allow");

        String page = new String(caller.form("/login", form).body());

        assertThat(page).contains("method='post' action='" + CALLBACK + "'").contains("'code'");
    }

    @Test
    void aDeletedConnectionIsGone() throws Exception {
        Tokens tokens = twin.connect("john", "doe");
        caller.http()
                .send(
                        java.net.http.HttpRequest.newBuilder(twin.base().resolve("/api/delete"))
                                .header("Authorization", "Bearer " + tokens.accessToken())
                                .DELETE()
                                .build(),
                        HttpResponse.BodyHandlers.discarding());

        assertThat(caller.error("me", tokens.accessToken())).isEqualTo("401 invalid_token");
        assertThat(error(refresh(tokens.refreshToken()))).isEqualTo("400 invalid_grant");
    }

    private HttpResponse<byte[]> extend(Tokens tokens) throws Exception {
        var body =
                Json.object()
                        .put("user_has_reconfirmed_consent", true)
                        .put("client_id", "sandbox-caravan")
                        .put("client_secret", "not-a-secret")
                        .put("refresh_token", tokens.refreshToken())
                        .put("redirect_uri", CALLBACK)
                        .put("state", "again");
        body.putObject("user").put("name", "J Doe").put("email", "j@example.invalid");
        return caller.json("/connections/extend", body);
    }

    private HttpResponse<byte[]> refresh(String token) throws Exception {
        return caller.form(
                "/connect/token",
                Map.of(
                        "grant_type", "refresh_token",
                        "client_id", "sandbox-caravan",
                        "client_secret", "not-a-secret",
                        "refresh_token", token));
    }

    private HttpResponse<byte[]> exchange(String code) throws Exception {
        return caller.form("/connect/token", exchangeFields(code));
    }

    private static Map<String, String> exchangeFields(String code) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("grant_type", "authorization_code");
        fields.put("client_id", "sandbox-caravan");
        fields.put("client_secret", "not-a-secret");
        fields.put("code", code);
        fields.put("redirect_uri", CALLBACK);
        return fields;
    }

    private String code(String state) {
        return code(state, "");
    }

    private String code(String state, String more) {
        return codeOf(browser.allow(link(state, more), "john", "doe"));
    }

    private static String codeOf(URI callback) {
        return callback.getQuery().replaceAll(".*code=([^&]+).*", "$1");
    }

    private URI link(String state, String more) {
        return link(
                state,
                more,
                "info accounts balance cards transactions direct_debits standing_orders"
                        + " offline_access");
    }

    private URI link(String state, String more, String scope) {
        return twin.base()
                .resolve(
                        "/?response_type=code&client_id=sandbox-caravan&redirect_uri="
                                + Caller.encode(CALLBACK)
                                + "&scope="
                                + Caller.encode(scope)
                                + "&providers=uk-cs-mock&state="
                                + state
                                + more);
    }

    private static String error(HttpResponse<byte[]> response) {
        return response.statusCode() + " " + Caller.body(response).path("error").asText();
    }
}
