package dev.caravan.karaf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caravan.sandbox.Canaries;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * kill -9 while webhooks pour in, of Karaf and of the postmaster: what was acknowledged is in the
 * inbox exactly once and is worked on in the end; what was not is there at most once.
 */
class KilledInboxIT {
    private static final Duration BOOT = Duration.ofSeconds(120);
    private static final String ROUTE =
            """
            <camel xmlns="http://camel.apache.org/schema/xml-io">
              <route id="sesame.inbox"><from uri="quartz:sesame/inbox?cron=0/1+*+*+*+*+?&amp;stateful=true"/>
                <bean ref="inbox" method="claim(2000)"/>
                <split><simple>${body}</simple>
                  <setProperty name="event"><simple>${body}</simple></setProperty>
                  <setProperty name="pull"><simple>${body.pull}</simple></setProperty>
                  <bean ref="inbox" method="done"/>
                </split>
              </route>
            </camel>
            """;
    private static final String SETTINGS =
            "webhook.verifier = header\nwebhook.header = X-Sesame\nwebhook.secret ="
                    + " $[secret:sesame.webhook.secret]\nwebhook.http = loopback\n";

    private static final String PROOF = "canary-of-the-header-0123456789";
    private static final String OWN = "canary-of-the-connection-0123456789";

    @TempDir Path folder;

    @Test
    void whatWasAcknowledgedOutlivesKillsOfKarafAndOfPostgres()
            throws IOException, InterruptedException, SQLException {
        try (var installed = Installed.byHand(folder.resolve("killed"))) {
            var routes = Files.createDirectories(installed.home().resolve("routes/sesame"));
            Files.writeString(routes.resolve("sesame.xml"), ROUTE);
            Files.writeString(
                    installed.home().resolve("etc/caravan.provider.sesame.cfg"), SETTINGS);
            Files.writeString(installed.home().resolve("etc/secrets/sesame.webhook.secret"), PROOF);
            starts(installed);
            var address = address(installed);

            var posting = new Posting(address, PROOF);
            try (posting) {
                pours(posting);
                installed.kill();
                starts(installed);
                pours(posting);
                var postmaster = installed.processes().get(1);
                postmaster.destroyForcibly();
                postmaster.onExit().join();
                pours(posting);
            }

            var kept = kept(installed, "true");
            assertThat(kept).as("nothing twice").doesNotHaveDuplicates();
            assertThat(new HashSet<>(kept)).containsAll(posting.answered);
            assertThat(kept.size() - posting.answered.size())
                    .as("others are known to their sender as not acknowledged")
                    .isBetween(0, posting.unanswered.size());
            assertThat(posting.unanswered).as("the kills were felt").isNotEmpty();
            await("all are worked on")
                    .atMost(Duration.ofMinutes(2))
                    .pollInterval(Duration.ofSeconds(1))
                    .until(() -> kept(installed, "state <> 'done'").isEmpty());
            if (System.getProperty("os.arch").equals("amd64")
                    && System.getProperty("os.name").equals("Linux")) {
                assertThat(installed.get(installed.ports().admin(), "/metrics").body())
                        .as("the native provider for ES512 works inside Karaf")
                        .contains(
                                "caravan_webhook_es512{provider=\"AmazonCorrettoCryptoProvider\"");
            }
            nothingSecretLiesWhereItDoesNotBelong(installed, address);
        }
    }

    /** After all of it: logs, configuration, heap and WAL files, what the node tells of itself. */
    private static void nothingSecretLiesWhereItDoesNotBelong(Installed installed, URI address)
            throws IOException, InterruptedException {
        var path = address.getPath();
        var etc = installed.home().resolve("etc");
        var belong =
                List.of(
                        etc.resolve("caravan.vault.key"),
                        etc.resolve("caravan.admin.key"),
                        etc.resolve("secrets/sesame.webhook.secret"));
        var canaries =
                new Canaries(
                        List.of(
                                PROOF,
                                OWN,
                                path.substring(path.lastIndexOf('/') + 1),
                                installed.etc("caravan.vault.key").strip(),
                                installed.etc("caravan.admin.key").strip()));
        assertThat(canaries.below(installed.home(), file -> false)).containsAll(belong);
        assertThat(canaries.below(installed.home(), belong::contains)).isEmpty();
        for (var told : List.of("/metrics", "/health/ready")) {
            assertThat(canaries.in(installed.get(installed.ports().admin(), told).body()))
                    .as(told)
                    .isFalse();
        }
    }

    private static void starts(Installed installed) throws IOException, InterruptedException {
        assertThat(installed.script("start").status()).isZero();
        await("the node is there")
                .atMost(BOOT)
                .ignoreExceptions()
                .until(() -> health(installed).contains("\"sesame\""));
    }

    private static String health(Installed installed) throws IOException, InterruptedException {
        return installed.get(installed.ports().admin(), "/health/ready").body();
    }

    private static void pours(Posting posting) {
        var before = posting.answered.size();
        await("events are acknowledged")
                .atMost(Duration.ofMinutes(2))
                .until(() -> posting.answered.size() > before + 2_000);
    }

    private static URI address(Installed installed) throws IOException, InterruptedException {
        var json = new ObjectMapper();
        var made =
                json.readTree(
                        installed.admin(
                                "/connections",
                                "{\"provider\":\"sesame\",\"user\":\"load\",\"secrets\":{\"api.secret\":\""
                                        + OWN
                                        + "\"}}"));
        var address =
                json.readTree(
                        installed.admin(
                                "/connections/" + made.get("connection").asText() + "/webhook",
                                ""));
        var path = URI.create(address.get("url").asText()).getPath();
        return URI.create("http://127.0.0.1:" + installed.ports().of("CARAVAN_PUBLIC_PORT") + path);
    }

    private static List<String> kept(Installed installed, String where)
            throws IOException, SQLException {
        var types = new ArrayList<String>();
        try (var store = Booked.reader(installed);
                var rows =
                        store.createStatement()
                                .executeQuery("select type from ledger.inbox where " + where)) {
            while (rows.next()) {
                types.add(rows.getString(1));
            }
        }
        return types;
    }
}
