package dev.caravan.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.connections.Journeys;
import dev.caravan.sandbox.Exchange;
import dev.caravan.sandbox.truelayer.Browser;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The trip to the bank and back (contract 2.1 to 2.3). */
class ConnectTest {
    private static World world;

    @BeforeAll
    static void open() {
        world = World.of(World.smallBank());
    }

    @AfterAll
    static void close() {
        world.close();
    }

    @Test
    void theLinkToTheBankIsTheContractsByteForByte() {
        URI bank = world.bank(begin().link());

        assertThat(
                        bank.toString()
                                .replaceAll(
                                        "(state|code_challenge)=[A-Za-z0-9_-]{43}(?=&)", "$1=43"))
                .isEqualTo(
                        world.twin.base()
                                + "/?response_type=code&client_id=sandbox-caravan"
                                + "&redirect_uri=http%3A%2F%2F127.0.0.1%3A"
                                + world.port
                                + "%2Fcallback%2Ftruelayer"
                                + "&scope=info%20accounts%20balance%20cards%20transactions%20direct_debits"
                                + "%20standing_orders%20offline_access&providers=uk-cs-mock&state=43"
                                + "&code_challenge=43&code_challenge_method=S256");
    }

    @Test
    void everyLinkHasAStateAndAChallengeOfItsOwn() {
        String one = world.bank(begin().link()).getRawQuery();
        String other = world.bank(begin().link()).getRawQuery();

        assertThat(parameter(one, "state")).isNotEqualTo(parameter(other, "state"));
        assertThat(parameter(one, "code_challenge"))
                .isNotEqualTo(parameter(other, "code_challenge"));
    }

    @Test
    void aLinkIsGoodOnce() {
        String link = begin().link();
        world.bank(link);

        assertThat(world.get(local("/connect/" + link)).statusCode()).isEqualTo(400);
        assertThat(world.get(local("/connect/made-up")).statusCode()).isEqualTo(400);
    }

    @Test
    void anUnknownAUsedAndALateStateAreRefusedBeforeAnythingIsExchanged() {
        URI used = world.callback(begin().link(), "john1");
        world.back(used);
        URI late = world.callback(begin().link(), "john1");
        long exchanged = world.twin.journal().count("connect/token");
        world.advance(Duration.ofMinutes(31));

        assertThat(world.back(used).statusCode()).isEqualTo(400);
        assertThat(world.back(late).statusCode()).isEqualTo(400);
        assertThat(world.get(local("/callback/truelayer?code=x&state=made-up")).statusCode())
                .isEqualTo(400);
        assertThat(world.get(local("/callback/truelayer?code=x")).statusCode()).isEqualTo(400);
        assertThat(world.twin.journal().count("connect/token")).isEqualTo(exchanged);
    }

    @Test
    void aTripNeverFinishedIsAbandoned() {
        Journeys.Begun begun = begin();
        world.bank(begun.link());
        world.advance(Duration.ofMinutes(31));
        UUID other = world.connected("john2");
        assertThat(world.state(other)).isEqualTo("active");

        World.until(() -> "abandoned".equals(world.state(begun.connection())));
    }

    @Test
    void theCallbackMayComeAsAFormPost() {
        Journeys.Begun begun = begin();
        String query = world.callback(begun.link(), "john1").getRawQuery();

        HttpResponse<String> page =
                world.send(
                        HttpRequest.newBuilder(local("/callback/truelayer"))
                                .header("Content-Type", "application/x-www-form-urlencoded")
                                .header("Cookie", world.cookies.of(query))
                                .POST(HttpRequest.BodyPublishers.ofString(query)));

        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body()).contains("Connected");
        assertThat(world.state(begun.connection())).isEqualTo("active");
    }

    @Test
    void aUserWhoDeclinesIsToldSoAndNothingIsConnected() {
        Journeys.Begun begun = begin();

        HttpResponse<String> page = world.back(new Browser().decline(world.bank(begun.link())));

        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body()).contains("Declined");
        assertThat(world.state(begun.connection())).isEqualTo("declined");
    }

    @Test
    void theCodeIsExchangedInsideTheCallbackAsAForm() {
        URI callback = world.callback(begin().link(), "john1");
        world.twin.journal().clear();

        world.back(callback);

        List<Exchange> exchanged = world.twin.journal().on("connect/token");
        assertThat(exchanged).hasSize(1);
        assertThat(exchanged.get(0).status()).isEqualTo(200);
        assertThat(exchanged.get(0).header("content-type"))
                .hasValue("application/x-www-form-urlencoded");
        assertThat(exchanged.get(0).header("authorization")).isEmpty();
        assertThat(exchanged.get(0).fields())
                .containsEntry("grant_type", "authorization_code")
                .containsEntry("client_secret", "not-a-secret")
                .containsEntry(
                        "redirect_uri", "http://127.0.0.1:" + world.port + "/callback/truelayer")
                .containsKeys("code", "code_verifier");
    }

    @Test
    void connectingAgainKeepsTheConnectionItsAccountsAndItsRows() {
        UUID connection = world.connected("john3");
        String all =
                "select transaction_id || provider || account_id || first_seen_at from"
                        + " ledger.transaction where status = 'booked' and connection_id = '"
                        + connection
                        + "' order by 1";
        List<String> before = world.texts(all);
        String last = world.lastEnd(connection);

        world.reconnect(connection, "john3");
        world.awaitPull(connection, last);

        assertThat(before).hasSizeGreaterThan(100);
        assertThat(world.texts(all)).isEqualTo(before);
        assertThat(world.number("select count(*) from ledger.connection where user_ref = 'john3'"))
                .isOne();
    }

    private static Journeys.Begun begin() {
        return world.journeys.begin("truelayer", "someone");
    }

    private static URI local(String path) {
        return URI.create("http://127.0.0.1:" + world.port + path);
    }

    private static String parameter(String query, String name) {
        return query.replaceAll("^.*(^|&)" + name + "=([^&]*).*$", "$2");
    }
}
