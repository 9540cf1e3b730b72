package dev.caravan.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.connections.Journeys;
import java.net.URI;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of a consent by time, by its provider and by a crash (design 6, contract 10). */
class ConsentStatesTest {
    private World world;

    @BeforeEach
    void open() {
        world = World.of(World.smallBank());
    }

    @AfterEach
    void close() {
        world.close();
    }

    /** A connection whose consent ends so many days from now, as its provider says. */
    private UUID endingIn(int days) {
        UUID connection = world.connected("john1");
        world.twin
                .connection("john1")
                .consentExpiresAt(world.clock.instant().plus(Duration.ofDays(days)));
        world.advance(Duration.ofHours(1));
        world.pull(connection);
        return connection;
    }

    private String reminders() {
        return world.text(
                "select coalesce(string_agg(days || case when is_renewed then ' renewed' else ''"
                        + " end, ', ' order by consent_reminder_id), '') from"
                        + " ledger.consent_reminder");
    }

    @Test
    void aReminderIsWrittenOnceForEachStepBeforeTheEnd() {
        UUID connection = endingIn(20);
        world.advance(Duration.ofDays(5));
        assertThat(world.state(connection)).isEqualTo("active");
        assertThat(reminders()).isEmpty();
        world.advance(Duration.ofDays(2));
        World.until(() -> reminders().equals("14"));
        world.advance(Duration.ofDays(7));
        World.until(() -> reminders().equals("14, 7"));
        assertThat(world.state(connection)).isEqualTo("expiring");
        world.advance(Duration.ofDays(4));
        World.until(() -> reminders().equals("14, 7, 3"));
        world.advance(Duration.ofDays(1));
        World.until(() -> reminders().equals("14, 7, 3, 1"));
        assertThat(
                        world.number(
                                "select count(*) from ledger.consent_reminder where user_ref ="
                                        + " 'john1' and due_at = consent_expires_at -"
                                        + " make_interval(days => days)"))
                .isEqualTo(4);
        String last = world.lastEnd(connection);
        world.reconnect(connection, "john1");
        world.awaitPull(connection, last);
        assertThat(reminders()).isEqualTo("14 renewed, 7 renewed, 3 renewed, 1 renewed");
    }

    @Test
    void stepsThatPassedWhileNothingRanAreNotMadeUpFor() {
        endingIn(20);
        world.advance(Duration.ofDays(18));
        World.until(() -> reminders().equals("3"));
    }

    @Test
    void aConsentThatItsProviderSaysIsOverEndsThePullAndStaysExpired() {
        UUID connection = world.connected("john1");
        world.twin
                .connection("john1")
                .consentExpiresAt(world.clock.instant().minus(Duration.ofHours(1)));
        world.twin.change(world.twin.settings().honourExpiredConsents(true));
        world.twin.journal().clear();
        world.pull(connection);
        assertThat(world.state(connection)).isEqualTo("expired");
        assertThat(world.twin.journal().count("me")).isPositive();
        assertThat(world.twin.journal().count("accounts")).isZero();
        assertThat(
                        world.number(
                                "select count(*) from caravan.task where kind = 'pull' and due_at"
                                        + " is not null"))
                .isZero();
    }

    @Test
    void aTripThatACrashCutOffBehindItsExchangeIsFinished() {
        UUID connection = world.connect("john1");
        world.awaitPull(connection, null);
        String last = world.lastEnd(connection);
        // what is in the store when the process dies between the exchange and the answer
        world.database.update("update caravan.journey set outcome = null");
        world.database.update("update caravan.connection set state = 'authorised'");
        world.advance(Duration.ofMinutes(6));
        World.until(() -> "active".equals(world.state(connection)));
        world.tick();
        world.awaitPull(connection, last);
        assertThat(world.text("select outcome from ledger.trip")).isEqualTo("connected");
    }

    @Test
    void aTripThatACrashCutOffBeforeItsExchangeIsGivenUp() {
        Journeys.Begun begun = world.journeys.begin("truelayer", "john1");
        URI callback = world.callback(begun.link(), "john1");
        world.database.update("update caravan.journey set used_at = caravan.now()");
        world.database.update("update caravan.connection set state = 'authorised'");
        world.advance(Duration.ofMinutes(6));
        World.until(() -> "abandoned".equals(world.state(begun.connection())));
        assertThat(world.back(callback).statusCode()).isEqualTo(400);
        assertThat(world.text("select outcome from ledger.trip")).isEqualTo("failed");
    }

    @Test
    void theEndOfAConsentIsByTheTimeOfTheStoreWhateverTheClockOfTheNodeSays() {
        UUID connection = world.connected("john1");
        world.clock.advance(Duration.ofMinutes(10));
        world.database.update(
                "update caravan.connection set consent_expires_at = caravan.now() + interval '5"
                        + " minutes'");
        World.until(() -> "expiring".equals(world.state(connection)));
        world.pull(connection);
        assertThat(world.state(connection)).as("the node is ahead").isEqualTo("active");
        world.clock.advance(Duration.ofMinutes(-20));
        world.database.update(
                "update caravan.connection set consent_expires_at = caravan.now() - interval '1"
                        + " second'");
        World.until(() -> "expired".equals(world.state(connection)));
    }
}
