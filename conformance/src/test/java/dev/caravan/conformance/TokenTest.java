package dev.caravan.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.deploy.Deployer;
import dev.caravan.sandbox.Exchange;
import dev.caravan.sandbox.truelayer.TwinSettings;
import dev.caravan.vault.Vault;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.apache.camel.CamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tokens are renewed in time, once over all nodes, and none is ever lost (contract 2.4). */
class TokenTest {
    private static final Duration ALMOST_AN_HOUR = Duration.ofMinutes(56);
    private static final TwinSettings BANK =
            World.smallBank()
                    .accountsPerConnection(1)
                    .cardsPerConnection(0)
                    .transactionsPerAccount(5);

    private World world;
    private UUID connection;

    @BeforeEach
    void open() {
        world = World.of(BANK);
        connection = world.connected("john1");
        world.twin.journal().clear();
    }

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void aTokenIsRenewedBeforeItExpiresAndOnceAPull() {
        world.advance(ALMOST_AN_HOUR);
        world.pull(connection);

        assertThat(refreshes()).hasSize(1);
        assertThat(world.twin.journal().where(one -> one.status() == 401)).isEmpty();
    }

    @Test
    void twoNodesThatNeedATokenAtOnceMakeOneCall() {
        world.advance(ALMOST_AN_HOUR);
        world.twin.faults().on("connect/token").drips(Duration.ofMillis(1)).times(1);
        try (Deployer second = world.secondNode()) {
            CompletableFuture<String> one =
                    CompletableFuture.supplyAsync(() -> bearer(world.camel()));
            CompletableFuture<String> other =
                    CompletableFuture.supplyAsync(
                            () -> bearer(second.camel("truelayer").orElseThrow()));

            assertThat(one.join()).isEqualTo(other.join()).startsWith("Bearer ");
        }
        assertThat(refreshes()).hasSize(1);
    }

    @Test
    void anAnswerWithoutARefreshTokenKeepsTheOldOne() {
        world.twin.change(world.twin.settings().refreshAnswersOmitToken(true));
        renew();
        renew();

        assertThat(refreshes()).extracting(Exchange::status).containsExactly(200, 200);
        assertThat(refreshes().get(1).fields().get("refresh_token"))
                .isEqualTo(refreshes().get(0).fields().get("refresh_token"));
    }

    @Test
    void anAnswerWithANewRefreshTokenReplacesTheOldOne() {
        world.twin.change(world.twin.settings().rotateRefreshTokens(true));
        renew();
        renew();

        assertThat(refreshes()).extracting(Exchange::status).containsExactly(200, 200);
        assertThat(refreshes().get(1).fields().get("refresh_token"))
                .isNotEqualTo(refreshes().get(0).fields().get("refresh_token"));
    }

    @Test
    void aDeadRefreshTokenIsTriedOnceAndTheUserHasToComeBack() {
        world.twin.connection("john1").killRefreshToken();
        renew();
        assertThat(world.state(connection)).isEqualTo("reauth_required");

        world.journeys.pull(connection, null, Duration.ofMinutes(5));
        world.connected("john2");
        assertThat(refreshes()).hasSize(1);
    }

    @Test
    void aRefusedTokenIsRenewedOnceAndTheCallRepeatedOnce() {
        world.twin.faults().on("accounts").invalidToken().times(1);
        world.pull(connection);

        assertThat(world.seen("accounts", "john1"))
                .extracting(Exchange::status)
                .containsExactly(401, 200);
        assertThat(refreshes()).hasSize(1);
        assertThat(world.state(connection)).isEqualTo("active");
    }

    @Test
    void eachCallOfAPullMayRenewOnce() {
        world.twin.faults().on("accounts").invalidToken().times(1);
        world.twin.faults().on("accounts/{id}/balance").invalidToken().times(1);
        world.pull(connection);

        assertThat(refreshes()).hasSize(2);
        assertThat(world.state(connection)).isEqualTo("active");
    }

    @Test
    void aRenewedTokenThatIsRefusedTooEndsTheConsent() {
        world.twin.faults().on("accounts").invalidToken();
        world.pull(connection);

        assertThat(world.seen("accounts", "john1"))
                .extracting(Exchange::status)
                .containsExactly(401, 401);
        assertThat(refreshes()).hasSize(1);
        assertThat(world.state(connection)).isEqualTo("reauth_required");
    }

    @Test
    void aLostAnswerIsAskedForAgainWithTheOldToken() {
        world.twin.change(world.twin.settings().rotateRefreshTokens(true).rotationGraceSeconds(60));
        world.twin.faults().on("connect/token").losesTheAnswer().times(1);
        renew();

        assertThat(refreshes()).hasSize(2);
        assertThat(refreshes().get(1).fields().get("refresh_token"))
                .isEqualTo(refreshes().get(0).fields().get("refresh_token"));
        assertThat(world.state(connection)).isEqualTo("active");
        assertThat(world.seen("accounts", "john1")).hasSize(1);
    }

    @Test
    void anAuthServerInTroubleIsAskedTwiceAPullAndNoMore() {
        world.twin.faults().on("connect/token").html(200);
        renew();
        assertThat(refreshes()).as("an odd answer").hasSize(1);

        world.twin.faults().clear();
        world.twin.faults().on("connect/token").error(503, "temporarily_unavailable");
        world.pull(connection);
        assertThat(refreshes()).as("and one asked for twice").hasSize(3);
        assertThat(world.state(connection)).isEqualTo("active");

        world.twin.faults().clear();
        world.pull(connection);
        assertThat(world.seen("accounts", "john1"))
                .extracting(Exchange::status)
                .containsExactly(200);
    }

    @Test
    void aNodeKilledBetweenTheAnswerAndItsCommitLosesNoRotatedToken() {
        world.twin.change(world.twin.settings().rotateRefreshTokens(true));
        world.stop();
        String rotated = refreshedBehindTheNodesBack(world.twin.connection("john1").refreshToken());
        world.database.update(
                "insert into caravan.token_refresh select connection_id, generation, caravan.now(),"
                        + " ?, caravan.now() from caravan.token_set",
                world.seal(rotated));
        world.twin.journal().clear();
        world.start();

        renew();
        assertThat(refreshes()).as("the kept answer is enough").isEmpty();
        assertThat(world.seen("accounts", "john1")).hasSize(1);
        renew();
        assertThat(refreshes()).extracting(Exchange::status).containsExactly(200);
    }

    private void renew() {
        world.advance(ALMOST_AN_HOUR);
        world.pull(connection);
    }

    private List<Exchange> refreshes() {
        return world.twin
                .journal()
                .where(
                        one ->
                                one.endpoint().equals("connect/token")
                                        && "refresh_token".equals(one.fields().get("grant_type")));
    }

    private String bearer(CamelContext camel) {
        DefaultExchange exchange = new DefaultExchange(camel);
        exchange.setProperty("connection", connection);
        camel.getRegistry()
                .lookupByNameAndType("vault", Vault.class)
                .bearer(exchange, "direct:refresh", 300);
        return exchange.getMessage().getHeader("Authorization", String.class);
    }

    private String refreshedBehindTheNodesBack(String refreshToken) {
        return world.send(
                        HttpRequest.newBuilder(URI.create(world.twin.base() + "/connect/token"))
                                .header("Content-Type", "application/x-www-form-urlencoded")
                                .POST(
                                        HttpRequest.BodyPublishers.ofString(
                                                "grant_type=refresh_token&client_id=sandbox-caravan"
                                                    + "&client_secret=not-a-secret&refresh_token="
                                                        + refreshToken)))
                .body();
    }
}
