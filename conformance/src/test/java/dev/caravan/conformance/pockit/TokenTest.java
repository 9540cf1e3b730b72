package dev.caravan.conformance.pockit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.deploy.Deployer;
import dev.caravan.sandbox.Exchange;
import dev.caravan.sandbox.pockit.PockitSettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens are renewed before they end, once over all nodes, and never with a used token. */
class TokenTest {
    private static Pockit pockit;
    private static PockitSettings usual;
    private static int users = 1;

    @BeforeAll
    static void open() {
        usual =
                PockitSettings.defaults()
                        .with("users", 40)
                        .with("accountsPerUser", 1)
                        .with("unattendedLimit", 0);
        pockit = Pockit.of(usual, Map.of("calls.unattended", "1000"));
    }

    @AfterAll
    static void close() {
        pockit.close();
    }

    private static String nextUser() {
        return "user" + ++users;
    }

    private static List<Exchange> refreshes() {
        return pockit.twin
                .journal()
                .where(
                        one ->
                                one.endpoint().equals("access-token")
                                        && "refresh_token".equals(one.fields().get("grant_type")));
    }

    @Test
    void aTokenIsRenewedBeforeItEndsAndTheNewestOneIsSent() {
        String user = nextUser();
        UUID connection = pockit.connected(user);
        pockit.twin.journal().clear();
        for (int i = 0; i < 3; i++) {
            pockit.house.advance(Duration.ofMinutes(56));
            pockit.pull(connection);
        }

        assertThat(refreshes()).hasSize(3).allMatch(one -> one.status() == 200);
        assertThat(refreshes())
                .extracting(one -> one.fields().get("refresh_token"))
                .doesNotHaveDuplicates();
        assertThat(refreshes())
                .allMatch(one -> one.headers().get("authorization").startsWith("Basic "))
                .allMatch(one -> one.headers().containsKey("x-jws-signature"))
                .allMatch(
                        one ->
                                one.fields()
                                        .keySet()
                                        .equals(java.util.Set.of("grant_type", "refresh_token")));
        assertThat(pockit.seen(user)).allMatch(one -> one.status() == 200);
        pockit.holds(connection, user);
    }

    @ParameterizedTest
    @CsvSource({"216000, 3600", "60, 60", "-1, 300", "0, 300"})
    void aLifetimeIsSecondsAndAtMostAnHour(long told, long kept) {
        String user = nextUser();
        UUID connection = pockit.connected(user);
        pockit.twin.change(usual.with("saidExpiresIn", told));
        pockit.twin.consent(user).expireAccessTokens();
        pockit.pull(connection);
        pockit.twin.change(usual);

        assertThat(
                        pockit.house.number(
                                "select extract(epoch from access_expires_at - refreshed_at)::int"
                                        + " from caravan.token_set where connection_id = '"
                                        + connection
                                        + "'"))
                .isBetween(kept - 30, kept + 30);
    }

    @Test
    void aTokenThatIsRefusedIsRenewedOnceAndTheCallMadeOnceMore() {
        String user = nextUser();
        UUID connection = pockit.connected(user);
        pockit.twin.journal().clear();
        pockit.twin.consent(user).expireAccessTokens();
        pockit.pull(connection);

        assertThat(refreshes()).hasSize(1);
        assertThat(pockit.twin.journal().where(one -> one.status() == 401)).hasSize(1);
        assertThat(pockit.house.state(connection)).isEqualTo("active");
        assertThat(
                        pockit.house.number(
                                "select count(*) from caravan.call where status = 401 and not"
                                        + " counted and connection_id = '"
                                        + connection
                                        + "'"))
                .isEqualTo(1);
    }

    @Test
    void twoNodesRenewATokenOnce() {
        Deployer second = pockit.house.secondNode();
        try {
            List<UUID> connections =
                    java.util.stream.Stream.generate(TokenTest::nextUser)
                            .limit(4)
                            .map(pockit::connected)
                            .toList();
            pockit.twin.journal().clear();
            pockit.house.advance(Duration.ofMinutes(56));
            connections.forEach(pockit::pull);

            assertThat(refreshes()).hasSize(4).allMatch(one -> one.status() == 200);
        } finally {
            second.close();
        }
    }

    @Test
    void aLostAnswerIsAskedForOnceMoreWithTheSameToken() {
        String user = nextUser();
        UUID connection = pockit.connected(user);
        pockit.twin.change(usual.with("rotationGraceSeconds", 60));
        pockit.twin.journal().clear();
        pockit.twin.faults().on("access-token").losesTheAnswer().times(1);
        pockit.house.advance(Duration.ofMinutes(56));
        pockit.pull(connection);
        pockit.twin.change(usual);

        assertThat(refreshes()).hasSize(2);
        assertThat(refreshes().get(0).fields().get("refresh_token"))
                .isEqualTo(refreshes().get(1).fields().get("refresh_token"));
        assertThat(pockit.house.state(connection)).isEqualTo("active");
        pockit.holds(connection, user);
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 401})
    void aRotationThatWasLostMeansThatTheUserHasToComeAgain(int status) {
        String user = nextUser();
        UUID connection = pockit.connected(user);
        pockit.twin.change(usual.with("invalidGrantStatus", status));
        pockit.twin.journal().clear();
        pockit.twin.faults().on("access-token").losesTheAnswer().times(1);
        pockit.house.advance(Duration.ofMinutes(56));
        pockit.pull(connection);
        pockit.twin.change(usual);

        assertThat(refreshes()).hasSize(2);
        assertThat(pockit.house.state(connection)).isEqualTo("reauth_required");
        assertThat(pockit.house.fault(connection)).startsWith("CARAVAN-CONSENT");
    }

    @Test
    void anAnswerWithoutARefreshTokenKeepsTheOneThereIs() {
        String user = nextUser();
        UUID connection = pockit.connected(user);
        pockit.twin.change(usual.with("refreshOmitsToken", true));
        pockit.house.advance(Duration.ofMinutes(56));
        pockit.pull(connection);
        pockit.twin.change(usual);
        pockit.house.advance(Duration.ofMinutes(56));
        pockit.pull(connection);

        assertThat(pockit.house.state(connection)).isEqualTo("active");
        pockit.holds(connection, user);
    }

    @Test
    void anIdleConnectionIsTriedEveryWeek() {
        String user = nextUser();
        UUID connection = pockit.connect(user);
        pockit.house.database.update(
                "insert into caravan.task (connection_id, kind, provider, due_at) values (?,"
                        + " 'token', 'pockit', caravan.now())",
                connection);
        pockit.twin.consent(user).revoke();
        pockit.house.tick("token");
        dev.caravan.conformance.House.until(
                () -> pockit.house.state(connection).equals("reauth_required"));

        assertThat(pockit.seen(user)).isEmpty();
    }

    @Test
    void ourOwnCredentialsRefusedStopTheProvider() {
        try (Pockit world = Pockit.open()) {
            UUID connection = world.connected("user2");
            world.twin.consent("user2").expireAccessTokens();
            world.twin.faults().on("access-token").error(401, Map.of("error", "invalid_client"));
            world.pull(connection);

            assertThat(
                            world.house.text(
                                    "select stop_reason from caravan.provider where name ="
                                            + " 'pockit'"))
                    .startsWith("CARAVAN-CLIENT");
            assertThat(world.house.state(connection)).isEqualTo("active");
        }
    }
}
