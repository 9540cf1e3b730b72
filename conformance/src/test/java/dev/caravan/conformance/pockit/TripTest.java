package dev.caravan.conformance.pockit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.conformance.FrontDesk;
import dev.caravan.connections.Journeys;
import dev.caravan.sandbox.Exchange;
import dev.caravan.sandbox.pockit.Browser;
import dev.caravan.sandbox.pockit.PockitSettings;
import dev.caravan.sandbox.pockit.ThrowawayCertificate;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** From the one-time link over the bank to the first pull, and every way in which that can end. */
class TripTest {
    private static PockitSettings usual;
    private static Pockit pockit;
    private static FrontDesk desk;
    private static int users = 1;

    @BeforeAll
    static void open() {
        usual = PockitSettings.defaults().with("users", 30).with("accountsPerUser", 1);
        pockit = Pockit.of(usual, Map.of());
        desk = FrontDesk.before(pockit.house);
    }

    @AfterAll
    static void close() {
        desk.close();
        pockit.twin.close();
    }

    private static String nextUser() {
        return "user" + ++users;
    }

    private static Journeys.Begun begin() {
        return pockit.house.journeys.begin("pockit", "someone");
    }

    private static HttpResponse<String> link(Journeys.Begun begun) {
        return desk.get("/connect/" + begun.link());
    }

    /** Where the bank sends the browser to, as path and query of our callback. */
    private static String allowed(Journeys.Begun begun, String user) {
        pockit.twin.change(usual.with("autoUser", user));
        URI bank = URI.create(link(begun).headers().firstValue("Location").orElseThrow());
        URI back = new Browser().follow(bank);
        pockit.twin.change(usual);
        return back.getRawPath() + "?" + back.getRawQuery();
    }

    private static HttpResponse<String> back(String path) {
        return desk.send(
                HttpRequest.newBuilder(desk.front(path))
                        .header("X-Forwarded-For", Pockit.USER_ADDRESS));
    }

    private static List<Exchange> exchanges() {
        return pockit.twin
                .journal()
                .where(one -> "authorization_code".equals(one.fields().get("grant_type")));
    }

    @Test
    void aUserConnectsAndAllThatWasGrantedComesInWhileTheUserIsThere() {
        String user = nextUser();
        Journeys.Begun begun = begin();
        String callback = allowed(begun, user);
        pockit.twin.journal().clear();
        assertThat(back(callback).body()).contains("Connected");
        pockit.house.tick("pull");
        pockit.house.awaitPull(begun.connection(), null);

        pockit.holds(begun.connection(), user);
        assertThat(pockit.twin.journal().all().get(0).endpoint()).isEqualTo("access-token");
        assertThat(pockit.seen(user))
                .allMatch(one -> Pockit.USER_ADDRESS.equals(one.headers().get("x-user-ip")));
        assertThat(
                        pockit.house.text(
                                "select state || ' ' || external_id || ' ' || scopes from"
                                        + " ledger.connection where connection_id = '"
                                        + begun.connection()
                                        + "'"))
                .isEqualTo(
                        "active "
                                + pockit.twin.consent(user).intentId()
                                + " accounts:read balance:read beneficiaries:read product:read"
                                + " transactions:read");
        assertThat(
                        pockit.house.texts(
                                "select kind from caravan.task where connection_id = '"
                                        + begun.connection()
                                        + "'"))
                .containsExactlyInAnyOrder("pull", "token");
    }

    @Test
    void theIntentIsSignedAndSaysWhoAsksForWhatWithAFreshUuidEachTime() {
        pockit.twin.journal().clear();
        link(begin());
        link(begin());
        List<Exchange> intents = pockit.twin.journal().on("authorise");

        assertThat(intents).hasSize(2).allMatch(one -> one.status() == 200);
        assertThat(intents)
                .allMatch(one -> one.headers().get("authorization").startsWith("Basic "))
                .allMatch(one -> one.headers().containsKey("x-jws-signature"));
        assertThat(intents)
                .extracting(one -> one.headers().get("x-jws-signature").split("\\.")[1])
                .extracting(TripTest::decoded)
                .allMatch(
                        one ->
                                one.matches(
                                        "\\{\"aspsp\":\"8ddb14f1-fecd-41fe-90b7-f8fbda9494ac\",\"uuid\":\"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\",\"sandbox_sca\":true\\s*,\"scope\":\"aisp\"}"))
                .doesNotHaveDuplicates();
    }

