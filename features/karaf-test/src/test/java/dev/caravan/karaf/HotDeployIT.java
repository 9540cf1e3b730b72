package dev.caravan.karaf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * One provider comes, goes and is exchanged in a running Karaf without a network, in the middle of
 * its pulls, and another one that is pulled and sends webhooks all the while does not notice.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class HotDeployIT {
    private static final Duration BOOT = Duration.ofMinutes(4);
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** Fault F31 wants fifty, which take some minutes: {@code -Dcaravan.redeploys=50}. */
    private static final int ROUNDS = Integer.getInteger("caravan.redeploys", 20);

    private static final int WARM_UP = 5;

    private final Schools schools = new Schools();
    private final Screenings screenings = new Screenings();
    private Path editions;
    private Installed installed;
    private Management management;
    private Traffic schooling;
    private Traffic screening;
    private String undisturbed;

    @BeforeAll
    void boots(@TempDir Path folder) throws Exception {
        editions = Files.createDirectories(folder.resolve("editions"));
        installed = Installed.byHand(folder.resolve("hot"));
        schools.settle(installed);
        screenings.settle(installed);
        assertThat(installed.script("start").status()).isZero();
        await("both run").atMost(BOOT).ignoreExceptions().until(this::bothRun);
        management = Management.of(installed);
        schools.connect(installed);
        screenings.connect(installed);
        await("webhooks are registered").atMost(PATIENCE).until(screenings::registered);
        schooling = new Traffic("schools", () -> schools.newsWhenIdle(installed));
        screening = new Traffic("screenings", () -> screenings.news(installed));
        undisturbed = other();
    }

    private boolean bothRun() throws IOException, InterruptedException {
        return installed.ready()
                && installed.state("trac").equals("runs")
                && installed.state("pliance").equals("runs");
    }

    @AfterAll
    void stops() throws Exception {
        if (schooling != null) {
            schooling.close();
            screening.close();
        }
        if (management != null) {
            management.close();
        }
        installed.close();
        schools.close();
        screenings.close();
    }

    /** The other provider's context: its name, its failed exchanges and since when it runs. */
    private String other() {
        var context = management.contexts("pliance");
        assertThat(context).hasSize(1);
        return context + " " + management.health(context.iterator().next());
    }

    private long pullsBefore;
    private long workedBefore;

    @BeforeEach
    void count() throws IOException, SQLException {
        pullsBefore = Screenings.pulls(installed);
        workedBefore = Screenings.worked(installed);
    }

    @AfterEach
    void noExchangeOfTheOtherWasDisturbed() throws IOException, SQLException {
        assertThat(screenings.disturbed(installed)).isEmpty();
        assertThat(other())
                .as("the same context, without a failed exchange")
                .isEqualTo(undisturbed);
        assertThat(Screenings.pulls(installed)).as("it was pulled").isGreaterThan(pullsBefore);
        assertThat(Screenings.worked(installed)).as("and told").isGreaterThan(workedBefore);
    }

    private void runs(String edition) {
        var before = schools.calls();
        await("version '" + edition + "' pulls")
                .atMost(PATIENCE)
                .until(
                        () ->
                                schools.calls() > before
                                        && schools.edition().equals(edition)
                                        && management.contexts("trac").size() == 1);
    }

    private void isGone() throws IOException, InterruptedException, SQLException {
        await("trac does not run")
                .atMost(PATIENCE)
                .until(() -> management.contexts("trac").isEmpty());
        assertThat(Schools.held(installed)).as("pulls ended with their page").isEmpty();
        assertThat(Schools.stored(installed)).as("its rows stay").isNotEmpty();
    }

    private void holdsWhatTheTwinHolds() throws InterruptedException {
        schooling.close();
        await("store and twin hold the same")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofSeconds(1))
                .untilAsserted(
                        () -> {
                            schools.pull(installed);
                            assertThat(Schools.stored(installed)).isEqualTo(schools.truth());
                        });
        schooling = new Traffic("schools", () -> schools.newsWhenIdle(installed));
    }

    @Test
    @Order(1)
    void byFeature() throws Exception {
        runs("");
        installed.shell("feature:uninstall caravan-trac");
        isGone();
        installed.shell("feature:install caravan-trac");
        runs("");
        holdsWhatTheTwinHolds();
    }

    @Test
    @Order(2)
    void byKar() throws Exception {
        installed.deploy(Edition.kar(editions, "0.2.0"), "newer.kar");
        runs("0.2.0");
        installed.deploy(Edition.kar(editions, "0.3.0"), "newer.kar");
        runs("0.3.0");
        Files.delete(installed.home().resolve("deploy/newer.kar"));
        runs("");
        holdsWhatTheTwinHolds();
    }

    @Test
    @Order(3)
    void byBundleAndAnUpgradeUnderALocalEditSaysSo() throws Exception {
        installed.deploy(Edition.bundle(editions, "0.4.0"), "trac.jar");
        runs("0.4.0");
        installed.caravan("edit", "trac", "transactions.sql");
        installed.deploy(Edition.bundle(editions, "0.5.0"), "trac.jar");
        runs("0.5.0");
        assertThat(installed.shell("caravan:providers")).contains("0.5.0");
        Files.delete(installed.home().resolve("deploy/trac.jar"));
        runs("");
        holdsWhatTheTwinHolds();
    }

    @Test
    @Order(4)
    void againAndAgainInTheMiddleOfAPullWithNothingLostDoubledOrLeaked() throws Exception {
        var editions = new String[] {address("0.6.0"), address("0.7.0")};
        Map<String, Long> warm = null;
        for (int round = 1; round <= ROUNDS; round++) {
            await("a pull is under way")
                    .atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(20))
                    .until(() -> Schools.underWay(installed) > 0);
            round(round, editions);
            if (round == WARM_UP) {
                pullsAgain();
                warm = figures();
            }
        }
        pullsAgain();
        holdsWhatTheTwinHolds();
        var now = figures();
        var before = warm;
        assertThat(now.keySet()).isEqualTo(before.keySet());
        assertThat(now)
                .as("as after the warm-up: %s", before)
                .allSatisfy(
                        (what, count) ->
                                assertThat(count)
                                        .as(what)
                                        .isLessThanOrEqualTo(allowed(what, before.get(what))));
    }

    /** The version that came last has made calls, so that it has all that it will have. */
    private void pullsAgain() {
        await("the last version runs")
                .atMost(PATIENCE)
                .until(() -> management.contexts("trac").size() == 1);
        var before = schools.calls();
        await("and pulls").atMost(PATIENCE).until(() -> schools.calls() > before);
    }

    /** One of five rounds brings another version, the rest the same one in every other way. */
    private void round(int round, String... editions) {
        var before = management.contexts("trac");
        switch (round % 5) {
            case 0 -> {
                management.bundle("update", "caravan-trac", editions[round / 5 % 2]);
                exchanged(before);
            }
            case 1 -> {
                management.bundle("stop", "caravan-trac");
                management.bundle("start", "caravan-trac");
            }
            case 2 -> management.bundle("restart", "caravan-trac");
            default -> management.bundle("refresh", "caravan-trac");
        }
    }

    /** Heap by the tenth of fault F31; threads come and go by a few, the rest by none. */
    private static long allowed(String what, long before) {
        return switch (what) {
            case "heap" -> before + before / 10;
            case "threads", "connections to the store" -> before + 10;
            default -> before;
        };
    }

    private String address(String version) throws IOException {
        return Edition.bundle(editions, version).toUri().toString();
    }

    private void exchanged(Set<String> before) {
        await("the next version runs")
                .atMost(PATIENCE)
                .until(
                        () -> {
                            var now = management.contexts("trac");
                            return now.size() == 1 && !now.equals(before);
                        });
    }

    /** What a bundle that goes might leave behind. */
    private Map<String, Long> figures() throws IOException, SQLException {
        var objects = management.objects();
        var threads = management.threads();
        return new TreeMap<>(
                Map.of(
                        "heap", management.heap(),
                        "MBeans", (long) management.mbeans(),
                        "threads", threads.values().stream().mapToLong(count -> count).sum(),
                        "guards of calls", threads.getOrDefault("caravan-call-guard", 0L),
                        "contexts",
                                objects.getOrDefault(
                                        "org.apache.camel.impl.DefaultCamelContext", 0L),
                        "providers", objects.getOrDefault("dev.caravan.deploy.ProviderContext", 0L),
                        "class loaders",
                                objects.getOrDefault(
                                        "org.apache.felix.framework.BundleWiringImpl$BundleClassLoader",
                                        0L),
                        "connections to the store",
                                Booked.number(
                                        installed,
                                        "select count(*) from pg_stat_activity where usename ="
                                                + " 'caravan'")));
    }
}
