package dev.caravan.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.deploy.Deployer;
import dev.caravan.faults.ConsentFault;
import dev.caravan.faults.Fault;
import dev.caravan.faults.ThrottledFault;
import dev.caravan.inbox.Event;
import dev.caravan.watch.Meters;
import dev.caravan.watch.StoreGauges;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What becomes of events: each is worked on in its turn until it is done, or dead. */
class WebhookWorkTest {
    private final WebhookHouse house = WebhookHouse.byAddress();
    private final UUID connection = house.connection();
    private final URI address = house.address(connection);

    @AfterEach
    void stop() {
        house.close();
    }

    private static String event(int number, String person) {
        return "{\"type\":\"T" + number + "\",\"body\":{\"person\":\"" + person + "\"}}";
    }

    private void post(int number, String person) {
        assertThat(house.post(address, event(number, person))).isEqualTo(204);
    }

    private List<String> types() {
        return house.worked.stream().map(Event::type).toList();
    }

    private static ThrottledFault pause(Instant until) {
        return new ThrottledFault(account(until));
    }

    private static Fault.Account account(Instant until) {
        return new Fault.Account("CARAVAN-TEST", "sesame", "work", "failed", "again", until);
    }

    private void untilStates(String... states) {
        House.until(() -> house.states().equals(List.of(states)));
    }

    @Test
    void anEventIsWorkedOnUnderTheLeaseOfItsConnectionAndThenDone() {
        AtomicBoolean leased = new AtomicBoolean();
        house.working(
                (exchange, event) ->
                        leased.set(
                                !house.house.idle(event.connection())
                                        && event.body().equals(event(1, "p"))
                                        && event.entity().equals("p")));
        post(1, "p");

        untilStates("done");
        assertThat(leased).isTrue();
        House.until(() -> house.house.idle(connection));
    }

    @Test
    void whileAnEventWaitsForItsNextAttemptLaterOnesOfItsEntityWaitBehindItAndOthersDoNot() {
        AtomicBoolean broken = new AtomicBoolean(true);
        house.working(
                (exchange, event) -> {
                    if (broken.get() && "bad".equals(event.entity())) {
                        throw new IllegalStateException("a secret of the event");
                    }
                });
        post(1, "bad");
        untilStates("waiting");
        post(2, "bad");
        post(3, "good");
        post(4, "bad");
        untilStates("waiting", "new", "done", "new");
        assertThat(house.house.text("select last_fault from ledger.inbox where state = 'waiting'"))
                .startsWith(
                        "CARAVAN-EVENT sesame: event 1 broke off with IllegalStateException at ")
                .doesNotContain("a secret of the event");

        broken.set(false);
        house.house.advance(Duration.ofSeconds(11));
        untilStates("done", "done", "done", "done");
        assertThat(types()).containsExactly("T3", "T1", "T2", "T4");
    }

    @Test
    void anEventThatKeepsFailingIsDeadIsShownAndReplayed() {
        AtomicBoolean broken = new AtomicBoolean(true);
        house.working(
                (exchange, event) -> {
                    if (broken.get()) {
                        throw new IllegalStateException();
                    }
                });
        post(1, "p");
        untilStates("waiting");
        house.house.advance(Duration.ofSeconds(11));
        House.until(() -> house.house.number("select attempts from ledger.inbox") == 2);
        house.house.advance(Duration.ofSeconds(61));
        untilStates("dead");
        assertThat(house.admin("GET", "/inbox?state=dead").body())
                .contains("\"event_id\": 1", "\"attempts\": 3", "CARAVAN-EVENT")
                .doesNotContain("\"body\"");
        post(2, "p");
        House.until(() -> house.states().get(1).equals("waiting"));

        broken.set(false);
        assertThat(house.admin("POST", "/inbox/1/replay").statusCode()).isEqualTo(202);
        House.until(() -> house.states().get(0).equals("done"));
        assertThat(house.admin("POST", "/inbox/7/replay").statusCode()).isEqualTo(404);

        house.house.database.update("update caravan.inbox set state = 'dead', done_at = null");
        assertThat(house.admin("POST", "/inbox/replay?provider=sesame&state=dead").body())
                .isEqualTo("{\"replayed\":2}");
        untilStates("done", "done");
    }

