package dev.caravan.sandbox.leatherback;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.sandbox.Json;
import dev.caravan.sandbox.MovableClock;
import dev.caravan.sandbox.http.LoopbackServer;
import dev.caravan.sandbox.http.Reply;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestObjectTest {
    private final MovableClock clock = MovableClock.at("2026-11-21T10:00:00Z");
    private final LeatherbackTwin twin = LeatherbackTwin.start(Tpp.known(), clock);
    private final Tpp tpp = new Tpp(twin, clock);
    private final Browser browser = new Browser();

    @AfterEach
    void close() {
        twin.close();
    }

    private HttpResponse<String> openWith(Consumer<ObjectNode> change) throws Exception {
        ObjectNode claims = tpp.claims(tpp.consent());
        change.accept(claims);
        return browser.open(tpp.link(claims));
    }

    private void refused(String complaint, Consumer<ObjectNode> change) throws Exception {
        refused(complaint, openWith(change));
    }

    private static void refused(String complaint, HttpResponse<String> page) {
        assertThat(page.statusCode()).isEqualTo(400);
        assertThat(page.body()).contains(complaint);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "exp",
                "nbf",
                "iat",
                "jti",
                "iss",
                "aud",
                "state",
                "nonce",
                "client_id",
                "redirect_uri",
                "scope",
                "response_type",
                "claims"
            })
    void underProfileObieEveryClaimIsNeeded(String claim) throws Exception {
        HttpResponse<String> page = openWith(claims -> claims.remove(claim));

        refused("invalid_request_object", page);
    }

    @Test
    void underProfileSeedThePublishedClaimsAreEnough() throws Exception {
        twin.change(twin.settings().requestObjectProfile(RequestObjectProfile.SEED));
        ObjectNode claims = tpp.claims(tpp.consent());
        claims.remove(List.of("exp", "nbf", "iat", "jti", "iss", "aud", "state", "nonce"));

        Callback back =
                browser.allow(
                        URI.create(
                                twin.authorizeUrl() + "?request=" + Tpp.sign(claims) + "&state=x"));

        assertThat(back.get("code")).isNotEmpty();
        assertThat(back.get("state")).isEqualTo("x");
    }

    @Test
    void underProfileSeedWhatIsThereIsStillChecked() throws Exception {
        twin.change(twin.settings().requestObjectProfile(RequestObjectProfile.SEED));

        refused("aud: expected", claims -> claims.put("aud", "https://other.example"));
        refused("exp: is over", claims -> claims.put("exp", 1));
    }

    @Test
    void everyClaimIsCompared() throws Exception {
        long now = clock.instant().getEpochSecond();

        refused("client_id: unknown", claims -> claims.put("client_id", "NOBODY"));
        refused(
                "redirect_uri: expected",
                claims -> claims.put("redirect_uri", "https://o.example"));
        refused("scope: expected", claims -> claims.put("scope", "payments"));
        refused("response_type: expected", claims -> claims.put("response_type", "code"));
        refused("iss: expected", claims -> claims.put("iss", "me"));
        refused("aud: expected", claims -> claims.put("aud", "you"));
        refused("exp: is over", claims -> claims.put("exp", now - 60));
        refused("exp: more than 60", claims -> claims.put("exp", now + 3661));
        refused("nbf: begins in", claims -> claims.put("nbf", now + 61));
        refused("nbf: more than 60", claims -> claims.put("nbf", now - 3661));
        refused("within 60 minutes", claims -> claims.put("exp", now + 3600).put("nbf", now - 1));
        refused("iat: lies in the future", claims -> claims.put("iat", now + 61));
        refused("exp: expected a number", claims -> claims.put("exp", "soon"));
    }

    @Test
    void aClockThatIsAMinuteOffIsBorne() throws Exception {
        long now = clock.instant().getEpochSecond();

        assertThat(
                        openWith(claims -> claims.put("nbf", now + 60).put("iat", now + 60))
                                .statusCode())
                .isEqualTo(200);
        twin.change(twin.settings().clockSkewSeconds(0));
        refused("nbf: begins in", claims -> claims.put("nbf", now + 60));
    }

    @Test
    void theAudienceMayBeOneOfSeveral() throws Exception {
        HttpResponse<String> page =
                openWith(claims -> claims.putArray("aud").add("x").add(twin.issuer()));

        assertThat(page.statusCode()).isEqualTo(200);
    }

    @Test
    void theScopesAreASetting() throws Exception {
        assertThat(openWith(claims -> claims.put("scope", "openid accounts")).statusCode())
                .isEqualTo(200);
        twin.change(twin.settings().requestScopes("openid accounts"));
        refused("scope: expected", claims -> claims.put("scope", "accounts"));
    }

    @Test
    void theIntentMustBeAConsentOfThisClientThatWaits() throws Exception {
        refused(
                "no such consent",
                claims -> intent(claims, "11111111-1111-4111-8111-111111111111"));
        refused("no value", claims -> claims.put("openbanking_intent_id", "flat").remove("claims"));
        String declined = tpp.consent();
        browser.decline(tpp.link(tpp.claims(declined)));
        refused("the consent is Rejected", claims -> intent(claims, declined));
    }

    private static void intent(ObjectNode claims, String id) {
        claims.putObject("claims")
                .putObject("id_token")
                .putObject("openbanking_intent_id")
                .put("value", id);
    }

    @Test
    void onlyPs256IsTaken() throws Exception {
        ObjectNode claims = tpp.claims(tpp.consent());
        for (String alg : List.of("RS256", "none", "HS256", "ps256")) {
            ObjectNode header = Json.object().put("alg", alg).put("kid", Tpp.KEY.kid());
            refused(
                    "alg: expected PS256",
                    browser.open(tpp.link(Tpp.sign(header, claims), claims)));
        }
        ObjectNode header = Json.object().put("alg", "HS256").put("kid", Tpp.KEY.kid());
        String input = Jws.input(header, claims);
        byte[] mac = Jws.hs256(twin.settings().certificate().getBytes(), input.getBytes());
        refused("alg: expected PS256", browser.open(tpp.link(input + "." + Jws.text(mac), claims)));
    }

    @Test
    void theSignatureMustFitTheKeyOfItsKid() throws Exception {
        ObjectNode claims = tpp.claims(tpp.consent());
        ObjectNode ps256 = Json.object().put("alg", "PS256");
        String input = Jws.input(ps256.deepCopy().put("kid", Tpp.KEY.kid()), claims);
        byte[] pkcs = Jws.rs256(Tpp.KEY.secret(), input.getBytes());

        refused("signature:", browser.open(tpp.link(input + "." + Jws.text(pkcs), claims)));
        refused("signature:", browser.open(tpp.link(input + ".", claims)));
        refused("kid: missing", browser.open(tpp.link(Tpp.sign(ps256, claims), claims)));
        ObjectNode unknown = ps256.deepCopy().put("kid", "unknown");
        refused("kid: no JWKS", browser.open(tpp.link(Tpp.sign(unknown, claims), claims)));
        ObjectNode crit = ps256.deepCopy().put("kid", Tpp.KEY.kid());
        crit.putArray("crit").add("x");
        refused("crit:", browser.open(tpp.link(Tpp.sign(crit, claims), claims)));
    }

    @Test
    void whatIsNoJwsIsRefused() {
        refused("3 parts", browser.open(URI.create(twin.authorizeUrl() + "?request=abc")));
        refused("request: missing", browser.open(twin.authorizeUrl()));
        String doubled = Jws.text("{\"alg\":\"PS256\",\"alg\":\"none\"}".getBytes());
        refused(
                "Duplicate",
                browser.open(URI.create(twin.authorizeUrl() + "?request=" + doubled + ".e30.x")));
    }

    @Test
    void theQueryMustRepeatWhatTheObjectSays() throws Exception {
        ObjectNode claims = tpp.claims(tpp.consent());
        String jwt = Tpp.sign(claims);
        String state = "&state=" + claims.path("state").asText();

        refused(
                "missing in the query",
                browser.open(URI.create(twin.authorizeUrl() + "?request=" + jwt + state)));
        ObjectNode other = claims.deepCopy().put("scope", "openid");
        refused("scope of the query", browser.open(tpp.link(jwt, other)));
        other = claims.deepCopy().put("state", "another");
        refused("state of the query", browser.open(tpp.link(jwt, other)));
    }

    @Test
    void aRequestObjectIsUsedUpByADecisionAndNotByALook() throws Exception {
        URI link = tpp.link(tpp.claims(tpp.consent()));

        assertThat(browser.open(link).statusCode()).isEqualTo(200);
        assertThat(browser.allow(link).get("code")).isNotEmpty();
        refused("used before", browser.open(link));
    }

    @Test
    void theKeyIsFetchedFromTheJwksUrlOncePerUnknownKid() throws Exception {
        AtomicReference<ObjectNode> published = new AtomicReference<>(Json.object());
        published.get().putArray("keys").add(Tpp.jwk());
        try (LoopbackServer jwks =
                new LoopbackServer(
                        0,
                        4,
                        false,
                        request ->
                                new LoopbackServer.Served(
                                        Reply.json(200, published.get()), bytes -> {}))) {
            twin.change(twin.settings().clientJwk("").jwksUrl(jwks.base() + "/jwks"));

            assertThat(openWith(claims -> {}).statusCode()).isEqualTo(200);
            assertThat(openWith(claims -> {}).statusCode()).isEqualTo(200);
            assertThat(twin.jwksFetches()).isEqualTo(1);

            ObjectNode claims = tpp.claims(tpp.consent());
            ObjectNode next = Json.object().put("alg", "PS256").put("kid", "next");
            URI link = tpp.link(Tpp.sign(next, claims), claims);
            refused("kid: not in the JWKS", browser.open(link));
            published.get().putArray("keys").add(Tpp.jwk().put("kid", "next"));
            assertThat(browser.open(link).statusCode()).isEqualTo(200);
            assertThat(twin.jwksFetches()).isEqualTo(3);
        }
    }

    @Test
    void aJwksThatCannotBeReadIsRefusedWithTheReason() throws Exception {
        try (LoopbackServer jwks =
                new LoopbackServer(
                        0,
                        4,
                        false,
                        request -> new LoopbackServer.Served(Reply.empty(503), bytes -> {}))) {
            twin.change(twin.settings().clientJwk("").jwksUrl(jwks.base() + "/jwks"));

            refused("JWKS answered 503", claims -> {});
        }
    }

    @Test
    void aPublishedPrivateKeyOrAKeyForSomethingElseIsRefused() throws Exception {
        jwk(Tpp.jwk().put("d", "AQAB"));
        refused("private part", claims -> {});
        jwk(Tpp.jwk().put("use", "enc"));
        refused("use: expected sig", claims -> {});
        jwk(Tpp.jwk().put("n", "AQAB"));
        refused("2048 bits", claims -> {});
    }

    private void jwk(ObjectNode jwk) {
        String text = new String(Json.bytes(jwk), StandardCharsets.UTF_8);
        twin.change(twin.settings().clientJwk(text));
    }

    @Test
    void theThumbprintCanBeDemandedAsKid() throws Exception {
        twin.change(twin.settings().thumbprintKids(true));
        assertThat(openWith(claims -> {}).statusCode()).isEqualTo(200);

        jwk(Tpp.jwk().put("kid", "first"));
        ObjectNode claims = tpp.claims(tpp.consent());
        ObjectNode header = Json.object().put("alg", "PS256").put("kid", "first");
        refused("thumbprint", browser.open(tpp.link(Tpp.sign(header, claims), claims)));
    }

    @Test
    void theThumbprintIsThatOfRfc7638() {
        ObjectNode example =
                (ObjectNode)
                        Json.parse(
                                """
                                {"kty":"RSA","e":"AQAB","n":"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2\
                                aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCi\
                                FV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65Y\
                                GjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n\
                                91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_x\
                                BniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw"}
                                """
                                        .getBytes(StandardCharsets.UTF_8));

        assertThat(Jwk.thumbprint(Jwk.read(example)))
                .isEqualTo("NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
    }

    @Test
    void aConsentThatHasExpiredIsNotAuthorisedAgain() throws Exception {
        tpp.connect();
        String id = twin.lastConsent().id();
        clock.advance(Duration.ofDays(100));

        refused("has expired", browser.open(tpp.link(tpp.claims(id))));
    }
}
