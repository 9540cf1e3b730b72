package dev.caravan.karaf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/**
 * The archive, unpacked by hand in a folder with a space in its name and started by its own script.
 * One provider is taken out before, to come from its KAR.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DistributionIT {

    private static final Duration BOOT = Duration.ofSeconds(90);
    private static final String FROM_ITS_KAR = "trac";
    private static final List<String> OTHERS =
            List.of("truelayer", "pockit", "leatherback", "pliance");

    private Path folder;
    private Installed installed;

    @BeforeAll
    void boots(@TempDir Path given) throws IOException, InterruptedException {
        folder = given;
        installed = Installed.byHand(folder.resolve("first one"));
        installed.takeOut(FROM_ITS_KAR);
        assertThat(installed.script("start").status()).isZero();
        await("every bundle of the boot features is active and the store is open")
                .atMost(BOOT)
                .until(installed::ready);
    }

    @AfterAll
    void stops() throws IOException, InterruptedException {
        installed.close();
        assertThat(installed.runs()).isFalse();
    }

    @Test
    void asksNoRepositoryOnANetworkForAnything() throws IOException {
        var settings = new Properties();
        settings.load(new StringReader(installed.etc("org.ops4j.pax.url.mvn.cfg")));

        assertThat(settings.getProperty("org.ops4j.pax.url.mvn.repositories")).isBlank();
    }

    @Test
    @EnabledIf("dev.caravan.karaf.Sockets#known")
    void listensAndTalksOnTheLoopbackAddressOnly() throws IOException {
        var sockets = Sockets.of(installed.processes());

        assertThat(sockets).isNotEmpty().allMatch(Sockets.Socket::onLoopback);
        assertThat(sockets.stream().filter(Sockets.Socket::listens).map(Sockets.Socket::port))
                .contains(
                        installed.ports().of("CARAVAN_SSH_PORT"),
                        installed.ports().of("CARAVAN_RMI_REGISTRY_PORT"),
                        installed.ports().of("CARAVAN_RMI_SERVER_PORT"),
                        installed.ports().of("CARAVAN_STORE_PORT"),
                        installed.ports().admin());
    }

    @Test
    void drawsSecretsOfItsOwnThatOnlyItsOwnerReads() throws IOException, InterruptedException {
        var other = Installed.byHand(folder.resolve("second one"));
        other.script("status"); // which draws nothing
        assertThat(other.etc("users.properties")).doesNotContain("karaf =");
        assertThat(secretsOf(other)).isNotEqualTo(secretsOf(installed));
        for (var name : new String[] {"users.properties", "caravan.vault.key"}) {
            var mode = Files.getPosixFilePermissions(installed.home().resolve("etc").resolve(name));
            assertThat(PosixFilePermissions.toString(mode)).isEqualTo("rw-------");
        }
    }

    @Test
    void letsItsOwnerIntoTheShellWithoutTypingThePassword()
            throws IOException, InterruptedException {
        assertThat(installed.shell("feature:list -i"))
                .contains("caravan-camel", "caravan-runtime")
                .contains(OTHERS.stream().map("caravan-"::concat).toList())
                .doesNotContain("caravan-sandbox");
    }

    @Test
    void answersItsOperatorsInTheShellAndFromTheLauncherAlike()
            throws IOException, InterruptedException {
        assertThat(installed.shell("caravan:providers")).contains("truelayer", "idle", "is empty");
        assertThat(installed.shell("caravan:why 0 --json")).contains("\"code\":1");
        assertThat(installed.shell("caravan:doctor --help")).contains("doctor: looks at");
        var doctor = installed.caravan("doctor");
        assertThat(doctor.output()).contains("good  fsync", "good  secret files");
        assertThat(doctor.status()).isZero();
        assertThat(installed.caravan("why", "0").status()).isEqualTo(1);
        assertThat(installed.caravan("runs", "--nosuch").status()).isEqualTo(2);
        assertThat(installed.caravan("connections", "--provider", "\"; drop\\").status()).isZero();
    }

    @Test
    void takesAProviderFromItsKarWithoutANetwork() throws IOException, InterruptedException {
        assertThat(health()).doesNotContain(FROM_ITS_KAR);

        installed.deploy(FROM_ITS_KAR);

        await("the provider waits for its settings, as the others do")
                .atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(health()).contains(FROM_ITS_KAR));
        assertThat(installed.shell("feature:list -i")).contains("caravan-" + FROM_ITS_KAR);
    }

    @Test
    void buildsAKarOfEachProvider() throws IOException {
        for (var provider : OTHERS) {
            assertThat(Installed.kar(provider)).isNotEmptyFile();
        }
    }

    private String health() throws IOException, InterruptedException {
        return installed.get(installed.ports().admin(), "/health/ready").body();
    }

    @Test
    void writesItsLogAsJsonWhenOneSettingSaysSo() throws IOException, InterruptedException {
        var cfg = installed.home().resolve("etc/org.ops4j.pax.logging.cfg");
        var log = installed.home().resolve("data/log/caravan.log");
        var text = Files.readString(cfg);
        var asText = "log4j2.pattern = ${log4j2.text}";
        assertThat(text).contains(asText);
        Files.writeString(cfg, text.replace(asText, "log4j2.pattern = ${log4j2.json}"));
        try {
            var word = "a \\\"quoted\\\" word";
            await("a line of the log is an object")
                    .atMost(Duration.ofSeconds(30))
                    .ignoreExceptions()
                    .untilAsserted(
                            () -> {
                                installed.shell("log:log -l ERROR '" + word + "'");
                                var lines = Files.readAllLines(log);
                                var last = new ObjectMapper().readTree(lines.get(lines.size() - 1));
                                assertThat(last.path("message").asText()).contains("quoted");
                                assertThat(last.path("time").asText()).startsWith("20");
                                assertThat(last.path("level").asText()).isNotEmpty();
                                assertThat(last.has("provider") && last.has("run")).isTrue();
                            });
        } finally {
            Files.writeString(cfg, text);
        }
    }

    @Test
    void tellsItsHealthAndMetricsThatMonitorsAskFor() throws IOException, InterruptedException {
        assertThat(health()).contains("\"status\":\"ready\"", "\"causes\":[]");
        assertThat(installed.get(installed.ports().admin(), "/health/live").statusCode())
                .isEqualTo(200);
        assertThat(installed.get(installed.ports().admin(), "/metrics").body())
                .contains(
                        "caravan_node_ready 1.0",
                        "caravan_store_up 1.0",
                        "# HELP caravan_store_connections ",
                        "jvm_memory_used_bytes",
                        "process_cpu_usage",
                        "process_uptime_seconds");
    }

    @Test
    void bringsEveryFileOfConfigIntoEtc() throws IOException {
        try (var files = Files.list(Path.of(System.getProperty("caravan.config")))) {
            var names =
                    files.map(file -> file.getFileName().toString())
                            .filter(name -> name.endsWith(".cfg"))
                            .collect(Collectors.toList());

            assertThat(names).isNotEmpty();
            assertThat(installed.home().resolve("etc").toFile().list()).containsAll(names);
        }
    }

    private static String secretsOf(Installed installation)
            throws IOException, InterruptedException {
        // drawn before anything is started, by the same script that a start reads
        var drawn =
                Command.run(
                        installation.home(),
                        java.util.Map.of("DIRNAME", installation.home().resolve("bin").toString()),
                        Duration.ofSeconds(30),
                        "",
                        List.of("sh", "-c", "KARAF_SCRIPT=karaf; . bin/setenv"));
        assertThat(drawn.status()).as(drawn.errors()).isZero();
        return installation.etc("users.properties") + installation.etc("caravan.vault.key");
    }
}
