package dev.caravan.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What an error is remembered for, and for how long (contract 8). */
class AfterErrorTest {
    private static final String STANDING = "accounts/{id}/standing_orders";

    private static World world;

    @BeforeAll
    static void open() {
        world =
                World.of(
                        World.smallBank()
                                .accountsPerConnection(1)
                                .cardsPerConnection(1)
                                .transactionsPerAccount(5));
    }

    @AfterAll
    static void close() {
        world.close();
    }

    @Test
    void aRestingConnectionIsLeftAloneWhileOthersGoOnAndThenWakes() {
        UUID resting = world.connected("john1");
        UUID other = world.connected("john2");
        world.twin
                .faults()
                .on("accounts")
                .tooManyRequests(Duration.ofMinutes(20))
                .forUser("john1")
                .times(1);
        world.pull(resting);
        String rested = world.lastEnd(resting);
        world.twin.journal().clear();
        world.journeys.pull(resting, null, Duration.ofMinutes(5));
        world.pull(other);
        assertThat(world.seen("me", "john1")).isEmpty();

        world.advance(Duration.ofMinutes(21));
        world.awaitPull(resting, rested);
        assertThat(world.seen("cards/{id}/transactions", "john1")).hasSize(1);
    }

    @Test
    void whatABankLacksIsNotAskedOfAnyOfItsUsersForThirtyDays() {
        world.twin.faults().on("cards/{id}/transactions/pending").endpointNotSupported().times(1);
        UUID first = world.connected("john3");
        UUID second = world.connected("john4");
        assertThat(world.seen("cards/{id}/transactions/pending", "john3")).hasSize(1);
        assertThat(world.seen("cards/{id}/transactions/pending", "john4")).isEmpty();
        assertThat(
                        world.texts(
                                "select outcome from ledger.pull_run where connection_id = '"
                                        + second
                                        + "'"))
                .containsOnly("complete");

        for (int week = 0; week < 4; week++) {
            world.advance(Duration.ofDays(8));
            world.pull(first);
        }
        assertThat(world.seen("cards/{id}/transactions/pending", "john3").size()).isGreaterThan(1);
    }

    @Test
    void whatABankWithholdsFromOneUserIsStillAskedForTheOthers() {
        world.twin.faults().on(STANDING).accessDenied().forUser("john5").times(1);
        UUID denied = world.connected("john5");
        world.pull(denied);
        world.connected("john6");

        assertThat(world.seen(STANDING, "john5")).hasSize(1);
        assertThat(world.seen(STANDING, "john6")).hasSize(1);
        assertThat(world.state(denied)).isEqualTo("active");
    }

    @Test
    void whatNeedsAFreshLoginIsNotAskedAgainBeforeThereIsOne() {
        world.twin.faults().on(STANDING).scaExceeded().forUser("john7").times(1);
        UUID connection = world.connected("john7");
        world.pull(connection);
        world.pullAttended(connection);
        assertThat(world.seen(STANDING, "john7")).hasSize(1);

        String last = world.lastEnd(connection);
        world.reconnect(connection, "john7");
        world.awaitPull(connection, last);
        assertThat(
                        world.twin
                                .journal()
                                .where(
                                        one ->
                                                one.endpoint().equals(STANDING)
                                                        && Set.of(
                                                                        world.twin
                                                                                .accounts("john7")
                                                                                .get(0)
                                                                                .id())
                                                                .contains(one.accountId())))
                .hasSize(2);
    }

    @Test
    void anAccountThatIsGoneIsLookedForOnceAndThenMarked() {
        UUID connection = world.connected("john8");
        world.twin.journal().clear();
        world.twin
                .faults()
                .on("accounts/{id}/transactions")
                .error(404, "account_not_found")
                .forUser("john8");
        world.twin.faults().on("accounts").emptyResults().forUser("john8").afterCalls(1);
        world.pull(connection);

        assertThat(world.seen("accounts", "john8")).hasSize(2);
        assertThat(world.seen("accounts/{id}/balance", "john8")).isEmpty();
        assertThat(world.seen("cards/{id}/balance", "john8")).hasSize(1);
        assertThat(
                        world.texts(
                                "select family || (removed_at is null) from ledger.account where"
                                        + " connection_id = '"
                                        + connection
                                        + "'"))
                .containsExactlyInAnyOrder("accountfalse", "cardtrue");
        assertThat(
                        world.number(
                                "select count(*) from ledger.transaction where removed_at is null"
                                        + " and connection_id = '"
                                        + connection
                                        + "'"))
                .as("history stays")
                .isGreaterThan(10);
    }

    @Test
    void aConsentThatHasEndedStopsThePullsAlthoughItsTokensStillWork() {
        world.twin.change(world.twin.settings().honourExpiredConsents(true));
        UUID connection = world.connected("john9");
        world.twin
                .connection("john9")
                .consentExpiresAt(world.clock.instant().plus(Duration.ofDays(2)));
        world.pull(connection);
        assertThat(world.state(connection)).isEqualTo("expiring");

        world.advance(Duration.ofDays(2).plusMinutes(1));
        World.until(() -> "expired".equals(world.state(connection)));
        long before = world.twin.journal().of("john9").size();
        world.journeys.pull(connection, World.USER_ADDRESS, Duration.ofMinutes(5));
        world.connected("john10");
        assertThat(world.twin.journal().of("john9")).hasSize((int) before);
    }
}
