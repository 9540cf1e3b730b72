package dev.caravan.sandbox.leatherback;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.sandbox.MovableClock;
import dev.caravan.sandbox.http.LoopbackServer;
import dev.caravan.sandbox.http.Reply;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class CallbackTest {
    private static final String DECISION = "authorize-app/decision";
    private final MovableClock clock = MovableClock.at("2026-11-21T10:00:00Z");
    private final LeatherbackTwin twin = LeatherbackTwin.start(Tpp.known(), clock);
    private final Tpp tpp = new Tpp(twin, clock);
    private final Browser browser = new Browser();

    @AfterEach
    void close() {
        twin.close();
    }

    private Callback allowed() throws Exception {
        return browser.allow(tpp.link(tpp.claims(tpp.consent())));
    }

    @Test
    void byDefaultTheAnswerIsInTheFragment() throws Exception {
        Callback back = allowed();

        assertThat(back.mode()).isEqualTo(ResponseMode.FRAGMENT);
        assertThat(back.target()).hasToString(twin.settings().callbackUrl());
        assertThat(back.parameters()).containsOnlyKeys("code", "id_token", "state");
        assertThat(back.location().getRawFragment()).startsWith("code=");
    }

    @Test
    void theAnswerCanBeInTheQuery() throws Exception {
        twin.change(twin.settings().responseMode(ResponseMode.QUERY));

        Callback back = allowed();

        assertThat(back.mode()).isEqualTo(ResponseMode.QUERY);
        assertThat(back.location().getRawQuery()).startsWith("code=");
        assertThat(back.location().getRawFragment()).isNull();
    }

    @Test
    void theAnswerCanBeAFormThatIsDelivered() throws Exception {
        AtomicReference<Map<String, String>> arrived = new AtomicReference<>(Map.of());
        try (LoopbackServer application =
                new LoopbackServer(
                        0,
                        4,
                        false,
                        request -> {
                            arrived.set(request.fields());
                            return new LoopbackServer.Served(Reply.empty(204), bytes -> {});
                        })) {
            String url = application.base() + "/callback?a=b";
            try (LeatherbackTwin other =
                    LeatherbackTwin.start(
                            Tpp.known().responseMode(ResponseMode.FORM_POST).callbackUrl(url),
                            clock)) {
                Tpp party = new Tpp(other, clock);
                Callback back = browser.allow(party.link(party.claims(party.consent())));

                assertThat(back.mode()).isEqualTo(ResponseMode.FORM_POST);
                assertThat(browser.deliver(back).statusCode()).isEqualTo(204);
                assertThat(arrived.get()).isEqualTo(back.parameters());
            }
        }
    }

    @Test
    void theIdTokenHoldsWhatTheContractDemands() throws Exception {
        ObjectNode claims = tpp.claims(tpp.consent());
        Callback back = browser.allow(tpp.link(claims));
        Jws.Parts token = Jws.parse(back.get("id_token"));
        HttpResponse<byte[]> jwks =
                tpp.http()
                        .send(
                                HttpRequest.newBuilder(twin.base().resolve("/jwks")).build(),
                                HttpResponse.BodyHandlers.ofByteArray());
        JsonNode jwk = Tpp.body(jwks).path("keys").path(0);

        assertThat(token.header().path("alg").asText()).isEqualTo("PS256");
        assertThat(token.header().path("kid")).isEqualTo(jwk.path("kid"));
        assertThat(Jws.verifiesPs256(Jwk.read(jwk), token.signed(), token.signature())).isTrue();
        JsonNode id = token.claims();
        assertThat(id.path("iss").asText()).isEqualTo(twin.base().toString());
        assertThat(id.path("aud").asText()).isEqualTo(twin.settings().clientId());
        assertThat(id.path("exp").asLong()).isEqualTo(clock.instant().getEpochSecond() + 300);
        assertThat(id.path("nonce").asText()).isEqualTo("nonce-1");
        assertThat(id.path("c_hash").asText()).isEqualTo(Jws.halfHash(back.get("code")));
        assertThat(id.path("s_hash").asText()).isEqualTo(Jws.halfHash(back.get("state")));
        assertThat(id.path("openbanking_intent_id").asText()).isEqualTo(twin.lastConsent().id());
        assertThat(back.get("state")).isEqualTo(claims.path("state").asText());
    }

    /** OpenID Connect Core 1.0, the example of appendix A.3. */
    @Test
    void theCodeHashIsThatOfOpenIdConnect() {
        assertThat(Jws.halfHash("Qcb0Orv1zh30vL1MPRsbm-diHiMwcLyZvn1arpZv-Jxf_11jnpEX3Tgfvk"))
                .isEqualTo("LDktKdoQak3Pk0cnXxCltA");
    }

    @Test
    void theIdTokenCanBeOpaqueOrAbsent() throws Exception {
        twin.change(twin.settings().idToken(IdTokenForm.OPAQUE));
        assertThat(allowed().get("id_token")).startsWith("oa_stg_");

        twin.change(twin.settings().idToken(IdTokenForm.ABSENT));
        assertThat(allowed().parameters()).doesNotContainKey("id_token");
    }

    @Test
    void issuerAndPathAreSettings() throws Exception {
        twin.change(twin.settings().issuer("https://issuer.example").authorizePath("/login/here"));

        assertThat(Jws.parse(allowed().get("id_token")).claims().path("iss").asText())
                .isEqualTo("https://issuer.example");
    }

    @ParameterizedTest
    @EnumSource(IdTokenFlaw.class)
    void everyFlawSpoilsTheIdTokenInOneWay(IdTokenFlaw flaw) throws Exception {
        twin.faults().on(DECISION).idToken(flaw).times(1);
        Callback back = allowed();

        assertThat(back.get("code")).isNotEmpty();
        assertThat(flaws(back)).isEqualTo(1);
    }

    /** Counts by hand what a careful client would complain of. */
    private int flaws(Callback back) {
        if (!back.parameters().containsKey("id_token")) {
            return 1;
        }
        Jws.Parts token = Jws.parse(back.get("id_token"));
        JsonNode id = token.claims();
        long now = clock.instant().getEpochSecond();
        SigningKey key = SigningKey.shared();
        boolean alg = token.header().path("alg").asText().equals("PS256");
        boolean kid = token.header().path("kid").asText().equals(key.kid());
        boolean fits = Jws.verifiesPs256(key.open(), token.signed(), token.signature());
        int flaws = alg && kid && fits ? 0 : 1;
        flaws += token.header().has("crit") ? 1 : 0;
        flaws += id.path("iss").asText().equals(twin.issuer()) ? 0 : 1;
        flaws += id.path("aud").asText().equals(twin.settings().clientId()) ? 0 : 1;
        boolean times = id.path("exp").asLong() > now && id.path("iat").asLong() <= now;
        flaws += times ? 0 : 1;
        flaws += id.path("nonce").asText().equals("nonce-1") ? 0 : 1;
        flaws += id.path("c_hash").asText().equals(Jws.halfHash(back.get("code"))) ? 0 : 1;
        flaws += id.path("s_hash").asText().equals(Jws.halfHash(back.get("state"))) ? 0 : 1;
        boolean intent = id.path("openbanking_intent_id").asText().equals(twin.lastConsent().id());
        return flaws + (intent ? 0 : 1);
    }

    @ParameterizedTest
    @CsvSource({"ALG_NONE,none", "ALG_RS256,RS256", "ALG_HS256,HS256"})
    void aWrongAlgorithmIsNamedInTheHeader(IdTokenFlaw flaw, String alg) throws Exception {
        twin.faults().on(DECISION).idToken(flaw);

        assertThat(Jws.parse(allowed().get("id_token")).header().path("alg").asText())
                .isEqualTo(alg);
    }

    @Test
    void aNewSigningKeyReplacesThePublishedOne() throws Exception {
        String before = Jws.parse(allowed().get("id_token")).header().path("kid").asText();
        twin.rotateSigningKey();

        assertThat(Jws.parse(allowed().get("id_token")).header().path("kid").asText())
                .isNotEqualTo(before);
    }

    @Test
    void aDeclinedConsentIsRejectedAndComesBackWithAnError() throws Exception {
        String id = tpp.consent();

        Callback back = browser.decline(tpp.link(tpp.claims(id)));

        assertThat(back.get("error")).isEqualTo("access_denied");
        assertThat(back.get("state")).startsWith("state-");
        assertThat(back.parameters()).doesNotContainKey("code");
        assertThat(twin.consent(id).status()).isEqualTo("Rejected");
    }

    @Test
    void decliningToLogInAgainLeavesTheConsentAuthorised() throws Exception {
        tpp.connect();
        String id = twin.lastConsent().id();

        browser.decline(tpp.link(tpp.claims(id)));

        assertThat(twin.consent(id).status()).isEqualTo("Authorised");
    }

    @Test
    void aCallbackCanBringAnyErrorOrAnotherState() throws Exception {
        twin.faults().on(DECISION).callbackError("server_error").times(1);
        twin.faults().on(DECISION).otherState("forged").times(1);
        twin.faults().on(DECISION).otherState("").times(1);

        Callback failed = allowed();
        assertThat(failed.get("error")).isEqualTo("server_error");
        assertThat(failed.parameters()).doesNotContainKey("code");
        assertThat(allowed().get("state")).isEqualTo("forged");
        assertThat(allowed().parameters()).doesNotContainKey("state");
    }

    @Test
    void aTokenCanNameAnotherConsent() throws Exception {
        twin.faults().on("auth/token").otherConsentInToken().afterCalls(1).times(1);

        String token = tpp.connect().path("access_token").asText();

        assertThat(Jws.parse(token).claims().path("consentId").asText())
                .isNotEqualTo(twin.lastConsent().id());
    }

    @Test
    void aWrongPasswordLeavesThePageOpen() throws Exception {
        URI link = tpp.link(tpp.claims(tpp.consent()));
        String page = browser.open(link).body();
        String hidden = page.split("name='link' value='")[1].split("'")[0];
        String form = "link=" + hidden + "&username=customer1&password=no&decision=allow";

        var again =
                tpp.send(
                        "POST",
                        "/authorize-app/decision",
                        form,
                        "application/x-www-form-urlencoded");

        assertThat(again.statusCode()).isEqualTo(401);
        assertThat(new String(again.body())).contains("Unknown username or password");
        assertThat(browser.allow(link).get("code")).isNotEmpty();
    }

    @Test
    void aConsentBelongsToWhoeverGaveIt() throws Exception {
        tpp.connect();
        URI link = tpp.link(tpp.claims(twin.lastConsent().id()));

        org.assertj.core.api.Assertions.assertThatThrownBy(() -> browser.allow(link, "customer2"))
                .hasMessageContaining("403")
                .hasMessageContaining("somebody else");
    }

    @Test
    void thePageShowsWhatIsAskedForAndEscapesIt() throws Exception {
        HttpResponse<String> page = browser.open(tpp.link(tpp.claims(tpp.consent())));

        assertThat(page.body()).contains("ReadTransactionsDetail");
        assertThat(page.headers().firstValue("Content-Security-Policy")).isPresent();
        ObjectNode claims = tpp.claims(tpp.consent()).put("aud", "<script>alert(1)</script>");
        assertThat(browser.open(tpp.link(claims)).body()).doesNotContain("<script>alert");
    }
}
