package dev.caravan.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caravan.connections.Disconnections;
import dev.caravan.connections.Journeys;
import dev.caravan.deploy.ProviderFolders;
import dev.caravan.desk.Answer;
import dev.caravan.desk.Desk;
import dev.caravan.intake.AdminKey;
import dev.caravan.intake.Disconnecting;
import dev.caravan.intake.EraseCommand;
import dev.caravan.intake.Listener;
import dev.caravan.sandbox.http.Reply;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A connection that an operator ends (contract 2.7): at once here, as well as it goes there. */
class DisconnectTest {
    private static final String REVOKE = "api/delete";

    private World world;
    private Disconnecting disconnecting;
    private Listener admin;
    private int port;

    @BeforeEach
    void open() throws IOException {
        world = World.of(World.smallBank());
        disconnecting =
                new Disconnecting(
                        new AdminKey(key()),
                        new Disconnections(world.database),
                        world.deployer(),
                        "keep");
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        admin =
                new Listener(
                        "admin", "127.0.0.1", port, null, Map.of("disconnecting", disconnecting));
        admin.start();
    }

    @AfterEach
    void close() {
        admin.close();
        disconnecting.close();
        world.close();
    }

    private Path key() {
        return world.home.resolve("admin.key");
    }

    private HttpResponse<String> delete(UUID connection, String body) throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(
                                        URI.create(
                                                "http://127.0.0.1:"
                                                        + port
                                                        + "/connections/"
                                                        + connection))
                                .header(
                                        "Authorization",
                                        "Bearer " + Files.readString(key()).strip())
                                .method("DELETE", HttpRequest.BodyPublishers.ofString(body))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }

    private JsonNode disconnect(UUID connection, String body) throws Exception {
        HttpResponse<String> answer = delete(connection, body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return new ObjectMapper().readTree(answer.body());
    }

    private long count(String table) {
        return world.number("select count(*) from " + table);
    }

    private String revocation() {
        return world.text("select revocation from ledger.disconnection");
    }

    @Test
    void aDisconnectedConsentIsRevokedThereAndItsTokensAreGoneHere() throws Exception {
        UUID connection = world.connected("john1");
        long rows = count("ledger.transaction");
        JsonNode said = disconnect(connection, "");
        assertThat(said.path("revocation").asText()).isEqualTo("done");
        assertThat(said.path("data").asText()).isEqualTo("kept");
        assertThat(world.twin.connection("john1").revoked()).isTrue();
        assertThat(world.state(connection)).isEqualTo("revoked");
        assertThat(count("caravan.token_set")).isZero();
        assertThat(count("caravan.token_refresh")).isZero();
        assertThat(count("caravan.task")).isZero();
        assertThat(count("ledger.transaction where removed_at is null")).isPositive();
        assertThat(count("ledger.transaction")).isEqualTo(rows);
        assertThat(world.journeys.again(connection)).as("no way back").isEmpty();
        assertThat(disconnect(connection, "").path("revocation").asText()).isEqualTo("done");
        assertThat(world.twin.journal().count(REVOKE)).as("once").isOne();
    }

    @Test
    void erasureLeavesNothingOfThePersonInTheDatabase() throws Exception {
        UUID connection = world.connected("john1");
        world.database.update(
                "update caravan.connection set settings = '{\"user.name\": \"Joanna Canary\"}'");
        world.twin.faults().on("accounts/{id}/transactions").wordAsAmount().times(2);
        world.pull(connection);
        assertThat(count("ledger.rejected_record")).isPositive();
        List<String> words =
                world.texts(
                        """
                        select distinct word from (
                          select unnest(array[provider_account_id, iban, account_number, display_name, holder_name]) as word from ledger.account
                          union all select unnest(array[provider_transaction_id, description]) from ledger.transaction
                          union all select full_name from ledger.holder
                          union all select raw #>> '{emails,0}' from ledger.holder
                          union all select payee from ledger.standing_order
                          union all select external_id from ledger.connection) w
                        where length(word) > 5 union all select 'Joanna Canary' union all select 'john1'
                        """);
        assertThat(words).hasSizeGreaterThan(100);
        long rows = count("ledger.transaction");
        long feed = count("ledger.transaction where removed_at is null");

        assertThat(disconnect(connection, "{\"data\": \"erase\"}").path("data").asText())
                .isEqualTo("erased");

        List<String> left = world.everything();
        assertThat(words.stream().filter(word -> left.stream().anyMatch(row -> row.contains(word))))
                .isEmpty();
        assertThat(count("ledger.transaction")).as("tombstones").isEqualTo(rows);
        assertThat(
                        count(
                                "ledger.transaction where removed_at is not null and amount = 0"
                                        + " and raw = '{}'"))
                .isEqualTo(rows)
                .isGreaterThanOrEqualTo(feed);
        assertThat(count("ledger.disconnection where data = 'erase' and erased_at is not null"))
                .isOne();
        assertThat(count("ledger.rejected_record")).isZero();
    }

    @Test
    void aUserIsErasedWithAllConnectionsAndNobodyElseIs() {
        UUID one = world.connected("john1");
        UUID other = world.connected("john2");
        world.database.update(
                "update caravan.connection set user_ref = 'Joanna Canary' where id = ?", one);
        Desk desk =
                new Desk(
                        world.database,
                        world.deployer(),
                        new ProviderFolders(world.home),
                        world.journeys,
                        world.home,
                        world.home,
                        world.clock,
                        List.of(new EraseCommand(disconnecting, world.database)));
        long rows = count("ledger.transaction where connection_id = '" + other + "'");

        Answer asked = desk.run(List.of("erase", "--user", "Joanna Canary"));
        assertThat(asked.code()).isEqualTo(Answer.USAGE);
        assertThat(asked.text()).contains("nothing was done yet", one.toString());
        assertThat(world.state(one)).isEqualTo("active");
        Answer done = desk.run(List.of("erase", "--user", "Joanna Canary", "--yes"));
        assertThat(done.code()).as(done.text()).isZero();
        assertThat(done.text()).contains(one.toString(), "erased, at the provider: done");

        assertThat(world.state(one)).isEqualTo("revoked");
        assertThat(count("ledger.transaction where raw <> '{}' and connection_id = '" + one + "'"))
                .isZero();
        assertThat(world.everything()).noneMatch(row -> row.contains("Joanna Canary"));
        assertThat(world.state(other)).isEqualTo("active");
        assertThat(
                        count(
                                "ledger.transaction where removed_at is null and raw <> '{}' and"
                                        + " connection_id = '"
                                        + other
                                        + "'"))
                .isEqualTo(rows)
                .isPositive();
        assertThat(desk.run(List.of("erase", "--user", "Joanna Canary")).code())
                .isEqualTo(Answer.NOTHING);
        assertThat(desk.run(List.of("erase")).code()).isEqualTo(Answer.USAGE);
        assertThat(desk.run(List.of("erase", "--party", "0", "--yes")).code())
                .isEqualTo(Answer.NOTHING);
    }

    @Test
    void aPullThatIsUnderWayStoresNothingMore() throws Exception {
        UUID connection = world.connected("john1");
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch answer = new CountDownLatch(1);
        byte[] page =
                """
                {"results": [{"account_id": "late", "account_type": "TRANSACTION", "currency": "GBP"}], "status": "Succeeded"}
                """
                        .getBytes(StandardCharsets.UTF_8);
        Reply late =
                Reply.of(
                        200,
                        "application/json",
                        out -> {
                            asked.countDown();
                            try {
                                answer.await();
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                            out.raw(page);
                        });
        world.twin.faults().on("accounts").answer(late).times(1);
        world.journeys.pull(connection, null, Duration.ofMinutes(5));
        world.tick();
        asked.await();
        world.twin.journal().clear();
        disconnect(connection, "{\"data\": \"erase\"}");
        answer.countDown();
        World.until(() -> world.twin.journal().count("accounts") > 0);
        world.tick();
        assertThat(count("ledger.account where removed_at is null")).isZero();
        assertThat(count("caravan.call")).isZero();
        assertThat(world.state(connection)).isEqualTo("revoked");
        assertThat(world.twin.journal().count("accounts/{id}/balance")).isZero();
    }

    @Test
    void aProviderThatIsNotReachedIsAskedAgainAndThenGivenUp() throws Exception {
        UUID connection = world.connected("john1");
        world.twin.faults().on(REVOKE).html(503);
        assertThat(disconnect(connection, "").path("revocation").asText()).isEqualTo("due");
        assertThat(world.state(connection)).isEqualTo("revoked");
        assertThat(count("caravan.task")).isZero();
        disconnecting.sweep();
        assertThat(world.twin.journal().count(REVOKE)).as("not before its time").isOne();
        for (int hours : new int[] {1, 1, 2, 7}) {
            world.advance(Duration.ofHours(hours));
            disconnecting.sweep();
        }
        assertThat(revocation()).isEqualTo("given_up");
        assertThat(world.text("select last_fault from ledger.disconnection"))
                .contains("CARAVAN-PROVIDER");
        assertThat(count("caravan.token_set")).as("no longer needed").isZero();
        long asked = world.twin.journal().count(REVOKE);
        world.advance(Duration.ofDays(1));
        disconnecting.sweep();
        assertThat(world.twin.journal().count(REVOKE)).isEqualTo(asked);
        assertThat(count("ledger.disconnection where ended_at is not null")).isOne();
    }

    @Test
    void aProviderThatIsBackIsToldLater() throws Exception {
        UUID connection = world.connected("john1");
        world.twin.faults().on(REVOKE).html(503).times(1);
        disconnect(connection, "{\"data\": \"erase\"}");
        assertThat(count("caravan.token_set")).isOne();
        world.advance(Duration.ofMinutes(2));
        disconnecting.sweep();
        assertThat(revocation()).isEqualTo("done");
        assertThat(world.twin.connection("john1").revoked()).isTrue();
        assertThat(count("caravan.token_set")).isZero();
        assertThat(world.text("select external_id from ledger.connection")).isEqualTo("null");
    }

    @Test
    void aConsentThatIsGoneThereAlreadyIsNoTrouble() throws Exception {
        UUID connection = world.connected("john1");
        world.twin.connection("john1").revoke();
        world.twin.connection("john1").expireAccessTokens();
        world.twin.connection("john1").killRefreshToken();
        assertThat(disconnect(connection, "").path("revocation").asText()).isEqualTo("done");
    }

    @Test
    void aTripThatIsUnderWayDoesNotReviveTheConnection() throws Exception {
        UUID connection = world.connected("john1");
        Journeys.Begun begun = world.journeys.again(connection).orElseThrow();
        URI callback = world.callback(begun.link(), "john1");
        Journeys.Begun unused = world.journeys.again(connection).orElseThrow();
        disconnect(connection, "");
        assertThat(world.back(callback).statusCode()).isEqualTo(400);
        assertThat(
                        world.get(
                                        URI.create(
                                                "http://127.0.0.1:"
                                                        + world.port
                                                        + "/connect/"
                                                        + unused.link()))
                                .statusCode())
                .isEqualTo(400);
        assertThat(world.state(connection)).isEqualTo("revoked");
        assertThat(count("caravan.token_set")).isZero();
    }

    @Test
    void whatDoesNotFitIsRefused() throws Exception {
        UUID connection = world.connected("john1");
        assertThat(delete(connection, "{\"data\": \"burn\"}").statusCode()).isEqualTo(400);
        assertThat(delete(connection, "{").statusCode()).isEqualTo(400);
        assertThat(delete(UUID.randomUUID(), "").statusCode()).isEqualTo(404);
        assertThat(world.state(connection)).isEqualTo("active");
    }
}
