package dev.caravan.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.connections.Journeys;
import java.net.CookieManager;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.UUID;
import org.apache.camel.CamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The trip to a bank and back, for banks that do it in ways of their own. */
class TripTest {
    private static final String AUTHORISE =
            FrontDesk.route(
                    "authorise",
                    """
                    <setBody><constant>
                      state = $[journey:state]
                      uuid = $[journey:uuid]
                      nonce = $[journey:nonce]</constant></setBody>
                    <bean ref="vault" method="form"/>
                    <setProperty name="journey.reference"><constant>intent-7</constant></setProperty>
                    <setBody><simple>https://bank.example/?${body}</simple></setBody>
                    """);

    private static final String CALLBACK =
            FrontDesk.route(
                    "callback",
                    """
                    <filter><simple>'{{broken}}' == 'true'</simple><throwException exceptionType="java.io.IOException" message="lost"/></filter>
                    <setBody><constant>{"access_token": "$[journey:code] $[journey:reference] $[journey:param.id_token]",
                      "state": "$[journey:state]", "expires_in": 3600}</constant></setBody>
                    <bean ref="vault" method="json"/><bean ref="vault" method="keep"/>
                    """);

    private FrontDesk desk;

    private void open(String answers, String... more) {
        desk =
                FrontDesk.of(
                        AUTHORISE + CALLBACK + String.join("", more),
                        answers,
                        Map.of("broken", "false"));
    }

    @AfterEach
    void close() {
        desk.close();
    }

    /** A trip that is at the bank. */
    private record Away(UUID connection, String state, String uuid, String nonce) {}

    private Away away() {
        Journeys.Begun begun = desk.house.journeys.begin("bank", "someone");
        HttpResponse<String> sent = desk.get("/connect/" + begun.link());
        String bank = sent.headers().firstValue("Location").orElseThrow();
        return new Away(
                begun.connection(),
                parameter(bank, "state"),
                parameter(bank, "uuid"),
                parameter(bank, "nonce"));
    }

    private static String parameter(String url, String name) {
        return url.replaceAll(".*[?&]" + name + "=([^&]*).*", "$1");
    }

    private HttpResponse<String> back(String query) {
        return desk.get("/callback/bank?" + query);
    }

    private String state(Away trip) {
        return desk.house.state(trip.connection());
    }

    @Test
    void everyTripHasAStateAUuidAndANonceOfItsOwn() {
        open("");
        Away one = away();
        Away other = away();
        assertThat(one.state()).hasSize(43).isNotEqualTo(other.state());
        assertThat(UUID.fromString(one.uuid()).version()).isEqualTo(4);
        assertThat(one.nonce()).hasSize(22).isNotEqualTo(other.nonce());
        assertThat(
                        desk.house.number(
                                "select count(*) from caravan.journey j where j::text like '%"
                                        + one.uuid()
                                        + "%' or j::text like '%"
                                        + one.nonce()
                                        + "%'"))
                .isZero();
    }

