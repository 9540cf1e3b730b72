package dev.caravan.conformance.pliance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.caravan.conformance.Scratch;
import dev.caravan.conformance.pliance.Edits.Broken;
import dev.caravan.deploy.Deployer;
import dev.caravan.faults.StoreFault;
import dev.caravan.sandbox.Exchange;
import dev.caravan.sandbox.pliance.EventType;
import dev.caravan.sandbox.pliance.Subject.Kind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.junit.jupiter.api.Test;

/**
 * A provider under edit, all the time, while it pulls and webhooks come in. {@code
 * -Dswap.edits=1000} makes it longer, {@code -Dswap.seed=N} repeats one.
 */
class SwapTest {
    private static final int EDITS = Integer.getInteger("swap.edits", 200);
    private static final long SEED = Long.getLong("swap.seed", System.nanoTime());
    private static final Duration LOOKS = Duration.ofMillis(20);

    private final Random random = new Random(SEED);
    private final Map<String, UUID> connections = new LinkedHashMap<>();
    private final Map<String, Integer> eventsBefore = new HashMap<>();
    private Office office;
    private Edits edits;
    private int sent;

    @Test
    void twoHundredEditsHalfOfThemBrokenLoseNothingDoubleNothingAndAreExplained() throws Exception {
        System.out.println("swap.seed " + SEED + ", " + EDITS + " edits");
        Path folders = Scratch.folder("swap");
        edits = new Edits(Path.of("..", "routes", "pliance"), folders, random);
        Map<String, String> changed = new HashMap<>();
        changed.put("webhook.http", "loopback");
        changed.put("map.mark", "0");
        try (Office opened =
                Office.of(
                        Office.few().subjects(0, 0, 0).secretOverHttp(true).listMovesEvery(0),
                        changed,
                        house -> house.edited(folders, LOOKS))) {
            office = opened;
            for (int i = 0; i < 3; i++) {
                String tenant = office.tenant(6, 2, 3);
                UUID connection = office.pulled(tenant);
                tenant(tenant).webhook(office.address(connection), Office.HOOK_SECRET);
                connections.put(tenant, connection);
                eventsBefore.put(tenant, tenant(tenant).events().size());
            }
            String live;
            try (Background pulls = new Background(this::pull, 250);
                    Background posts = new Background(this::post, 500);
                    Background watch = new Background(this::look, 2)) {
                live = edit();
                assertThat(pulls.trouble()).isNull();
                assertThat(posts.trouble()).isNull();
                assertThat(watch.trouble()).isNull();
            }
            long began = System.nanoTime();
            settled();
            System.out.println(
                    "swap: settled after "
                            + Duration.ofNanos(System.nanoTime() - began).toMillis()
                            + " ms");
            theLastGoodVersionRuns(live);
            nothingIsLostOrDoubled();
            noCallWasRepeated();
            System.out.println(
                    "swap: longest without a running route "
                            + Duration.ofNanos(longestGap).toMillis()
                            + " ms, "
                            + looks
                            + " looks, "
                            + away
                            + " of them in a swap");
            assertThat(missing).as("looks that found no provider at all").isZero();
            assertThat(Duration.ofNanos(longestGap)).isLessThan(Duration.ofSeconds(20));
        }
    }