    private static String decoded(String part) {
        return new String(java.util.Base64.getUrlDecoder().decode(part));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ABSENT", "EMPTY", "WORD"})
    void aCodeThatIsNullIsANoInEachOfItsSpellings(String spelling) {
        Journeys.Begun begun = begin();
        pockit.twin.change(usual.with("nullCode", spelling));
        // without sandbox_sca the user is asked
        URI bank = URI.create(link(begun).headers().firstValue("Location").orElseThrow());
        URI back = declined(bank);
        pockit.twin.change(usual);
        pockit.twin.journal().clear();
        HttpResponse<String> page = back(back.getRawPath() + "?" + back.getRawQuery());

        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(pockit.house.state(begun.connection())).isEqualTo("declined");
        assertThat(exchanges()).isEmpty();
    }

    /**
     * The twin approves at once with sandbox_sca; what a declined user comes back with is made of
     * it.
     */
    private static URI declined(URI bank) {
        URI back = new Browser().follow(bank);
        String code =
                switch (pockit.twin.settings().granting().nullCode()) {
                    case ABSENT -> "";
                    case EMPTY -> "&authorisation_code=";
                    case WORD -> "&authorisation_code=null";
                };
        return URI.create(back.toString().replaceAll("&authorisation_code=[^&]*", "") + code);
    }

    @Test
    void aWayBackIsGoodOnceForItsIntentAndForNoOther() {
        String user = nextUser();
        Journeys.Begun begun = begin();
        String callback = allowed(begun, user);
        pockit.twin.journal().clear();

        assertThat(
                        back(callback.replaceAll(
                                        "intent-id=[^&]*", "intent-id=" + UUID.randomUUID()))
                                .statusCode())
                .isEqualTo(400);
        assertThat(
                        back(callback.replaceAll("uuid=[^&]*", "uuid=" + UUID.randomUUID()))
                                .statusCode())
                .isEqualTo(400);
        assertThat(exchanges()).isEmpty();
    }

    @Test
    void aWayBackThatComesTwiceIsRefused() {
        String user = nextUser();
        Journeys.Begun begun = begin();
        String callback = allowed(begun, user);
        pockit.twin.journal().clear();

        assertThat(back(callback).statusCode()).isEqualTo(200);
        assertThat(back(callback).statusCode()).isEqualTo(400);
        assertThat(exchanges()).hasSize(1);
    }

    @Test
    void anAnswerToTheExchangeThatIsLostIsAskedForOnceMoreAndThenTheUserStartsAgain() {
        String user = nextUser();
        Journeys.Begun begun = begin();
        String callback = allowed(begun, user);
        pockit.twin.journal().clear();
        pockit.twin.faults().on("access-token").losesTheAnswer().times(1);

        assertThat(back(callback).body()).doesNotContain("Connected");
        assertThat(exchanges()).hasSize(2);
        assertThat(pockit.house.state(begun.connection())).isEqualTo("abandoned");
        Journeys.Begun again = pockit.house.journeys.again(begun.connection()).orElseThrow();
        assertThat(back(allowed(again, user)).body()).contains("Connected");
    }

    @Test
    void aMomentsTroubleAtTheExchangeIsOverAtTheSecondTry() {
        String user = nextUser();
        Journeys.Begun begun = begin();
        String callback = allowed(begun, user);
        pockit.twin.faults().on("access-token").status(503).times(1);

        assertThat(back(callback).body()).contains("Connected");
    }

    @Test
    void theUserIsSentNowhereElse() {
        Map<String, String> shipped =
                Map.of(
                        "authorise.link",
                        "https://auth(-sandbox)?[.]tell[.]money/v1/authorise/[0-9a-fA-F-]{36}");
        try (Pockit world = Pockit.of(PockitSettings.defaults(), shipped);
                FrontDesk front = FrontDesk.before(world.house)) {
            for (String address :
                    List.of(
                            "https://auth.example.invalid/v1/authorise/{id}",
                            "http://auth.tell.money/v1/authorise/{id}",
                            "https://auth.tell.money/v1/authorise/00000000-0000-4000-8000-000000000000",
                            "https://auth.tell.money@example.invalid/v1/authorise/{id}",
                            "https://auth.tell.money/v1/elsewhere/{id}")) {
                HttpResponse<String> page = sent(world, front, address);

                assertThat(page.headers().firstValue("Location")).as(address).isEmpty();
                assertThat(page.statusCode()).isEqualTo(503);
            }
            assertThat(
                            sent(world, front, "https://auth.tell.money/v1/authorise/{id}")
                                    .headers()
                                    .firstValue("Location"))
                    .as("the host that the documentation shows beside the sandbox")
                    .isPresent();
        }
    }

    private static HttpResponse<String> sent(Pockit world, FrontDesk front, String address) {
        world.twin.faults().location(address).times(1);
        return front.get("/connect/" + world.house.journeys.begin("pockit", "someone").link());
    }

    @Test
    void inProductionTheUserLogsInAndTheSettingOfTheSandboxIsNotSent() {
        Instant now = Instant.now();
        PockitSettings production =
                PockitSettings.defaults()
                        .with("env", "PRODUCTION")
                        .with(
                                "certificate",
                                ThrowawayCertificate.pem(
                                        now.minus(Duration.ofDays(1)),
                                        now.plus(Duration.ofDays(100))));
        try (Pockit world = Pockit.of(production, Map.of("sandbox.sca", "omit"));
                FrontDesk front = FrontDesk.before(world.house)) {
            Journeys.Begun begun = world.house.journeys.begin("pockit", "someone");
            URI bank =
                    URI.create(
                            front.get("/connect/" + begun.link())
                                    .headers()
                                    .firstValue("Location")
                                    .orElseThrow());
            URI back = new Browser().allow(bank, "user3");
            front.get(back.getRawPath() + "?" + back.getRawQuery());
            world.house.tick("pull");
            world.house.awaitPull(begun.connection(), null);

            world.holds(begun.connection(), "user3");
            assertThat(
                            decoded(
                                    world.twin
                                            .journal()
                                            .on("authorise")
                                            .get(0)
                                            .headers()
                                            .get("x-jws-signature")
                                            .split("\\.")[1]))
                    .doesNotContain("sandbox_sca");
            Journeys.Begun no = world.house.journeys.begin("pockit", "someone");
            URI declined =
                    new Browser()
                            .decline(
                                    URI.create(
                                            front.get("/connect/" + no.link())
                                                    .headers()
                                                    .firstValue("Location")
                                                    .orElseThrow()));
            front.get(declined.getRawPath() + "?" + declined.getRawQuery());
            assertThat(world.house.state(no.connection())).isEqualTo("declined");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {",", " ", ", "})
    void scopesAreReadHoweverTheyAreSeparated(String separator) {
        String user = nextUser();
        Journeys.Begun begun = begin();
        pockit.twin.change(usual.with("scopeSeparator", separator).with("autoUser", user));
        URI back =
                new Browser()
                        .follow(
                                URI.create(
                                        link(begun)
                                                .headers()
                                                .firstValue("Location")
                                                .orElseThrow()));
        back(back.getRawPath() + "?" + back.getRawQuery());
        pockit.twin.change(usual);

        assertThat(
                        pockit.house.text(
                                "select scopes from ledger.connection where connection_id = '"
                                        + begun.connection()
                                        + "'"))
                .isEqualTo(
                        "accounts:read balance:read beneficiaries:read product:read"
                                + " transactions:read");
    }
}
