package dev.caravan.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caravan.connections.DeadLeases;
import dev.caravan.store.Database;
import dev.caravan.store.Keeper;
import dev.caravan.store.LogParts;
import dev.caravan.store.Migrations;
import dev.caravan.store.StoreHome;
import dev.caravan.store.StoreProbe;
import dev.caravan.watch.CallLog;
import dev.caravan.watch.Health;
import dev.caravan.watch.NodeGauges;
import dev.caravan.watch.StoreGauges;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.camel.component.resilience4j.ResilienceProcessor;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a scrape says during and after real pulls, against the rows and the twin's requests. */
class MetricsTest {
    private static final Pattern SAMPLE =
            Pattern.compile("([a-z_0-9]+)(?:\\{((?:[^\"}]|\"[^\"]*\")*)})? (\\S+)");

    private static final List<String> DURING = new ArrayList<>();
    private static World world;
    private static UUID connection;
    private static StoreGauges gauges;
    private static Keeper keeper;

    /** Gauges hold what they look at weakly. */
    private static final List<Object> kept = new ArrayList<>();

    private static String after;
    private static String open;

    @BeforeAll
    static void pullWhileSomebodyScrapes() {
        world = World.of(World.smallBank(), Map.of("calls.unattended", "5"));
        gauges = new StoreGauges(world.database, world.meters(), world.metrics, () -> true);
        connection = world.connected("john1");
        world.twin.faults().on("info").providerError().forUser("john1");
        world.twin
                .faults()
                .on("accounts/{id}/transactions")
                .wordAsAmount()
                .forUser("john1")
                .times(1);
        world.atRequest(
                "cards/{id}/balance",
                "john1",
                () -> {
                    gauges.refresh();
                    DURING.add(world.metrics.scrape());
                });
        world.pull(connection);
        gauges.refresh();
        node();
        after = world.metrics.scrape();
        new CallLog(world.database, world.calls(), world.clock).close();
    }

    /** The gauges of the node, with a certificate that a connection shows. */
    private static void node() {
        StoreHome home =
                new StoreHome(
                        world.login.url(),
                        world.login.user(),
                        "none",
                        1,
                        world.home,
                        world.home,
                        world.home);
        keeper =
                new Keeper(
                        home,
                        new Database(world.login, 2),
                        new Migrations(world.database),
                        new DeadLeases(world.database, "host:1"),
                        new LogParts(world.database, 25, 25, world.clock));
        keeper.start();
        World.until(keeper::ready);
        StoreProbe probe = new StoreProbe(home, world.clock);
        Health health = new Health(keeper, world.database, probe, world.deployer(), world.clock);
        try (NodeGauges now =
                new NodeGauges(world.deployer(), health, world.database, world.metrics)) {
            circuit().transitionToOpenState();
            now.refresh();
            open = world.metrics.scrape();
            circuit().transitionToCloseState();
            now.refresh();
        }
        kept.add(health);
        world.meters()
                .certificate(
                        "truelayer", connection, world.clock.instant().plus(Duration.ofDays(10)));
    }

    private static ResilienceProcessor circuit() {
        return world.camel().getRoute("truelayer.call").filter("*").stream()
                .filter(ResilienceProcessor.class::isInstance)
                .map(ResilienceProcessor.class::cast)
                .findFirst()
                .orElseThrow();
    }

    @AfterAll
    static void close() {
        keeper.close();
        gauges.close();
        world.close();
    }

    /** The samples of a metric whose labels have all of these, by the value of one label. */
    private static Map<String, Double> by(
            String scrape, String metric, String label, String... has) {
        Map<String, Double> values = new TreeMap<>();
        Matcher sample = SAMPLE.matcher(scrape);
        while (sample.find()) {
            String labels = String.valueOf(sample.group(2));
            Matcher value = Pattern.compile(label + "=\"([^\"]*)\"").matcher(labels);
            if (sample.group(1).equals(metric)
                    && List.of(has).stream().allMatch(labels::contains)
                    && value.find()) {
                values.merge(value.group(1), Double.parseDouble(sample.group(3)), Double::sum);
            }
        }
        return values;
    }

