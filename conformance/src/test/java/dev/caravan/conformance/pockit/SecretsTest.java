package dev.caravan.conformance.pockit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.conformance.FrontDesk;
import dev.caravan.conformance.House;
import dev.caravan.sandbox.pockit.Browser;
import dev.caravan.sandbox.pockit.PockitSettings;
import dev.caravan.sandbox.pockit.ThrowawayCertificate;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** No code, token, client secret or line of the certificate lies in the store or in the log. */
class SecretsTest {
    private static final String CLIENT = "canary-4f1c9d2e7b60";

    @Test
    void nothingSecretIsFoundInTheStoreOrInTheLog() {
        PrintStream before = System.err;
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
        Instant now = Instant.now();
        PockitSettings settings =
                PockitSettings.defaults()
                        .with("clientSecret", CLIENT)
                        .with("accountsPerUser", 1)
                        .with("autoUser", "user2")
                        .with(
                                "certificate",
                                ThrowawayCertificate.pem(
                                        now.minus(Duration.ofDays(1)),
                                        now.plus(Duration.ofDays(100))));
        try (Pockit pockit = Pockit.of(settings, Map.of());
                FrontDesk desk = FrontDesk.before(pockit.house)) {
            liveAndFail(pockit, desk);
            Set<String> secrets = secrets(pockit);
            List<String> store = store(pockit.house);
            System.setErr(before);
            String said = log.toString(StandardCharsets.UTF_8);

            assertThat(secrets).hasSizeGreaterThan(20);
            assertThat(said).contains("CARAVAN-CONSENT");
            assertThat(store).hasSizeGreaterThan(50);
            assertThat(found(secrets, store)).as("in the store").isEmpty();
            assertThat(found(secrets, List.of(said))).as("in the log").isEmpty();
            assertThat(found(secrets, List.of("x" + secrets.iterator().next())))
                    .as("the search itself can find one")
                    .hasSize(1);
        } finally {
            System.setErr(before);
        }
    }

    private static void liveAndFail(Pockit pockit, FrontDesk desk) {
        UUID connection = connect(pockit, desk);
        pockit.house.tick("pull");
        pockit.house.awaitPull(connection, null);
        renew(pockit, connection);
        pockit.twin.faults().on("access-token").html(200).times(1);
        renew(pockit, connection);
        pockit.twin.faults().pages("accounts/{id}/transactions").wordAsAmount().times(1);
        pockit.twin.faults().on("accounts").html(502).times(1);
        renew(pockit, connection);
        pockit.twin.faults().on("access-token").losesTheAnswer().times(1);
        connect(pockit, desk);
        pockit.twin.faults().on("access-token").losesTheAnswer().times(1);
        renew(pockit, connection);
        assertThat(pockit.house.state(connection)).isEqualTo("reauth_required");
    }

    private static UUID connect(Pockit pockit, FrontDesk desk) {
        var begun = pockit.house.journeys.begin("pockit", "someone");
        URI bank =
                URI.create(
                        desk.get("/connect/" + begun.link())
                                .headers()
                                .firstValue("Location")
                                .orElseThrow());
        URI back = new Browser().follow(bank);
        desk.get(back.getRawPath() + "?" + back.getRawQuery());
        return begun.connection();
    }

    private static void renew(Pockit pockit, UUID connection) {
        pockit.house.advance(Duration.ofMinutes(56));
        pockit.pull(connection);
    }

    private static Set<String> secrets(Pockit pockit) {
        Set<String> secrets = new HashSet<>(pockit.twin.truth().secretsIssued());
        secrets.add(CLIENT);
        for (String secret : List.copyOf(secrets)) {
            byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
            secrets.add(HexFormat.of().formatHex(bytes));
            secrets.add(Base64.getEncoder().withoutPadding().encodeToString(bytes));
        }
        pockit.twin
                .settings()
                .application()
                .certificate()
                .lines()
                .filter(line -> !line.startsWith("-----"))
                .forEach(secrets::add);
        return secrets;
    }

    /** Every row of every table as text; bytea shows as hex. */
    private static List<String> store(House house) {
        List<String> rows = new ArrayList<>();
        for (String table :
                house.texts(
                        "select table_name from information_schema.tables where table_schema ="
                                + " 'caravan' and table_type = 'BASE TABLE'")) {
            rows.addAll(house.texts("select t::text from caravan." + table + " t"));
        }
        return rows;
    }

    private static List<String> found(Set<String> secrets, List<String> texts) {
        return texts.stream().filter(text -> secrets.stream().anyMatch(text::contains)).toList();
    }
}
