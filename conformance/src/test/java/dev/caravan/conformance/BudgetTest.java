package dev.caravan.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.sandbox.Exchange;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Four unattended calls in 24 hours, for each connection, endpoint and account (contract 9). */
class BudgetTest {
    private static World world;

    @BeforeAll
    static void open() {
        world = World.of(World.smallBank().accountsPerConnection(2).transactionsPerAccount(5));
    }

    @AfterAll
    static void close() {
        world.close();
    }

    @Test
    void theFifthUnattendedCallIsNeverSentAlsoAcrossARestart() {
        UUID connection = world.connected("john1");
        pull(connection, 3);
        world.stop();
        world.start();
        pull(connection, 2);

        assertThat(calls("john1"))
                .isNotEmpty()
                .allSatisfy((call, times) -> assertThat(times).as(call).isEqualTo(4));
        assertThat(unattended("john1").stream().filter(call -> call.endpoint().equals("me")))
                .as("/me reaches no bank and is free")
                .hasSize(5);
        assertThat(world.state(connection)).isEqualTo("active");
        assertThat(
                        world.texts(
                                "select outcome from ledger.pull_run where kind = 'balance' and"
                                        + " connection_id = '"
                                        + connection
                                        + "' order by pull_id desc limit 1"))
                .containsExactly("partial");
    }

    @Test
    void callsFlowAgainWhenTheOldOnesAreADayOld() {
        UUID connection = world.connected("john2");
        pull(connection, 5);
        world.advance(Duration.ofHours(25));
        pull(connection, 1);

        assertThat(calls("john2"))
                .isNotEmpty()
                .allSatisfy((call, times) -> assertThat(times).as(call).isGreaterThan(4));
        assertThat(mostInADay("john2")).isEqualTo(4);
    }

    @Test
    void onlyCallsOfAPresentUserCarryTheAddressAndTheyAreNotCounted() {
        UUID connection = world.connected("john3");
        world.pullAttended(connection);
        pull(connection, 4);
        world.pullAttended(connection);

        List<Exchange> attended =
                world.twin.journal().where(one -> one.user().equals("john3") && one.attended());
        assertThat(attended)
                .allMatch(one -> one.header("x-psu-ip").orElseThrow().equals(World.USER_ADDRESS));
        assertThat(attended.stream().filter(one -> one.endpoint().equals("accounts"))).hasSize(3);
        assertThat(calls("john3"))
                .allSatisfy((call, times) -> assertThat(times).as(call).isEqualTo(4));
    }

    @Test
    void aUserCountsAsPresentForFiveMinutesAndNoLonger() {
        UUID connection = world.connected("john4");
        world.twin.journal().clear();
        world.atRequest(
                "accounts/{id}/transactions", "john4", () -> world.advance(Duration.ofMinutes(6)));
        world.pullAttended(connection);

        assertThat(world.seen("accounts", "john4")).allMatch(Exchange::attended);
        assertThat(world.seen("cards/{id}/balance", "john4"))
                .hasSize(1)
                .noneMatch(Exchange::attended);
    }

    @Test
    void aCapToldByTheBankBarsThatCallOfThatAccountForADay() {
        UUID connection = world.connected("john5");
        String capped = world.twin.accounts("john5").get(0).id();
        world.twin
                .faults()
                .on("accounts/{id}/balance")
                .requestLimitExceeded()
                .forAccount(capped)
                .times(1);
        world.twin.journal().clear();
        pull(connection, 2);
        assertThat(balances(capped)).isOne();
        assertThat(balances(world.twin.accounts("john5").get(1).id())).isEqualTo(2);

        world.advance(Duration.ofHours(25));
        pull(connection, 1);
        assertThat(balances(capped)).isGreaterThanOrEqualTo(2);
    }

    private static void pull(UUID connection, int times) {
        for (int i = 0; i < times; i++) {
            world.pull(connection);
        }
    }

    private static List<Exchange> unattended(String user) {
        return world.twin
                .journal()
                .where(
                        one ->
                                one.user().equals(user)
                                        && !one.attended()
                                        && one.path().startsWith("/data/"));
    }

    private static Map<String, Long> calls(String user) {
        return unattended(user).stream()
                .filter(one -> !one.endpoint().equals("me"))
                .collect(
                        Collectors.groupingBy(
                                one -> one.endpoint() + " " + one.accountId(),
                                Collectors.counting()));
    }

    private static long balances(String account) {
        return world.twin
                .journal()
                .where(
                        one ->
                                one.endpoint().equals("accounts/{id}/balance")
                                        && one.accountId().equals(account))
                .size();
    }

    private static long mostInADay(String user) {
        List<Exchange> all =
                unattended(user).stream().filter(one -> one.endpoint().equals("cards")).toList();
        return all.stream()
                .mapToLong(
                        last ->
                                all.stream()
                                        .filter(one -> !one.startedAt().isAfter(last.startedAt()))
                                        .filter(
                                                one ->
                                                        one.startedAt()
                                                                .isAfter(
                                                                        last.startedAt()
                                                                                .minus(
                                                                                        Duration
                                                                                                .ofHours(
                                                                                                        24))))
                                        .count())
                .max()
                .orElse(0);
    }
}
