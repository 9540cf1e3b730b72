package dev.caravan.conformance.pliance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.conformance.House;
import dev.caravan.sandbox.pliance.EventType;
import dev.caravan.sandbox.pliance.Subject.Kind;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Pulls and events of one connection never run at once; who waits longer is next. */
class TurnsTest {
    private static final String BY_HAND = "0+0+0+1+1+?+2099";

    private Office office;
    private UUID connection;

    @BeforeEach
    void anEventWaits() throws InterruptedException {
        office =
                Office.of(
                        Office.few().secretOverHttp(true),
                        Map.of(
                                "webhook.http", "loopback",
                                "inbox.tick", BY_HAND,
                                "pull.tick", BY_HAND));
        connection = office.pulled("north");
        office.twin.tenant("acme", "north").webhook(office.address(connection), Office.HOOK_SECRET);
        office.twin
                .tenant("acme", "north")
                .send(
                        EventType.PersonSanctionMatched,
                        office.truth("north").subjects(Kind.PERSON).get(0).ref());
        assertThat(office.twin.webhooksSettled(Duration.ofSeconds(10))).isTrue();
        assertThat(office.inbox(connection, "state")).containsExactly("new");
    }

    @AfterEach
    void close() {
        office.close();
    }

    @Test
    void aPullAskedForAgainAndAgainLetsAnEventThrough() {
        String before = office.house.lastEnd(connection);
        House.until(
                () -> {
                    office.house.journeys.pull(connection, "persons");
                    office.house.tick("pull");
                    office.house.tick("inbox");
                    return office.inbox(connection, "state").contains("done");
                });
        House.until(
                () -> {
                    office.house.tick("pull");
                    return !before.equals(office.house.lastEnd(connection));
                });
        assertThat(
                        office.house.texts(
                                "select (r.started_at >= e.done_at)::text from ledger.inbox e join"
                                        + " ledger.pull_run r using (connection_id) where e.state ="
                                        + " 'done' and r.kind = 'persons' and r.started_at >"
                                        + " e.received_at order by r.started_at limit 1"))
                .as("the event came first, it waited longer")
                .containsExactly("true");
    }

    @Test
    void aPullWaitsForNobodyWhoDoesNotCome() {
        office.house.advance(Duration.ofSeconds(11));
        office.pull(connection, "persons");
        assertThat(office.inbox(connection, "state")).containsExactly("new");
    }
}