    private static void until(String what, BooleanSupplier done) {
        await(what)
                .atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(10))
                .ignoreException(StoreFault.class)
                .until(done::getAsBoolean);
    }

    private dev.caravan.sandbox.pliance.Tenant tenant(String name) {
        return office.twin.tenant("acme", name);
    }

    /** Edits and awaits what becomes of each; tells the mark of the last good routes. */
    private String edit() {
        String live = "caravan-0";
        for (int i = 1; i <= EDITS; i++) {
            if (random.nextBoolean()) {
                Broken how = Broken.values()[i % Broken.values().length];
                refused(how, i);
            } else {
                live = taken(i, live);
            }
        }
        return live;
    }

    private void refused(Broken how, int version) {
        Deployer deployer = office.house.deployer();
        CamelContext before = office.house.camel();
        edits.breakIt(how, version);
        until(how + " is refused", () -> deployer.refusals().containsKey("pliance"));
        String why = deployer.refusals().get("pliance");
        assertThat(why).startsWith("CARAVAN-").contains("pliance: " + how.file()).hasLineCount(1);
        assertThat(why).as("%s", how).matches(".* line \\d+, column \\d+.*");
        edits.takeBack(how);
        until(how + " is taken back", () -> deployer.refusals().isEmpty());
        assertThat(office.house.camel()).as("what ran before %s runs on", how).isSameAs(before);
    }

    private String taken(int version, String live) {
        CamelContext before = office.house.camel();
        String now = live;
        switch (random.nextInt(4)) {
            case 0 -> office.house.set("map.mark", String.valueOf(version));
            case 1 -> edits.improve(Edits.MAPPING, version);
            case 2 -> edits.improve(Edits.ANSWERS, version);
            default -> {
                edits.improve(Edits.ROUTES, version);
                now = "caravan-" + version;
            }
        }
        until("edit " + version + " is live", () -> office.house.camel() != before);
        assertThat(office.house.deployer().refusals()).isEmpty();
        return now;
    }

    // ---- what goes on meanwhile ----

    /** Everybody who rests is pulled again; whose pull was stopped by an edit goes on by itself. */
    private void pull() {
        for (UUID connection : connections.values()) {
            boolean rests =
                    office.house.number(
                                    "select count(*) from caravan.task t join caravan.connection c"
                                        + " on c.id = t.connection_id where t.kind = 'pull' and"
                                        + " t.pull_id is null and t.due_at > caravan.now() +"
                                        + " interval '1 minute' and c.lease_owner is null and c.id"
                                        + " = '"
                                            + connection
                                            + "'")
                            > 0;
            if (rests) {
                office.house.journeys.pull(connection, null, Duration.ofMinutes(5));
            }
        }
        office.house
                .deployer()
                .during(
                        "pliance",
                        camel -> camel.createProducerTemplate().send("direct:due", exchange -> {}));
    }

    private void post() {
        office.house.clock.advance(Duration.ofMillis(1));
        List<String> tenants = List.copyOf(connections.keySet());
        String tenant = tenants.get(sent++ % tenants.size());
        List<String> persons =
                office.truth(tenant).subjects(Kind.PERSON).stream()
                        .map(each -> each.ref())
                        .toList();
        tenant(tenant).send(EventType.PersonSanctionMatched, persons.get(sent % persons.size()));
    }

    private long goneSince;
    private long longestGap;
    private long looks;
    private long away;
    private long missing;

    /** Whether the route that hands out work runs. */
    private void look() {
        looks++;
        boolean runs =
                office.house
                        .deployer()
                        .camel("pliance")
                        .map(camel -> camel.getRouteController().getRouteStatus("pliance.due"))
                        .filter(status -> status.isStarted())
                        .isPresent();
        if (!office.house.deployer().running().contains("pliance")) {
            missing++;
        }
        if (runs) {
            goneSince = 0;
            return;
        }
        away++;
        goneSince = goneSince == 0 ? System.nanoTime() : goneSince;
        longestGap = Math.max(longestGap, System.nanoTime() - goneSince);
    }

    // ---- what must hold afterwards ----

    private void settled() throws InterruptedException {
        assertThat(office.twin.webhooksSettled(Duration.ofSeconds(20))).isTrue();
        connections.forEach(
                (tenant, connection) -> {
                    until(
                            "the pulls of " + tenant + " end",
                            () -> office.house.idle(connection) && through(connection));
                    until(
                            "the events of " + tenant + " are worked on",
                            () -> {
                                office.house.tick("inbox");
                                return office.inbox(connection, "state").stream()
                                                .allMatch("done"::equals)
                                        && office.house.idle(connection);
                            });
                });
    }

    private boolean through(UUID connection) {
        office.house.tick("pull");
        return office.house.number(
                        "select count(*) from caravan.task where kind = 'pull' and (pull_id is not"
                                + " null or due_at <= caravan.now()) and connection_id = '"
                                + connection
                                + "'")
                == 0;
    }

    private void theLastGoodVersionRuns(String live) {
        connections.forEach(
                (tenant, connection) -> {
                    office.house.pull(connection);
                    assertThat(agents(tenant)).last().isEqualTo(live);
                });
        assertThat(connections.keySet()).flatMap(this::agents).noneMatch(a -> a.contains("broken"));
        assertThat(office.house.deployer().answers("pliance")).containsKey("callback.mark");
        connections.forEach(
                (tenant, connection) ->
                        assertThat(
                                        office.stored(
                                                connection,
                                                "given_name || ' ' || family_name",
                                                "party where kind = 'person'"))
                                .containsOnly(
                                        edits.mark(Edits.MAPPING)
                                                + " "
                                                + office.house.setting("map.mark")));
    }

    private List<String> agents(String tenant) {
        return calls(tenant).map(call -> call.header("user-agent").orElse("none")).toList();
    }

    private Stream<Exchange> calls(String tenant) {
        return office.twin.journal().all().stream()
                .filter(call -> call.header("x-tenant").orElse("").equals(tenant));
    }

    private void nothingIsLostOrDoubled() {
        connections.forEach(
                (tenant, connection) -> {
                    office.holds(connection, tenant);
                    assertThat(tenant(tenant).failures()).as("posts that were not taken").isEmpty();
                    assertThat(office.inbox(connection, "state"))
                            .as("events, each worked on")
                            .hasSize(tenant(tenant).events().size() - eventsBefore.get(tenant))
                            .containsOnly("done");
                    assertThat(office.inbox(connection, "attempts")).containsOnly("0");
                });
    }

    /** Every walk through a list is from the first page to the last; nobody is read twice. */
    private void noCallWasRepeated() {
        connections.forEach(
                (tenant, connection) -> {
                    long pulls =
                            office.house.number(
                                    "select count(*) from ledger.pull_run where kind = 'persons'"
                                            + " and outcome = 'complete' and connection_id = '"
                                            + connection
                                            + "'");
                    assertThat(pulls).isGreaterThan(2);
                    assertThat(
                                    office.house.texts(
                                            "select distinct outcome from ledger.pull_run where"
                                                    + " connection_id = '"
                                                    + connection
                                                    + "'"))
                            .containsExactly("complete");
                    assertThat(pages(tenant, "PersonQuery/List"))
                            .as("pages of persons")
                            .isEqualTo("0 1 ".repeat((int) pulls));
                    Map<String, Long> told =
                            office.inbox(connection, "entity").stream()
                                    .collect(
                                            Collectors.groupingBy(
                                                    each -> each, Collectors.counting()));
                    office.truth(tenant)
                            .subjects(Kind.COMPANY_V2)
                            .forEach(
                                    company ->
                                            assertThat(
                                                            views(
                                                                    tenant,
                                                                    "CompanyV2Query",
                                                                    company.ref()))
                                                    .as("times that %s was read", company.ref())
                                                    .isEqualTo(pulls));
                    // an event between the halves of a pull reads somebody anew, and then nothing
                    // says any more that the pull had; as shipped subjects.rest keeps it from that
                    office.truth(tenant)
                            .subjects(Kind.PERSON)
                            .forEach(
                                    person ->
                                            assertThat(views(tenant, "PersonQuery", person.ref()))
                                                    .as("times that %s was read", person.ref())
                                                    .isBetween(
                                                            pulls + events(told, person.ref()),
                                                            pulls
                                                                    + 2
                                                                            * events(
                                                                                    told,
                                                                                    person.ref())));
                });
    }

    private static long events(Map<String, Long> told, String ref) {
        return told.getOrDefault(ref, 0L);
    }

    private String pages(String tenant, String endpoint) {
        return office.calls(tenant, endpoint).stream()
                .map(call -> call.query().get("Page.No") + " ")
                .collect(Collectors.joining());
    }

    private long views(String tenant, String endpoint, String ref) {
        return office.calls(tenant, endpoint).stream()
                .filter(call -> ref.equals(call.accountId()))
                .count();
    }

    /** Something that is done again and again until the end. */
    private static final class Background implements AutoCloseable {
        private final AtomicBoolean over = new AtomicBoolean();
        private final Thread thread;
        private volatile Throwable trouble;

        Background(Runnable work, long pauseMillis) {
            thread =
                    new Thread(
                            () -> {
                                while (!over.get()) {
                                    once(work);
                                    LockSupport.parkNanos(pauseMillis * 1_000_000);
                                }
                            });
            thread.start();
        }

        private void once(Runnable work) {
            try {
                work.run();
            } catch (StoreFault again) {
                // a busy moment of the store
                trouble = null;
            } catch (RuntimeException | AssertionError e) {
                trouble = e;
            }
        }

        Throwable trouble() {
            return trouble;
        }

        @Override
        public void close() throws InterruptedException {
            over.set(true);
            thread.join();
        }
    }
}
