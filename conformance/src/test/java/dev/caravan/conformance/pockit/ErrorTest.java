package dev.caravan.conformance.pockit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.sandbox.Fault;
import dev.caravan.sandbox.FaultPoint;
import dev.caravan.sandbox.pockit.PockitSettings;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each error of the contract's section 7 does what its row says, and costs no more than that. */
class ErrorTest {
    private static final String BALANCE = "accounts/{id}/balance";
    private static Pockit pockit;
    private static int users = 1;

    @BeforeAll
    static void open() {
        pockit =
                Pockit.of(
                        PockitSettings.defaults()
                                .with("users", 60)
                                .with("accountsPerUser", 1)
                                .with("unattendedLimit", 0),
                        Map.of());
    }

    @AfterAll
    static void close() {
        pockit.close();
    }

    private static String nextUser() {
        return "user" + ++users;
    }

    private static FaultPoint on(String endpoint) {
        return pockit.twin.faults().on(endpoint);
    }

    @ParameterizedTest
    @CsvSource({
        "400, 1, CARAVAN-REQUEST",
        "405, 1, CARAVAN-REQUEST",
        "406, 1, CARAVAN-REQUEST",
        "415, 1, CARAVAN-REQUEST",
        "409, 1, CARAVAN-REQUEST",
        "500, 2, CARAVAN-PROVIDER",
        "502, 2, CARAVAN-PROVIDER",
        "503, 2, CARAVAN-PROVIDER",
        "504, 2, CARAVAN-PROVIDER",
    })
    void anErrorOfOneResourceCostsThatResourceOnly(int status, int calls, String code) {
        String user = nextUser();
        UUID connection = pockit.connect(user);
        Fault fault = on(BALANCE).status(status).forUser(user);
        pockit.pull(connection);
        fault.lift();

        assertThat(pockit.run(connection, "balance")).startsWith("partial " + code);
        assertThat(pockit.seen(BALANCE, user)).hasSize(calls);
        assertThat(pockit.run(connection, "transactions")).isEqualTo("complete");
        assertThat(pockit.house.state(connection)).isEqualTo("active");
        pockit.pull(connection);
        pockit.holds(connection, user);
    }

