package dev.caravan.conformance.pockit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.sandbox.Fault;
import dev.caravan.sandbox.http.Damage;
import dev.caravan.sandbox.http.Reply;
import dev.caravan.sandbox.pockit.PockitSettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A walk ends at its last page, by its guards or at the allowance, and then goes on. */
class PagesTest {
    private static final String PATH = "accounts/{id}/transactions";
    private static Pockit pockit;
    private static int users = 1;

    /** 43 rows of one account on eight pages. */
    private static PockitSettings manyPages() {
        return PockitSettings.defaults()
                .with("users", 30)
                .with("accountsPerUser", 1)
                .with("pageSize", 6);
    }

    @BeforeAll
    static void open() {
        pockit = Pockit.of(manyPages(), Map.of());
    }

    @AfterAll
    static void close() {
        pockit.close();
    }

    private static String nextUser() {
        return "user" + ++users;
    }

    private static long rows(UUID connection) {
        return pockit.house.number(
                "select count(*) from ledger.transaction where removed_at is null and connection_id"
                        + " = '"
                        + connection
                        + "'");
    }

    @Test
    void aPresentUserGetsAllPagesAtOnce() {
        String user = nextUser();
        UUID connection = pockit.connected(user);

        pockit.holds(connection, user);
        assertThat(pockit.seen(PATH, user)).hasSize(8);
    }

    @Test
    void unattendedEachPageIsACallAndTheWalkGoesOnWhenTheAllowanceIsFree() {
        String user = nextUser();
        UUID connection = pockit.connect(user);
        pockit.pull(connection);
        assertThat(pockit.seen(PATH, user)).hasSize(4);
        assertThat(rows(connection)).isBetween(20L, 24L);
        assertThat(pockit.run(connection, "transactions")).startsWith("partial CARAVAN-QUOTA");

        pockit.pull(connection);
        assertThat(pockit.seen(PATH, user)).hasSize(4);

        pockit.house.advance(Duration.ofHours(25));
        pockit.pull(connection);
        assertThat(pockit.seen(PATH, user)).hasSize(8).allMatch(one -> one.status() == 200);
        assertThat(pockit.seen(PATH, user))
                .extracting(one -> one.query().getOrDefault("cursor", "first"))
                .doesNotHaveDuplicates();
        assertThat(pockit.run(connection, "transactions")).isEqualTo("complete");
        assertThat(
                        pockit.transactions(
                                connection,
                                pockit.twin.id(pockit.twin.accounts(user).get(0)),
                                "booked"))
                .hasSize(40);
    }

    @Test
    void anEmptyPageWithALinkIsNotTheEnd() {
        String user = nextUser();
        pockit.twin.faults().pages(PATH).emptyWithNext().forUser(user).times(1);
        UUID connection = pockit.connected(user);

        pockit.holds(connection, user);
    }

    @Test
    void aLinkToAnotherHostIsNotFollowed() {
        String user = nextUser();
        Fault foreign = pockit.twin.faults().pages(PATH).foreignNext().forUser(user);
        UUID connection = pockit.connected(user);
        foreign.lift();

        assertThat(pockit.seen(PATH, user)).hasSize(1);
        assertThat(rows(connection)).isPositive();
        assertThat(pockit.run(connection, "transactions")).startsWith("partial CARAVAN-WALK");
        pockit.pullAttended(connection);
        pockit.holds(connection, user);
    }

    @Test
    void aLinkOutOfTheBaseIsNotFollowed() {
        String user = nextUser();
        Fault outside = pockit.twin.faults().pages(PATH).nextOutsideTheBase().forUser(user);
        UUID connection = pockit.connected(user);
        outside.lift();

        assertThat(pockit.seen(PATH, user)).hasSize(1);
        assertThat(pockit.run(connection, "transactions")).startsWith("partial CARAVAN-WALK");
    }

    @Test
    void linksThatGoInCirclesEnd() {
        String user = nextUser();
        pockit.twin.faults().pages(PATH).nextGoesInCircles().forUser(user);
        UUID connection = pockit.connected(user);

        assertThat(pockit.seen(PATH, user)).hasSize(8);
        assertThat(pockit.run(connection, "transactions")).startsWith("partial CARAVAN-WALK");
        pockit.holds(connection, user);
    }