    @Test
    void aUuidMayStandForTheStateAndTheReferenceHasToFit() {
        open(
                """
                callback.state = uuid
                callback.code = authorisation_code
                callback.reference = intent-id
                """);
        Away trip = away();
        String answer = "authorisation_code=c1&uuid=" + trip.uuid();

        assertThat(back(answer + "&intent-id=intent-8").statusCode()).isEqualTo(400);
        assertThat(back(answer).statusCode()).isEqualTo(400);
        assertThat(desk.refused("reference")).isEqualTo(2);

        assertThat(back(answer + "&intent-id=intent-7").body()).contains("Connected");
        assertThat(state(trip)).isEqualTo("active");
        assertThat(desk.token(trip.connection())).isEqualTo("c1 intent-7 ");
        assertThat(back(answer + "&intent-id=intent-7").statusCode()).isEqualTo(400);
        assertThat(desk.refused("used")).isOne();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "&authorisation_code=", "&authorisation_code=null"})
    void aCodeThatIsNoneInAnySpellingMeansNo(String code) {
        open(
                """
                callback.code = authorisation_code
                callback.declined = null
                """);
        Away trip = away();
        HttpResponse<String> page = back("state=" + trip.state() + code);
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body()).contains("Declined");
        assertThat(state(trip)).isEqualTo("declined");
    }

    @Test
    void withoutSuchALineAMissingCodeIsNoAnswer() {
        open("");
        Away trip = away();
        assertThat(back("state=" + trip.state()).statusCode()).isEqualTo(400);
        assertThat(state(trip)).isEqualTo("abandoned");
    }

    @Test
    void whatDoesNotFitIsRefusedAndCountedByItsKind() {
        open("");
        Away trip = away();
        String good = "code=c1&state=" + trip.state();

        assertThat(back("code=c1").statusCode()).isEqualTo(400);
        assertThat(back("code=c1&state=nobodys").statusCode()).isEqualTo(400);
        assertThat(back(good + "&state=" + trip.state()).statusCode()).isEqualTo(400);
        assertThat(back(good + "&code=c2").statusCode()).isEqualTo(400);
        assertThat(desk.post("/callback/bank", good + "&x=%zz").statusCode()).isEqualTo(400);
        assertThat(desk.refused("missing")).isOne();
        assertThat(desk.refused("unknown")).isOne();
        assertThat(desk.refused("doubled")).isEqualTo(2);
        assertThat(desk.refused("malformed")).isOne();
        assertThat(state(trip)).isEqualTo("pending");

        assertThat(back(good).body()).contains("Connected");

        Away late = away();
        desk.house.advance(Duration.ofMinutes(31));
        assertThat(back("code=c1&state=" + late.state()).statusCode()).isEqualTo(400);
        assertThat(desk.refused("late")).isOne();
    }

    @Test
    void aHeaderCannotBeSaidByAParameter() {
        open("");
        Away trip = away();
        back("code=c1&state=" + trip.state() + "&X-Forwarded-For=203.0.113.9");
        assertThat(state(trip)).isEqualTo("active");
        assertThat(desk.house.text("select user_address from caravan.task where kind = 'pull'"))
                .isNull();
    }

    @Test
    void anAnswerInTheFragmentIsSentOnByAPageThatKnowsNothingOfIt() throws Exception {
        open("callback.fragment = true");
        Away trip = away();
        HttpResponse<String> page = desk.get("/callback/bank?utm=SECRET-WORD");
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body())
                .contains("<noscript>")
                .doesNotContain("SECRET-WORD")
                .doesNotContainPattern("\\son[a-z]+=");
        assertThat(page.headers().firstValue("Cache-Control")).hasValue("no-store");
        String script = page.body().replaceAll("(?s).*<script>(.*)</script>.*", "$1");
        String hash =
                Base64.getEncoder()
                        .encodeToString(
                                MessageDigest.getInstance("SHA-256")
                                        .digest(script.getBytes(StandardCharsets.UTF_8)));
        assertThat(page.headers().firstValue("Content-Security-Policy").orElseThrow())
                .contains("default-src 'none'", "form-action 'self'")
                .contains("script-src 'sha256-" + hash + "'");

        // what the script does
        String idToken = "x".repeat(12_000);
        HttpResponse<String> done =
                desk.post(
                        "/callback/bank", "code=c1&state=" + trip.state() + "&id_token=" + idToken);
        assertThat(done.body()).contains("Connected");
        assertThat(desk.token(trip.connection())).isEqualTo("c1 intent-7 " + idToken);
        assertThat(desk.post("/callback/bank", "").statusCode()).isEqualTo(400);
    }

    @Test
    void theWayBackIsOpenToTheBrowserThatLeft() {
        open("");
        Away trip = away();
        Away other = away();
        String good = "/callback/bank?code=c1&state=" + trip.state();
        for (String cookie :
                new String[] {
                    "none=1",
                    "caravan-trip-abcdef=",
                    "caravan-trip-abcdef=" + other.state(),
                    desk.cookieOf(other.state()),
                    desk.cookieOf(trip.state()) + "x"
                }) {
            assertThat(
                            desk.send(
                                            HttpRequest.newBuilder(desk.front(good))
                                                    .header("Cookie", cookie))
                                    .statusCode())
                    .as(cookie)
                    .isEqualTo(400);
        }
        assertThat(desk.refused("browser")).isEqualTo(5);
        assertThat(state(trip)).isEqualTo("pending");
        assertThat(desk.get(good + "&cookie=caravan-trip-abcdef%3Dx").body()).contains("Connected");
    }

    @Test
    void twoTripsInOneBrowserDoNotTakeTurns() {
        open("");
        Away one = away();
        Away other = away();
        String both = desk.cookieOf(one.state()) + "; " + desk.cookieOf(other.state());
        for (Away trip : new Away[] {one, other}) {
            assertThat(
                            desk.send(
                                            HttpRequest.newBuilder(
                                                            desk.front(
                                                                    "/callback/bank?code=c1&state="
                                                                            + trip.state()))
                                                    .header("Cookie", both))
                                    .body())
                    .contains("Connected");
            assertThat(state(trip)).isEqualTo("active");
        }
    }

    @Test
    void aCallbackThatMeetsAReplacementOfItsProviderIsNotSpent() {
        open("");
        Away trip = away();
        CamelContext old = desk.house.camel();
        old.suspend();
        HttpResponse<String> page = back("code=c1&state=" + trip.state());
        assertThat(page.statusCode()).isEqualTo(503);
        assertThat(page.body()).doesNotContain(trip.state(), "c1");
        old.resume();
        assertThat(back("code=c1&state=" + trip.state()).body()).contains("Connected");
        assertThat(desk.token(trip.connection())).isEqualTo("c1 intent-7 ");
    }

    @Test
    void newSettingsDoNotReviveAConnectionWhoseUserHasToCome() {
        open("");
        Away trip = away();
        back("code=c1&state=" + trip.state());
        desk.house.database.update("update caravan.connection set state = 'reauth_required'");
        HttpResponse<String> changed =
                desk.admin(
                        "PUT",
                        "/connections/" + trip.connection() + "/settings",
                        "{\"settings\": {\"tenant\": \"t\"}}");
        assertThat(changed.statusCode()).isEqualTo(200);
        assertThat(state(trip)).isEqualTo("reauth_required");
    }

    @Test
    void aProviderThatHasNoShorterWayIsReconnectedByAnOrdinaryTrip() {
        open("");
        Away trip = away();
        back("code=c1&state=" + trip.state());
        String link =
                desk.admin(
                                "POST",
                                "/connections/" + trip.connection() + "/link",
                                "{\"purpose\": \"renew\"}")
                        .body()
                        .replaceAll(".*(/connect/[A-Za-z0-9_-]+).*", "$1");
        assertThat(desk.get(link).statusCode()).isEqualTo(302);
        assertThat(
                        desk.admin(
                                        "POST",
                                        "/connections/" + trip.connection() + "/link",
                                        "{\"purpose\": \"dance\"}")
                                .statusCode())
                .isEqualTo(400);
        assertThat(state(trip)).isEqualTo("active");
    }

    @Test
    void aBrowserKeepsNothingOfATripButItsCookie() {
        open("");
        Journeys.Begun begun = desk.house.journeys.begin("bank", "someone");
        HttpResponse<String> sent = desk.get("/connect/" + begun.link());
        assertThat(sent.headers().firstValue("Set-Cookie").orElseThrow())
                .matches(
                        "caravan-trip-([A-Za-z0-9_-]{6})=\\1[A-Za-z0-9_-]{16}; Path=/callback;"
                                + " Max-Age=1800; HttpOnly; SameSite=Lax");
    }

    @Test
    void aCookieMayComeBackInTheFormOfRfc2965() throws Exception {
        open("");
        Journeys.Begun begun = desk.house.journeys.begin("bank", "someone");
        // java.net.CookieManager, which the launcher uses, writes $Version, quotes and $Path
        HttpClient browser = HttpClient.newBuilder().cookieHandler(new CookieManager()).build();
        String bank =
                browser.send(
                                HttpRequest.newBuilder(desk.front("/connect/" + begun.link()))
                                        .build(),
                                HttpResponse.BodyHandlers.ofString())
                        .headers()
                        .firstValue("Location")
                        .orElseThrow();
        String back = "/callback/bank?code=c1&state=" + parameter(bank, "state");
        assertThat(
                        browser.send(
                                        HttpRequest.newBuilder(desk.front(back)).build(),
                                        HttpResponse.BodyHandlers.ofString())
                                .body())
                .contains("Connected");
    }

    @Test
    void aFormThatTheBanksPagePostsIsPostedOnceMoreFromOurs() {
        open("");
        Away trip = away();
        String form = "code=c1&state=" + trip.state() + "&id_token=%22%3E%3Cscript%3E%26'";
        HttpResponse<String> page = desk.postFrom("https://bank.example", "/callback/bank", form);
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body())
                .contains("<form method=\"post\" action=\"bank\">")
                .contains("name=\"code\" value=\"c1\"")
                .contains("name=\"id_token\" value=\"&quot;&gt;&lt;script&gt;&amp;&#39;\"");
        assertThat(page.headers().firstValue("Content-Security-Policy").orElseThrow())
                .contains("default-src 'none'", "form-action 'self'", "script-src 'sha256-");
        assertThat(state(trip)).isEqualTo("pending");

        assertThat(desk.postFrom("null", "/callback/bank", form + "&caravan.again=1").statusCode())
                .as("once, and a browser that kept nothing is refused")
                .isEqualTo(400);
        assertThat(desk.post("/callback/bank", form + "&caravan.again=1").body())
                .contains("Connected");
        assertThat(desk.token(trip.connection())).isEqualTo("c1 intent-7 \"><script>&'");
    }

    @Test
    void aPageIsOnlyThereForBanksThatNeedIt() {
        open("");
        assertThat(desk.get("/callback/bank").statusCode()).isEqualTo(400);
    }

    @Test
    void aFormMayBeAsLargeAsItsParts() {
        open("");
        Away trip = away();
        String good = "code=c1&state=" + trip.state();
        assertThat(
                        desk.post("/callback/bank", good + "&id_token=" + "x".repeat(16_385))
                                .statusCode())
                .isEqualTo(400);
        assertThat(
                        desk.post("/callback/bank", good + ("&a=" + "x".repeat(16_000)).repeat(5))
                                .statusCode())
                .isGreaterThan(399);
        assertThat(state(trip)).isEqualTo("pending");
        assertThat(desk.post("/callback/bank", good + "&id_token=" + "x".repeat(16_384)).body())
                .contains("Connected");
    }

    @Test
    void anExchangeThatFailsFailsTheTrip() {
        desk = FrontDesk.of(AUTHORISE + CALLBACK, "", Map.of("broken", "true"));
        Away trip = away();
        HttpResponse<String> page = back("code=c1&state=" + trip.state());
        assertThat(page.body()).contains("Failed", "ask for a new link");
        assertThat(state(trip)).isEqualTo("abandoned");
    }

    @Test
    void whatTheConsentBecameIsReadBackBeforeTheFirstPull() {
        open(
                "",
                FrontDesk.route(
                        "granted",
                        "<to uri=\"sql:update caravan.connection set scopes = 'read back',"
                                + " consent_expires_at = caravan.now() + interval '30"
                                + " days'?dataSource=#ledger\"/>"));
        Away trip = away();
        assertThat(back("code=c1&state=" + trip.state()).body()).contains("Connected");
        assertThat(
                        desk.house.text(
                                "select scopes || ' ' || (consent_expires_at > caravan.now()) from"
                                        + " caravan.connection"))
                .isEqualTo("read back true");
    }

    @Test
    void aConsentThatDoesNotReadBackFailsTheTrip() {
        open(
                "",
                FrontDesk.route(
                        "granted",
                        "<throwException exceptionType=\"java.lang.IllegalStateException\""
                                + " message=\"no\"/>"));
        Away trip = away();
        assertThat(back("code=c1&state=" + trip.state()).body()).contains("Failed");
        assertThat(state(trip)).isEqualTo("abandoned");
        assertThat(desk.tasks(trip.connection())).isNull();
    }

    @Test
    void aConnectionGetsTheWorkThatItsProviderHasRoutesFor() {
        open("", FrontDesk.route("ping", "<log message=\"ping\"/>"));
        Away trip = away();
        back("code=c1&state=" + trip.state());
        assertThat(desk.tasks(trip.connection())).isEqualTo("ping pull");
    }

    @Test
    void aNewConsentEndsWhenNobodyKnowsYetAndNotWithTheOldOne() {
        open("");
        Away trip = away();
        back("code=c1&state=" + trip.state());
        desk.house.database.update(
                "update caravan.connection set consent_expires_at = caravan.now() - interval '1"
                        + " day', state = 'expired'");
        Journeys.Begun again = desk.house.journeys.again(trip.connection()).orElseThrow();
        String bank =
                desk.get("/connect/" + again.link()).headers().firstValue("Location").orElseThrow();
        back("code=c2&state=" + parameter(bank, "state"));
        assertThat(state(trip)).isEqualTo("active");
        assertThat(desk.house.text("select consent_expires_at from caravan.connection")).isNull();
    }

    @Test
    void aLinkStaysGoodWhileItsProviderDoesNotRun() {
        open("");
        Journeys.Begun elsewhere = desk.house.journeys.begin("other", "someone");
        assertThat(desk.get("/connect/" + elsewhere.link()).statusCode()).isEqualTo(503);
        assertThat(desk.house.journeys.link(elsewhere.link()).orElseThrow().provider())
                .isEqualTo("other");
        assertThat(desk.get("/callback/other?code=c&state=s").statusCode()).isEqualTo(503);
    }

    @Test
    void keysArePublishedWhereSomethingIsSignedWithThem() throws Exception {
        open("");
        assertThat(desk.get("/jwks/bank").statusCode()).isEqualTo(404);
        assertThat(desk.get("/jwks/nobody").statusCode()).isEqualTo(404);
        desk.close();

        java.security.KeyPairGenerator rsa = java.security.KeyPairGenerator.getInstance("RSA");
        rsa.initialize(2048);
        String kind = "PRIVATE KEY-----";
        desk =
                FrontDesk.of(
                        AUTHORISE + CALLBACK,
                        "",
                        Map.of(
                                "broken", "false",
                                "sign.request.alg", "PS256",
                                "sign.request.kid", "thumbprint",
                                "sign.request.publish", "true",
                                "sign.request.key", "$[secret:bank.key]"));
        desk.house.secret(
                "bank.key",
                "-----BEGIN "
                        + kind
                        + "\n"
                        + Base64.getMimeEncoder()
                                .encodeToString(rsa.generateKeyPair().getPrivate().getEncoded())
                        + "\n-----END "
                        + kind);
        HttpResponse<String> keys = desk.get("/jwks/bank");
        assertThat(keys.statusCode()).isEqualTo(200);
        assertThat(keys.headers().firstValue("Content-Type")).hasValue("application/jwk-set+json");
        assertThat(keys.headers().firstValue("Cache-Control")).hasValue("public, max-age=300");
        assertThat(keys.body()).contains("\"kty\":\"RSA\"").doesNotContain("\"d\":");
    }
}
