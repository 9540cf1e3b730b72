package dev.caravan.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caravan.connections.Journeys;
import dev.caravan.sandbox.Exchange;
import dev.caravan.sandbox.http.Reply;
import dev.caravan.sandbox.truelayer.Browser;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A consent that goes on (contract 2.6): the user's click, then the shortest way there is. */
class RenewTest {
    private static final String EXTEND = "connections/extend";
    private static final String REAUTH = "v1/reauthuri";

    private World world;

    /** Somebody whose data is here, nine days before the consent ends. */
    private UUID open(String user, String password) {
        world = World.of(World.smallBank());
        Journeys.Begun begun = world.journeys.begin("truelayer", user);
        HttpResponse<String> page =
                world.back(new Browser().allow(world.bank(begun.link()), user, password));
        assertThat(page.body()).contains("Connected");
        world.tick();
        world.awaitPull(begun.connection(), null);
        world.database.update(
                "update caravan.connection set settings = '{\"user.name\": \"Jo Doe\","
                        + " \"user.email\": \"jo@example.org\"}'");
        world.twin
                .connection(password.equals("doe") ? user : user + "-" + password)
                .consentExpiresAt(world.clock.instant().plus(Duration.ofDays(9)));
        world.advance(Duration.ofHours(2));
        world.pull(begun.connection());
        assertThat(world.state(begun.connection())).isEqualTo("expiring");
        return begun.connection();
    }

    @AfterEach
    void close() {
        world.close();
    }