    @Test
    void aMomentsTroubleIsOverAtTheSecondTryWhichIsSignedAnew() {
        String user = nextUser();
        UUID connection = pockit.connect(user);
        on(BALANCE).status(503).forUser(user).times(1);
        pockit.pull(connection);

        pockit.holds(connection, user);
        assertThat(pockit.house.fault(connection)).isNullOrEmpty();
        assertThat(
                        pockit.house.number(
                                "select count(*) from caravan.call where counted and endpoint = '"
                                        + BALANCE
                                        + "' and connection_id = '"
                                        + connection
                                        + "'"))
                .as("a failed call counts too")
                .isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({"losesTheAnswer", "truncated", "resets", "cutJson"})
    void aBrokenAnswerLosesNothing(String kind) throws Exception {
        String user = nextUser();
        UUID connection = pockit.connected(user);
        FaultPoint point = on("accounts/{id}/transactions");
        ((Fault) point.getClass().getMethod(kind).invoke(point)).forUser(user).times(1);
        pockit.pullAttended(connection);
        pockit.pullAttended(connection);

        pockit.holds(connection, user);
        assertThat(pockit.house.fault(connection)).isNullOrEmpty();
    }

    @Test
    void aPageOfHtmlIsNoAnswer() {
        String user = nextUser();
        UUID connection = pockit.connected(user);
        Fault html = on("accounts").html(200).forUser(user);
        pockit.pull(connection);
        html.lift();

        assertThat(pockit.run(connection, "accounts")).startsWith("partial CARAVAN-BODY");
        pockit.holds(connection, user);
    }

    @Test
    void anAccountThatIsUnknownIsListedOnceMoreAndOnlyOnce() {
        String user = nextUser();
        UUID connection = pockit.connected(user);
        Fault gone = on(BALANCE).status(404).forUser(user);
        int before = pockit.seen("accounts", user).size();
        pockit.pull(connection);
        gone.lift();

        assertThat(pockit.seen("accounts", user)).hasSize(before + 2);
        assertThat(pockit.run(connection, "balance")).startsWith("partial CARAVAN-GONE");
        pockit.pull(connection);
        pockit.holds(connection, user);
    }

    @Test
    void anAccountThatIsListedNoMoreIsClosed() {
        String user = nextUser();
        UUID connection = pockit.connected(user);
        on("accounts")
                .error(200, Map.of("Data", Map.of("Account", java.util.List.of())))
                .forUser(user)
                .times(1);
        pockit.pull(connection);

        assertThat(
                        pockit.house.number(
                                "select count(*) from ledger.account where removed_at is not null"
                                        + " and connection_id = '"
                                        + connection
                                        + "'"))
                .isEqualTo(1);
    }

    @Test
    void withoutRetryAfterACapRestsThatCallForADayAndNoOther() {
        String user = nextUser();
        UUID connection = pockit.connect(user);
        on(BALANCE).tooManyRequests().forUser(user).times(1);
        pockit.pull(connection);
        pockit.pull(connection);

        assertThat(pockit.seen(BALANCE, user)).hasSize(1);
        assertThat(pockit.run(connection, "balance")).startsWith("partial CARAVAN-QUOTA");
        assertThat(pockit.run(connection, "transactions")).isEqualTo("complete");
        assertThat(banned(connection)).isBetween(86_000L, 86_400L);
    }

    @Test
    void withTheUserPresentACapRestsForAMinute() {
        String user = nextUser();
        UUID connection = pockit.connect(user);
        on(BALANCE).tooManyRequests().forUser(user).times(1);
        pockit.pullAttended(connection);

        assertThat(banned(connection)).isBetween(30L, 60L);
    }

    @Test
    void retryAfterSaysHowLongACapRests() {
        String user = nextUser();
        UUID connection = pockit.connect(user);
        on(BALANCE).tooManyRequests(Duration.ofHours(2)).forUser(user).times(1);
        pockit.pull(connection);

        assertThat(banned(connection)).isBetween(7_000L, 7_200L);
    }

    private static long banned(UUID connection) {
        return pockit.house.number(
                "select extract(epoch from until - caravan.now())::int from caravan.call_ban where"
                        + " endpoint = '"
                        + BALANCE
                        + "' and connection_id = '"
                        + connection
                        + "'");
    }

    @Test
    void aCodeOfOpenBankingIsToldToOperators() {
        String user = nextUser();
        UUID connection = pockit.connect(user);
        on(BALANCE)
                .error(
                        400,
                        Map.of(
                                "Code",
                                "400 BadRequest",
                                "Errors",
                                java.util.List.of(Map.of("ErrorCode", "UK.OBIE.Field.Invalid"))))
                .forUser(user)
                .times(1);
        pockit.pull(connection);

        assertThat(pockit.run(connection, "balance"))
                .contains("answered 400 UK.OBIE.Field.Invalid");
    }

    @Test
    void aProviderThatIsDownIsLeftAlone() {
        try (Pockit world =
                Pockit.of(
                        PockitSettings.defaults().with("users", 30),
                        Map.of("circuit.seconds", "60"))) {
            world.twin.faults().on("*").status(503);
            for (int i = 2; i < 12; i++) {
                world.pullAttended(world.connect("user" + i));
            }
            assertThat(world.twin.journal().on("accounts")).hasSize(20);
            UUID connection = world.connect("user12");
            world.pullAttended(connection);

            assertThat(world.twin.journal().on("accounts")).hasSize(20);
            assertThat(world.run(connection, "accounts")).contains("CallNotPermittedException");
        }
    }
}