    @Test
    void aWalkHasAtMostFiftyPages() {
        String user = nextUser();
        pockit.twin.change(manyPages().with("pageSize", 1));
        UUID connection = pockit.connect(user);
        pockit.twin.grow(pockit.twin.id(pockit.twin.accounts(user).get(0)), 20);
        pockit.pullAttended(connection);
        pockit.twin.change(manyPages());

        assertThat(pockit.seen(PATH, user)).hasSize(50);
        assertThat(pockit.run(connection, "transactions"))
                .startsWith("partial CARAVAN-WALK")
                .contains("more than 50 pages");
    }

    @Test
    void accountsAndPayeesMayHavePagesToo() {
        String user = nextUser();
        pockit.twin.change(manyPages().with("pageSize", 1));
        UUID connection = pockit.connected(user);
        pockit.twin.change(manyPages());

        assertThat(pockit.seen("accounts/{id}/beneficiaries", user)).hasSize(3);
        assertThat(
                        pockit.house.number(
                                "select count(*) from ledger.beneficiary where removed_at is null"
                                        + " and connection_id = '"
                                        + connection
                                        + "'"))
                .isEqualTo(3);
    }

    @Test
    void windowsAreAskedForOnlyWhereTheSettingSaysSo() {
        assertThat(pockit.twin.journal().on(PATH))
                .noneMatch(one -> one.query().containsKey("fromBookingDateTime"));
        try (Pockit windowed =
                Pockit.of(PockitSettings.defaults(), Map.of("transactions.window", "true"))) {
            UUID connection = windowed.connected("user4");
            windowed.holds(connection, "user4");
            windowed.pull(connection);

            windowed.holds(connection, "user4");
            List<String> froms =
                    windowed.seen(PATH, "user4").stream()
                            .map(one -> one.query().get("fromBookingDateTime"))
                            .distinct()
                            .toList();
            assertThat(windowed.seen(PATH, "user4")).allMatch(one -> one.status() == 200);
            assertThat(froms)
                    .hasSizeGreaterThan(1)
                    .allMatch(one -> one.matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ"));
        }
    }

    @Test
    void aWalkThatWasBrokenOffByACrashGoesOnWithNothingLostOrDoubled() throws Exception {
        try (Pockit world = Pockit.of(manyPages(), Map.of())) {
            CountDownLatch reached = new CountDownLatch(1);
            Reply lost =
                    Reply.of(
                                    200,
                                    "application/json",
                                    out -> {
                                        world.house.cut();
                                        reached.countDown();
                                    })
                            .damaged(Damage.of(Damage.Kind.LOSE));
            world.twin.faults().on(PATH).answer(lost).afterCalls(4).times(1);
            UUID connection = world.connect("user2");
            world.house.journeys.pull(connection, Pockit.USER_ADDRESS, Duration.ofMinutes(5));
            world.house.tick("pull");
            reached.await();
            world.house.crash();
            assertThat(
                            world.house.number(
                                    "select count(*) from ledger.transaction where connection_id ="
                                            + " '"
                                            + connection
                                            + "'"))
                    .isBetween(20L, 24L);
            int before = world.seen(PATH, "user2").size();
            world.house.start();
            world.house.tick("pull");
            world.house.awaitPull(connection, null);

            world.holds(connection, "user2");
            assertThat(world.seen(PATH, "user2")).hasSize(before + 4);
            assertThat(world.seen("accounts", "user2")).hasSize(1);
        }
    }

    @Test
    void anOperatorWhoAsksTooDoesNotTakeAPresentUserAway() {
        try (Pockit world = Pockit.of(manyPages(), Map.of())) {
            UUID connection = world.connect("user2");
            world.house.journeys.pull(connection, Pockit.USER_ADDRESS, Duration.ofMinutes(5));
            world.house.journeys.pull(connection, null, Duration.ofMinutes(5));
            world.house.tick("pull");
            world.house.awaitPull(connection, null);

            world.holds(connection, "user2");
            assertThat(world.seen(PATH, "user2"))
                    .as("more pages than a user who is away may have")
                    .hasSizeGreaterThan(4)
                    .allMatch(one -> one.header("x-user-ip").isPresent());
        }
    }
}
