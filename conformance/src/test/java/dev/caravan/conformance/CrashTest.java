package dev.caravan.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.sandbox.Exchange;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A node dies between any two exchanges of a pull: what it committed stays, what it did not is
 * asked again, and nothing else is.
 */
class CrashTest {
    private static World world;
    private static UUID connection;

    @BeforeAll
    static void open() {
        world = World.of(World.smallBank().accountsPerConnection(1).cardsPerConnection(1));
        connection = world.connected("john1");
    }

    @AfterAll
    static void close() {
        world.close();
    }

    // me, accounts, cards, info; then transactions, balance, pending and, of the account, two more
    @ParameterizedTest(name = "at request {0}")
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void aPullThatDiesIsFinishedByTheNextNodeWithNothingLostOrDoubled(int request)
            throws Exception {
        world.twin.accounts("john1").forEach(account -> world.twin.grow(account.id(), 7));
        CountDownLatch dead = new CountDownLatch(1);
        world.atRequest(
                        "*",
                        "john1",
                        () -> {
                            world.cut();
                            dead.countDown();
                        })
                .afterCalls(request - 1);
        String before = world.lastEnd(connection);
        world.twin.journal().clear();
        world.journeys.pull(connection, World.USER_ADDRESS, Duration.ofMinutes(5));
        assertThat(dead.await(30, TimeUnit.SECONDS)).isTrue();
        world.crash();
        world.start();
        world.awaitPull(connection, before);

        new Oracle(world).holds("john1");
        new LogOracle(world.database).holdsByPages();
        Map<String, Long> asked =
                world.twin.journal().of("john1").stream()
                        .filter(one -> !one.endpoint().equals("me"))
                        .collect(Collectors.groupingBy(CrashTest::resource, Collectors.counting()));
        assertThat(asked.values().stream().mapToLong(times -> times - 1).sum())
                .as("asked twice: %s", asked)
                .isLessThanOrEqualTo(1);
        assertThat(asked).as("every resource of the pull").hasSize(11);
        assertThat(
                        world.texts(
                                "select distinct outcome from ledger.pull_run where ended_at is"
                                        + " null"))
                .isEmpty();
    }

    private static String resource(Exchange one) {
        return one.path().split("\\?")[0];
    }
}