    @Test
    void whatIsNotTheEventsFaultCostsItNoAttempt() {
        AtomicInteger tries = new AtomicInteger();
        house.working(
                (exchange, event) -> {
                    if (tries.incrementAndGet() == 1) {
                        throw pause(Instant.now().plusSeconds(300));
                    }
                    if (tries.get() == 2) {
                        throw new ConsentFault(account(null));
                    }
                });
        post(1, "p");
        untilStates("waiting");
        post(2, "q");
        assertThat(house.house.text("select paused_until > now() from ledger.connection"))
                .isEqualTo("t");

        house.house.advance(Duration.ofSeconds(301));
        House.until(() -> house.house.state(connection).equals("reauth_required"));
        House.until(() -> house.house.idle(connection));
        assertThat(house.house.number("select sum(attempts) from ledger.inbox")).isZero();

        house.house.database.update("update caravan.connection set state = 'active'");
        house.house.advance(Duration.ofMinutes(3));
        untilStates("done", "done");
    }

    @Test
    void eventsWaitWhileTheirConnectionIsNotActiveAndAreStillTaken() {
        house.house.database.update("update caravan.connection set state = 'expired'");
        UUID other = house.connection();
        post(1, "p");
        assertThat(house.post(house.address(other), event(2, "p"))).isEqualTo(204);

        untilStates("new", "done");
    }

    @Test
    void noEventIsWorkedOnWhileAPullOfItsConnectionRuns() {
        house.house.database.update(
                "update caravan.connection set lease_until = now() + interval '5 minutes',"
                        + " lease_owner = 'a pull' where id = ?",
                connection);
        UUID other = house.connection();
        post(1, "p");
        assertThat(house.post(house.address(other), event(2, "p"))).isEqualTo(204);

        untilStates("new", "done");
        house.house.database.update("update caravan.connection set lease_until = null");
        untilStates("done", "done");
    }

    @Test
    void twoNodesWorkOnEveryEventOnceAndNeverOnTwoOfAnEntityAtOnce() {
        Set<String> busy = ConcurrentHashMap.newKeySet();
        AtomicInteger clashes = new AtomicInteger();
        house.working(
                (exchange, event) -> {
                    String entity = event.connection() + event.entity();
                    if (!busy.add(entity)) {
                        clashes.incrementAndGet();
                    }
                    Thread.yield();
                    busy.remove(entity);
                });
        List<URI> addresses =
                List.of(
                        address,
                        house.address(house.connection()),
                        house.address(house.connection()));
        try (Deployer second = house.secondNode()) {
            assertThat(second.running()).contains(WebhookHouse.PROVIDER);
            for (int i = 0; i < 30; i++) {
                house.post(addresses.get(i % 3), event(i, "p" + i % 2));
            }
            House.until(
                    () ->
                            house.house.number(
                                            "select count(*) from ledger.inbox where state ="
                                                    + " 'done'")
                                    == 30);
        }
        assertThat(clashes).hasValue(0);
        assertThat(house.worked).hasSize(30);
    }

    @Test
    void aNodeThatDiesAtAnEventLeavesItToTheNextLife() throws Exception {
        CountDownLatch reached = new CountDownLatch(1);
        CountDownLatch free = new CountDownLatch(1);
        AtomicBoolean first = new AtomicBoolean(true);
        house.working(
                (exchange, event) -> {
                    if (first.getAndSet(false)) {
                        reached.countDown();
                        free.await(20, TimeUnit.SECONDS);
                    }
                });
        post(1, "p");
        assertThat(reached.await(20, TimeUnit.SECONDS)).isTrue();
        house.house.database.update(
                "update caravan.connection set lease_epoch = lease_epoch + 1, lease_until = now()");
        free.countDown();
        House.until(() -> house.worked.size() == 1);
        assertThat(house.states()).as("whose lease is gone settles nothing").containsExactly("new");

        house.house.advance(Duration.ofMinutes(6));
        untilStates("done");
        assertThat(house.worked).hasSize(2);
    }