    private static Map<String, Double> asked(String sql) {
        Map<String, Double> values = new TreeMap<>();
        world.database.query(sql, row -> values.put(row.getString(1), row.getDouble(2)));
        return values;
    }

    @Test
    void rowsAreCountedByKindAndByWhatBecameOfThemAsTheRunRecordsSay() {
        for (String what : List.of("inserted", "changed", "removed", "rejected")) {
            assertThat(by(after, "caravan_rows_total", "kind", "what=\"" + what + "\""))
                    .as(what)
                    .isEqualTo(
                            asked(
                                    "select kind, sum("
                                            + what
                                            + ") from ledger.pull_run where pages > 0 group by 1"));
        }
        assertThat(by(after, "caravan_rows_total", "kind", "what=\"rejected\"").get("transactions"))
                .isPositive();
        assertThat(by(after, "caravan_rejects", "kind"))
                .isEqualTo(asked("select kind, count(*) from ledger.rejected_record group by 1"));
    }

    @Test
    void callsAreCountedByScopeAndOutcomeAsTheStoreAndTheTwinSay() {
        assertThat(by(after, "caravan_call_seconds_count", "scope", "provider=\"truelayer\""))
                .isEqualTo(asked("select scope, calls from ledger.provider_day where scope <> ''"))
                .isEqualTo(
                        world.twin.journal().all().stream()
                                .filter(
                                        one ->
                                                one.path().startsWith("/data/")
                                                        || one.path().equals("/connect/token"))
                                .collect(
                                        Collectors.groupingBy(
                                                one -> one.endpoint(),
                                                Collectors.summingDouble(one -> 1))));
        assertThat(by(after, "caravan_call_seconds_count", "outcome").get("failed"))
                .isEqualTo(
                        asked("select '', failed from ledger.provider_day where scope = ''")
                                .get(""));
        assertThat(
                        by(
                                after,
                                "caravan_call_seconds_bucket",
                                "le",
                                "scope=\"me\"",
                                "outcome=\"answered\""))
                .containsKeys("0.05", "12.8", "+Inf");
    }

    @Test
    void whatGoesOnIsSeenWhileItGoesOn() {
        assertThat(DURING).hasSize(1);
        assertThat(by(DURING.get(0), "caravan_pulls_running", "provider"))
                .containsEntry("truelayer", 1.0);
        assertThat(by(after, "caravan_pulls_running", "provider")).containsEntry("truelayer", 0.0);
    }

    @Test
    void budgetsConsentsAndLateConnectionsAreGaugesOfTheirWorst() {
        Map<String, Double> left = by(after, "caravan_budget_left", "scope");
        assertThat(left.get("accounts/{id}/balance"))
                .isEqualTo(
                        5
                                - world.number(
                                        "select max(n) from (select count(*) as n from caravan.call"
                                                + " where counted and endpoint ="
                                                + " 'accounts/{id}/balance' group by account) x"));
        assertThat(by(after, "caravan_consent_left_seconds", "provider").get("truelayer") / 86_400)
                .isBetween(89.0, 90.1);
        assertThat(by(after, "caravan_consents_ending", "within"))
                .containsEntry("14d", 0.0)
                .containsEntry("3d", 0.0);
        assertThat(by(after, "caravan_connections", "state")).isEqualTo(Map.of("active", 1.0));
        assertThat(by(after, "caravan_pulls_overdue", "provider")).containsEntry("truelayer", 0.0);

        // nobody takes the work of a provider that is stopped
        world.database.update(
                "update caravan.provider set stopped_at = caravan.now(), stop_reason = 'a test'");
        world.database.update(
                "update caravan.connection set lease_owner = 'gone:1', lease_until = caravan.now()"
                        + " - interval '1 minute', consent_expires_at = caravan.now() + interval '2"
                        + " days', last_ok_at = caravan.now() - interval '88 days'");
        world.database.update("update caravan.task set due_at = caravan.now() - interval '1 hour'");
        gauges.refresh();
        String late = world.metrics.scrape();
        assertThat(by(late, "caravan_consents_ending", "within"))
                .containsEntry("14d", 1.0)
                .containsEntry("3d", 1.0);
        assertThat(by(late, "caravan_pulls_overdue", "provider")).containsEntry("truelayer", 1.0);
        assertThat(by(late, "caravan_leases_dead", "provider")).containsEntry("truelayer", 1.0);
        assertThat(by(late, "caravan_lag_seconds", "provider").get("truelayer"))
                .isGreaterThan(80 * 86_400);
    }

