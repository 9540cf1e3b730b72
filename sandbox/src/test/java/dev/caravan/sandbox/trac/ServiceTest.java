package dev.caravan.sandbox.trac;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.sandbox.Json;
import dev.caravan.sandbox.MovableClock;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.Properties;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServiceTest {
    private final MovableClock clock = MovableClock.at("2026-11-21T10:00:00Z");
    @TempDir Path folder;

    @Test
    void theConfigurationFileBecomesSettings() throws Exception {
        Path key = Files.writeString(folder.resolve("app.pem"), Caller.KEYS.publicPem());
        Map<String, String> values = Map.of("port", "0", "schools", "1", "membersAs", "object");

        try (TracService service = TracService.start(values, key.toString(), "")) {
            TracTwin twin = service.twin().orElseThrow();
            assertThat(twin.schools()).hasSize(2);
            assertThat(twin.settings().membersAs()).isEqualTo("object");
            assertThat(twin.base().getHost()).isEqualTo("127.0.0.1");
            Caller caller = Caller.of(twin, Clock.systemUTC());
            assertThat(caller.app("GET", "apps", caller.jwt())).isEqualTo("200");
        }
    }

    @Test
    void withoutAPortThereIsNoTwin() {
        try (TracService service = TracService.start(Map.of("port", ""), "", "")) {
            assertThat(service.twin()).isEmpty();
        }
    }

    @Test
    void anUnknownSettingOrAMissingKeyFileIsRefusedWithItsName() {
        Map<String, String> unknown = Map.of("port", "0", "portt", "1");
        Map<String, String> known = Map.of("port", "0");
        String missing = folder.resolve("missing").toString();

        assertThatThrownBy(() -> TracService.start(unknown, "", "")).hasMessageContaining("portt");
        assertThatThrownBy(() -> TracService.start(known, missing, ""))
                .hasMessageContaining("trac.current.key.file");
    }

    @Test
    void theShippedFileAndTheBlueprintNameTheSameKeys() throws Exception {
        Properties shipped = new Properties();
        try (var in = Files.newInputStream(Path.of("caravan.sandbox.trac.cfg"))) {
            shipped.load(in);
        }
        String blueprint =
                Files.readString(Path.of("src/main/resources/OSGI-INF/blueprint/trac.xml"));
        TreeSet<String> named = new TreeSet<>();
        java.util.regex.Pattern.compile("<cm:property name=\"([^\"]+)\"")
                .matcher(blueprint)
                .results()
                .forEach(match -> named.add(match.group(1)));
        TreeSet<String> used = new TreeSet<>();
        java.util.regex.Pattern.compile("\"\\$trac\\{([a-z.]+)}\"")
                .matcher(blueprint)
                .results()
                .forEach(match -> used.add(match.group(1)));

        assertThat(shipped.stringPropertyNames()).isEqualTo(named).isEqualTo(used);
    }

    @Test
    void tokensAndInstallationsSurviveARestart() throws Exception {
        TracSettings settings =
                TracSettings.defaults().stateFile(folder.resolve("twin.json").toString());
        String token;
        String school;
        String disabled;
        TracTruth before;
        try (TracTwin twin = TracTwin.start(settings, clock)) {
            token = twin.token(twin.installations().get(0).id());
            school = twin.schools().get(0).id();
            twin.installations().get(0).drop(school);
            twin.installations().get(1).disable();
            disabled = twin.installations().get(1).id();
            before = twin.truth();
        }
        clock.advance(Duration.ofMinutes(10));

        try (TracTwin twin = TracTwin.start(settings, clock)) {
            Caller caller = Caller.of(twin, clock);
            assertThat(caller.data("installation/organizations", token)).isEqualTo("200");
            assertThat(caller.data("orgs/" + school + "/members", token)).startsWith("403");
            assertThat(twin.installation(disabled).state()).isEqualTo(Installation.State.DISABLED);
            assertThat(twin.truth().kinds()).isEqualTo(before.kinds());
        }
    }

    @Test
    void aScanGoesOnAfterARestart() throws Exception {
        TracSettings settings =
                TracSettings.defaults().stateFile(folder.resolve("twin.json").toString());
        String token;
        String key;
        String path;
        try (TracTwin twin = TracTwin.start(settings, clock)) {
            token = twin.token(twin.installations().get(0).id());
            path = "orgs/" + twin.schools().get(0).id() + "/members?per_page=5";
            key = Caller.of(twin, clock).page("members", path, token).lastKey();
        }
        try (TracTwin twin = TracTwin.start(settings, clock)) {
            String next = path + "&start_key=" + Caller.encode(key);
            assertThat(Caller.of(twin, clock).page("members", next, token).rows()).hasSize(5);
        }
    }

    @Test
    void twoTwinsOfOneSeedAreEqual() {
        try (TracTwin one = TracTwin.start(TracSettings.defaults(), clock);
                TracTwin two = TracTwin.start(TracSettings.defaults(), clock);
                TracTwin other = TracTwin.start(TracSettings.defaults().seed(7), clock)) {
            assertThat(one.truth().kinds()).isEqualTo(two.truth().kinds());
            assertThat(one.truth().transactions()).isEqualTo(two.truth().transactions());
            assertThat(one.truth().members()).isEqualTo(two.truth().members());
            assertThat(one.truth().kind("party")).isNotEqualTo(other.truth().kind("party"));
        }
    }

    @Test
    void theTruthOverHttpIsTheTruthInJava() throws Exception {
        try (TracTwin twin = TracTwin.start(TracSettings.defaults(), clock)) {
            Caller caller = Caller.of(twin, clock);
            JsonNode kinds =
                    Caller.body(
                            caller.http()
                                    .send(
                                            java.net.http.HttpRequest.newBuilder(
                                                            twin.base().resolve("/twin/truth"))
                                                    .build(),
                                            java.net.http.HttpResponse.BodyHandlers.ofByteArray()));

            assertThat(kinds)
                    .extracting(one -> one.path("kind").asText())
                    .containsExactly(
                            "organization",
                            "party",
                            "party_identifier",
                            "account",
                            "balance",
                            "transaction");
            JsonNode rows = kinds.path(5);
            String ids = String.join("\n", twin.truth().transactionIds());
            byte[] hash =
                    MessageDigest.getInstance("SHA-256")
                            .digest(ids.getBytes(StandardCharsets.UTF_8));
            assertThat(rows.path("digest").asText()).isEqualTo(HexFormat.of().formatHex(hash));
            assertThat(rows.path("count").asInt()).isEqualTo(2 * (3 * 60 + 2 * 6));
            assertThat(new BigDecimal(rows.path("sum").asText()))
                    .isEqualTo(
                            twin.truth().transactions().stream()
                                    .map(Transaction::amount)
                                    .reduce(BigDecimal.ZERO, BigDecimal::add));
            assertThat(kinds.path(2).has("digest")).isFalse();
            assertThat(kinds.path(3).has("sum")).isFalse();
            assertThat(kinds.path(3).path("count")).isEqualTo(kinds.path(4).path("count"));
        }
    }

    @Test
    void theControlsDoOverHttpWhatJavaDoes() throws Exception {
        try (TracTwin twin = TracTwin.start(TracSettings.defaults(), clock)) {
            Caller caller = Caller.of(twin, clock);
            Organization school = twin.schools().get(1);
            Installation owner = twin.installations().get(0);
            int before = twin.truth().transactions().size();
            String home = school.id();

            assertThat(control(caller, "grow", Map.of("rows", 3)).path("transactions")).hasSize(3);
            control(caller, "unsettled", Map.of("organization", home, "rows", 2));
            control(caller, "settle-late", Map.of("organization", home, "rows", 4, "minutes", 90));
            assertThat(twin.truth().transactions()).hasSize(before + 7);
            assertThat(control(caller, "settle", Map.of("organization", home)).path("transactions"))
                    .hasSize(4);
            String row = school.transactions().get(0).id();
            control(caller, "edit", Map.of("organization", home, "transaction", row, "pence", -1));
            assertThat(school.transactions().get(0).amountMinor()).isEqualTo(-1);
            control(caller, "delete", Map.of("organization", home, "transaction", row));
            assertThat(twin.truth().transactions()).hasSize(before + 10);

            control(caller, "settings", Map.of("perPageMaximum", 99));
            assertThat(twin.settings().perPageMaximum()).isEqualTo(99);
            String token = twin.token(owner.id());
            control(caller, "expire-tokens", Map.of("installation", owner.id()));
            assertThat(caller.data("installation/organizations", token)).startsWith("403");
            control(caller, "drop", Map.of("installation", owner.id(), "organization", home));
            assertThat(owner.granted()).doesNotContain(home);
            control(caller, "grant", Map.of("installation", owner.id(), "organization", home));
            assertThat(owner.granted()).contains(home);
            for (String verb : new String[] {"disable", "remove", "enable"}) {
                control(caller, verb, Map.of("installation", owner.id()));
            }
            assertThat(owner.state()).isEqualTo(Installation.State.ACTIVE);
            JsonNode tree = control(caller, "installations", Map.of());
            assertThat(tree.path("installations").path(0).path("organizations")).hasSize(5);
            assertThat(caller.post("/twin/nothing", "none", Map.of()).statusCode()).isEqualTo(404);
            assertThat(caller.post("/twin/grow", "none", Map.of("organization", "x")).statusCode())
                    .isEqualTo(400);
        }
    }

    private static JsonNode control(Caller caller, String name, Object body) throws Exception {
        var answer = caller.post("/twin/" + name, "none", body);
        assertThat(answer.statusCode()).as(name).isLessThan(300);
        return answer.body().length == 0 ? Json.object() : Caller.body(answer);
    }

    @Test
    void aHundredThousandTransactionsArePulledPageByPage() throws Exception {
        TracSettings settings =
                TracSettings.defaults().installations(1).depth(1).schools(1).transactions(100_000);
        try (TracTwin twin = TracTwin.start(settings, clock)) {
            String token = twin.token(twin.installations().get(0).id());
            String path =
                    "orgs/"
                            + twin.schools().get(0).id()
                            + "/transactions?per_page=1000&member_txns=true&core.state.eq=processed"
                            + "&member_txns_sales=";
            Caller caller = Caller.of(twin, clock);
            int rows = caller.all("transactions", path + "true", token).size();

            assertThat(rows + caller.all("transactions", path + "false", token).size())
                    .isEqualTo(100_000);
            assertThat(twin.truth().transactionIds()).hasSize(100_000);
        }
    }
}