    private HttpResponse<String> click(String link) {
        return world.send(
                HttpRequest.newBuilder(at(link))
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.noBody()));
    }

    private URI at(String link) {
        return URI.create("http://127.0.0.1:" + world.port + "/connect/" + link);
    }

    private String link(UUID connection) {
        return world.journeys.again(connection, true).orElseThrow().link();
    }

    private static URI onward(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).isEqualTo(303);
        return URI.create(answer.headers().firstValue("Location").orElseThrow());
    }

    /** Clicks, says yes at the bank and comes back in the same browser. */
    private HttpResponse<String> throughTheBank(String link, String password) {
        HttpResponse<String> sent = click(link);
        return back(sent, new Browser().allow(onward(sent), "john", password));
    }

    private HttpResponse<String> back(HttpResponse<String> left, URI callback) {
        String cookie = left.headers().firstValue("Set-Cookie").orElseThrow().split(";")[0];
        return world.send(HttpRequest.newBuilder(callback).header("Cookie", cookie));
    }

    private List<String> rows(UUID connection) {
        return world.texts(
                "select transaction_id || ' ' || account_id || ' ' || first_seen_at from"
                        + " ledger.transaction where status = 'booked' and connection_id = '"
                        + connection
                        + "' order by 1");
    }

    private String end(UUID connection) {
        return world.text(
                "select coalesce((consent_expires_at - caravan.now() > interval '85 days')::text,"
                        + " 'unknown') from ledger.connection where connection_id = '"
                        + connection
                        + "'");
    }

    private static JsonNode json(String text) {
        try {
            return new ObjectMapper().readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** Goes the way that the bank wants, and looks at what is there afterwards. */
    private void renewed(UUID connection, Consumer<String> way) {
        List<String> before = rows(connection);
        String last = world.lastEnd(connection);
        way.accept(link(connection));
        world.tick();
        world.awaitPull(connection, last);
        assertThat(world.state(connection)).isEqualTo("active");
        assertThat(end(connection)).isEqualTo("true");
        assertThat(before).hasSizeGreaterThan(100);
        assertThat(rows(connection)).containsAll(before);
        assertThat(world.number("select count(*) from ledger.connection")).isOne();
        assertThat(world.number("select count(*) from ledger.account")).isEqualTo(3);
        assertThat(
                        world.number(
                                "select count(*) from ledger.trip where purpose = 'renew' and"
                                        + " outcome = 'connected' and reconfirmed_at is not null"))
                .isOne();
        assertThat(world.number("select count(reconfirmed_at) from ledger.connection")).isOne();
    }

    @Test
    void nothingIsExtendedBeforeTheUserHasClicked() {
        UUID connection = open("john", "eternal");
        String link = link(connection);
        HttpResponse<String> page = world.get(at(link));
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body())
                .contains("<form method=\"post\">", "Do you agree")
                .doesNotContain(link, connection.toString(), "john", "<script");
        assertThat(page.headers().firstValue("Content-Security-Policy").orElseThrow())
                .contains("default-src 'none'", "frame-ancestors 'none'");
        assertThat(page.headers().firstValue("Referrer-Policy")).hasValue("no-referrer");
        assertThat(page.headers().firstValue("Cache-Control")).hasValue("no-store");
        assertThat(page.headers().firstValue("Set-Cookie")).isEmpty();
        assertThat(world.get(at(link)).statusCode()).as("the page takes nothing").isEqualTo(200);
        assertThat(world.twin.journal().count(EXTEND)).isZero();
        assertThat(world.number("select count(reconfirmed_at) from ledger.trip")).isZero();
        assertThat(world.state(connection)).isEqualTo("expiring");
    }

    @Test
    void whereNothingMoreIsNeededBothTokensAreReplacedAndTheConsentIsReadAgain() {
        UUID connection = open("john", "eternal");
        String before = world.text("select access_sealed || refresh_sealed from caravan.token_set");
        world.twin.journal().clear();
        renewed(
                connection,
                link -> {
                    HttpResponse<String> page = click(link);
                    assertThat(page.statusCode()).isEqualTo(200);
                    assertThat(page.body()).contains("Renewed");
                    assertThat(click(link).statusCode()).as("once").isEqualTo(400);
                });
        Exchange asked = world.twin.journal().on(EXTEND).get(0);
        assertThat(asked.header("authorization").orElse("")).startsWith("Bearer ");
        assertThat(asked.fields())
                .containsEntry("user_has_reconfirmed_consent", "true")
                .containsEntry("client_id", "sandbox-caravan")
                .containsKeys("refresh_token", "state", "code_challenge");
        assertThat(world.text("select access_sealed || refresh_sealed from caravan.token_set"))
                .isNotEqualTo(before);
        assertThat(world.twin.journal().count("me")).isPositive();
    }

    @Test
    void whereTheUserHasToLogInAgainTheLinkOfTheBankIsFollowed() {
        UUID connection = open("john", "doe");
        String external = world.text("select external_id from ledger.connection");
        renewed(
                connection,
                link -> assertThat(throughTheBank(link, "doe").body()).contains("Connected"));
        assertThat(world.twin.journal().count(REAUTH)).isZero();
        assertThat(world.text("select external_id from ledger.connection")).isEqualTo(external);
    }

    @Test
    void whereTheUserHasToConfirmAtTheBankTheLinkOfTheBankIsFollowed() {
        UUID connection = open("john", "reconfirm");
        renewed(connection, link -> throughTheBank(link, "reconfirm"));
        assertThat(world.twin.journal().count(EXTEND)).isOne();
    }

    @Test
    void whatCannotBeExtendedIsLoggedInAgainInBothShapesOfThatAnswer() {
        UUID connection = open("john", "doe");
        world.twin.faults().on(EXTEND).cannotBeExtended().times(1);
        renewed(connection, link -> throughTheBank(link, "doe"));
        assertThat(world.twin.journal().count(REAUTH)).isOne();

        world.twin.faults().on(EXTEND).consentTooYoung().times(1);
        onward(click(link(connection)));
        assertThat(world.twin.journal().count(REAUTH)).isEqualTo(2);
    }

    @Test
    void whereNeitherWorksTheUserConnectsAnew() {
        UUID connection = open("john", "doe");
        world.twin.connection("john").killRefreshToken();
        renewed(connection, link -> throughTheBank(link, "doe"));
        assertThat(world.twin.journal().on("connect/token").stream().map(Exchange::status).toList())
                .isNotEmpty();
    }

    @Test
    void withoutANameAndAnAddressOfTheUserTheLoginIsAskedForInstead() {
        UUID connection = open("john", "doe");
        world.database.update("update caravan.connection set settings = '{}'");
        onward(click(link(connection)));
        assertThat(world.twin.journal().count(EXTEND)).isZero();
        assertThat(world.twin.journal().count(REAUTH)).isOne();
    }

    @Test
    void anAnswerThatNobodyKnowsChangesNothing() {
        UUID connection = open("john", "eternal");
        String before = world.text("select access_sealed || refresh_sealed from caravan.token_set");
        for (String odd :
                List.of(
                        "{\"action_needed\": \"dance\", \"access_token\": \"a\"}",
                        "{\"action_needed\": \"no_action_needed\", \"access_token\": \"a\"}",
                        "{\"action_needed\": \"authentication_needed\"}",
                        "{\"action_needed\": \"authentication_needed\", \"user_input_link\":"
                                + " \"https://elsewhere.example/?x\"}")) {
            world.twin.faults().on(EXTEND).answer(Reply.json(200, json(odd))).times(1);
            HttpResponse<String> page = click(link(connection));
            assertThat(page.body()).as(odd).contains("Failed");
            assertThat(page.headers().firstValue("Location")).isEmpty();
        }
        assertThat(world.text("select access_sealed || refresh_sealed from caravan.token_set"))
                .isEqualTo(before);
        assertThat(world.state(connection)).isEqualTo("expiring");
    }

    @Test
    void aUserWhoDeclinesAtTheBankKeepsWhatThereIs() {
        UUID connection = open("john", "doe");
        HttpResponse<String> sent = click(link(connection));
        HttpResponse<String> page = back(sent, new Browser().decline(onward(sent)));
        assertThat(page.body()).contains("Declined");
        assertThat(world.state(connection)).isEqualTo("expiring");
        world.pull(connection);
        assertThat(world.state(connection)).isEqualTo("expiring");
    }

    @Test
    void aConsentThatIsOverIsExtendedToo() {
        UUID connection = open("john", "eternal");
        world.advance(Duration.ofDays(20));
        World.until(() -> "expired".equals(world.state(connection)));
        renewed(connection, this::click);
        assertThat(world.twin.journal().on(EXTEND).get(0).header("authorization"))
                .as("no live token, none sent")
                .isEmpty();
    }
}