    @Test
    void aRouteMayIgnoreAnEventOfferOneAndAskForAPull() {
        AtomicBoolean isNew = new AtomicBoolean();
        AtomicBoolean again = new AtomicBoolean(true);
        house.house.database.update(
                "update caravan.task set kinds = '{\"persons\":\"2030-01-01T00:00:00Z\","
                        + "\"reports\":\"2030-01-01T00:00:00Z\"}' where kind = 'pull'");
        house.working(
                (exchange, event) -> {
                    if (event.type().equals("T1")) {
                        var inbox =
                                (dev.caravan.inbox.Inbox)
                                        exchange.getContext().getRegistry().lookupByName("inbox");
                        isNew.set(inbox.offer(exchange, event(2, "q")));
                        again.set(inbox.offer(exchange, event(2, "q")));
                        inbox.pull(exchange, "persons");
                    }
                });
        post(1, "p");

        untilStates("done", "done");
        assertThat(isNew).isTrue();
        assertThat(again).isFalse();
        assertThat(house.house.texts("select source from ledger.inbox order by event_id"))
                .containsExactly("webhook", "offer");
        assertThat(
                        house.house.text(
                                "select kinds::text || (due_at <= now()) from caravan.task where"
                                        + " kind = 'pull'"))
                .isEqualTo("{\"reports\": \"2030-01-01T00:00:00Z\"}true");
    }

    @Test
    void eventsThatAreOverAreErasedAfterTheirTimeAndOthersAreNot() {
        house.working((exchange, event) -> {});
        post(1, "p");
        untilStates("done");
        house.house.database.update(
                "insert into caravan.inbox (provider, connection_id, event_key, source, body,"
                    + " body_hash, state) values ('sesame', ?, '\\x01', 'webhook', '{}', '\\x01',"
                    + " 'dead')",
                connection);

        house.house.advance(Duration.ofDays(91));
        House.until(() -> house.kept() == 1);
        assertThat(house.states()).containsExactly("dead");
    }

    @Test
    void anEventWhoseNudgeWasLostWithItsNodeIsFoundByTheSweep() {
        house.house.database.update(
                "insert into caravan.inbox (provider, connection_id, event_key, source, body,"
                        + " body_hash) values ('sesame', ?, '\\x01', 'webhook', '{}', '\\x01')",
                connection);
        house.house.advance(Duration.ofMinutes(2));

        untilStates("done");
    }

    @Test
    void operatorsSeeHowDeepTheInboxIsAndPageThroughItByStateAndProvider() {
        house.house.database.update("update caravan.connection set state = 'expired'");
        for (int i = 1; i <= 5; i++) {
            post(i, "p" + i);
        }
        house.house.database.update("update caravan.inbox set state = 'dead' where id in (2, 4)");
        house.house.advance(Duration.ofSeconds(90));
        try (StoreGauges gauges =
                new StoreGauges(
                        house.house.database,
                        new Meters(house.house.clock),
                        house.metrics,
                        () -> true)) {
            gauges.refresh();
        }
        assertThat(gauge("caravan.inbox.open")).isEqualTo(3);
        assertThat(gauge("caravan.inbox.dead")).isEqualTo(2);
        assertThat(gauge("caravan.inbox.oldest")).isBetween(90.0, 120.0);

        assertThat(ids("/inbox?state=dead")).containsExactly(2, 4);
        assertThat(ids("/inbox?provider=sesame&most=2")).containsExactly(1, 2);
        assertThat(ids("/inbox?provider=sesame&most=2&after=2")).containsExactly(3, 4);
        assertThat(ids("/inbox?provider=sesame&most=2&after=4")).containsExactly(5);
        assertThat(ids("/inbox?provider=elsewhere")).isEmpty();
        assertThat(ids("/inbox?most=x&after=-1&state='")).isEmpty();
        assertThat(house.admin("POST", "/inbox/replay?state=new").statusCode()).isEqualTo(400);
        assertThat(house.admin("POST", "/inbox/replay?provider=elsewhere&state=dead").body())
                .isEqualTo("{\"replayed\":0}");
    }

    private double gauge(String name) {
        return house.metrics.get(name).tag("provider", "sesame").gauge().value();
    }

    private List<Integer> ids(String path) {
        return Pattern.compile("\"event_id\": (\\d+)")
                .matcher(house.admin("GET", path).body())
                .results()
                .map(each -> Integer.parseInt(each.group(1)))
                .toList();
    }
}