    @Test
    void nothingOfAConnectionIsALabelAndEveryMetricOfOursSaysWhatItIs() {
        assertThat(after)
                .doesNotContain(connection.toString(), "john1")
                .doesNotContainPattern("[0-9a-f]{8}-[0-9a-f]{4}-")
                .doesNotContain(
                        world.texts("select provider_account_id from caravan.account")
                                .toArray(String[]::new));
        List<String> unsaid = new ArrayList<>();
        Matcher help = Pattern.compile("(?m)^# HELP (caravan_\\S+) (.*)$").matcher(after);
        while (help.find()) {
            if (help.group(2).strip().length() < 10) {
                unsaid.add(help.group(1));
            }
        }
        assertThat(unsaid).isEmpty();
    }

    @Test
    void theNodeItsProvidersCircuitsPoolAndCertificatesAreTold() {
        assertThat(by(after, "caravan_provider_running", "provider"))
                .isEqualTo(Map.of("truelayer", 1.0));
        assertThat(by(after, "caravan_deploy_refused", "provider"))
                .isEqualTo(Map.of("truelayer", 0.0));
        assertThat(by(after, "caravan_circuit_state", "route"))
                .containsEntry("truelayer.call", 0.0);
        assertThat(by(open, "caravan_circuit_state", "route")).containsEntry("truelayer.call", 2.0);
        assertThat(after).contains("caravan_node_ready 1.0", "caravan_store_up 1.0");
        assertThat(by(after, "caravan_store_connections", "state").get("most")).isEqualTo(4);
        assertThat(
                        by(after, "caravan_certificate_left_seconds", "provider").get("truelayer")
                                / 86_400)
                .isEqualTo(10.0);
    }

    @Test
    void everythingThatTheDashboardAndTheAlertsAskForIsInAScrapeAndEveryAlertHasItsEntry()
            throws Exception {
        Path folder = Path.of("..", "docs", "observability");
        String dashboard = Files.readString(folder.resolve("grafana-caravan.json"));
        String alerts = Files.readString(folder.resolve("alerts.yml"));
        List<String> missing = new ArrayList<>();
        for (String text : List.of(dashboard, alerts)) {
            List<String> names = found("\\b((?:caravan|jvm|process|system)_[a-z0-9_]+)", text);
            assertThat(names).hasSizeGreaterThan(15);
            names.stream().filter(name -> !after.contains("\n" + name)).forEach(missing::add);
        }
        assertThat(missing).isEmpty();
        assertThat(new ObjectMapper().readTree(dashboard).findValues("expr"))
                .hasSizeGreaterThan(25);

        String runbook = Files.readString(Path.of("..", "docs", "operating.md"));
        List<String> names = found("- alert: (\\S+)", alerts);
        assertThat(names)
                .hasSize(found("(?m)^### (Caravan\\S+)$", runbook).size())
                .doesNotHaveDuplicates();
        assertThat(names)
                .allSatisfy(name -> assertThat(runbook).contains("\n### " + name + "\n"))
                .allSatisfy(
                        name ->
                                assertThat(alerts)
                                        .contains(
                                                "runbook: docs/operating.md#"
                                                        + name.toLowerCase(Locale.ROOT)
                                                        + "\n"));
        assertThat(found("(?m)^ {10}(summary: .+)$", alerts)).hasSameSizeAs(names);
    }

    private static List<String> found(String pattern, String text) {
        return Pattern.compile(pattern)
                .matcher(text)
                .results()
                .map(each -> each.group(1))
                .distinct()
                .toList();
    }

    @Test
    void whileTheStoreIsAwayAScrapeIsAnsweredWithTheLastFigures() {
        Database away = new Database(world.login, 1);
        try (StoreGauges cut = new StoreGauges(away, world.meters(), world.metrics, () -> true)) {
            cut.refresh();
            away.close();
            cut.refresh();
            assertThat(by(world.metrics.scrape(), "caravan_inbox_dead", "provider"))
                    .containsEntry("truelayer", 0.0);
        }
    }
}
