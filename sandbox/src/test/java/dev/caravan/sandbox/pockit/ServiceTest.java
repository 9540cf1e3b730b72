package dev.caravan.sandbox.pockit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.sandbox.Json;
import dev.caravan.sandbox.MovableClock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Start, truth, controls and restart. */
class ServiceTest {
    private final MovableClock clock = MovableClock.at("2026-11-21T10:00:00Z");
    @TempDir Path folder;

    @Test
    void theConfigurationFileBecomesSettings() throws Exception {
        Path secret = Files.writeString(folder.resolve("secret"), "word-from-a-file\n");
        String pem = Application.pem("words from a file");
        Path certificate = Files.writeString(folder.resolve("app.pem"), pem);
        Map<String, String> values =
                Map.of("port", "0", "users", "7", "scopes", "a:read, b:read", "shape", "F");

        try (PockitTwin twin =
                PockitService.start(values, secret.toString(), certificate.toString())) {
            assertThat(twin.settings().holdings().users()).isEqualTo(7);
            assertThat(twin.settings().granting().scopes()).containsExactly("a:read", "b:read");
            assertThat(twin.settings().answers().shape()).isEqualTo(Answers.Shape.F);
            assertThat(twin.settings().application().clientSecret()).isEqualTo("word-from-a-file");
            assertThat(twin.settings().application().certificate()).isEqualTo(pem);
            assertThat(twin.base().getHost()).isEqualTo("127.0.0.1");
        }
    }

    @Test
    void theShippedConfigurationAndTheBlueprintHaveTheSameKeysAndWork() throws Exception {
        Properties shipped = new Properties();
        try (var in = Files.newBufferedReader(Path.of("caravan.sandbox.pockit.cfg"))) {
            shipped.load(in);
        }
        String blueprint =
                Files.readString(Path.of("src/main/resources/OSGI-INF/blueprint/pockit.xml"));
        TreeSet<String> keys = new TreeSet<>(shipped.stringPropertyNames());
        var names =
                java.util.regex.Pattern.compile("property name=\"([^\"]+)\" value=\"([^\"]*)\"")
                        .matcher(blueprint);
        TreeSet<String> defaults = new TreeSet<>();
        while (names.find()) {
            defaults.add(names.group(1));
            assertThat(shipped.getProperty(names.group(1))).isEqualTo(names.group(2));
        }
        assertThat(keys).isEqualTo(defaults);

        Map<String, String> values = new java.util.HashMap<>();
        var entries =
                java.util.regex.Pattern.compile("entry key=\"([^\"]+)\" value=\"\\$\\{(.*?)}\"")
                        .matcher(blueprint);
        while (entries.find()) {
            values.put(entries.group(1), shipped.getProperty(entries.group(2)));
        }
        values.put("port", "0");
        try (PockitTwin twin = PockitService.start(values, "", "")) {
            twin.connect("user20");
            assertThat(twin.truth().accounts()).hasSize(2);
        }
    }

    @Test
    void anUnknownOrImpossibleSettingIsRefusedWithItsName() {
        PockitSettings settings = PockitSettings.defaults();

        assertThatThrownBy(() -> settings.with("shap", "F")).hasMessageContaining("shap");
        assertThatThrownBy(() -> settings.with("shape", "G")).hasMessageContaining("G");
        assertThatThrownBy(() -> settings.with("clientId", "a:b")).hasMessageContaining("clientId");
        assertThatThrownBy(() -> settings.with("apiPrefix", "v1"))
                .hasMessageContaining("apiPrefix");
        assertThatThrownBy(() -> settings.with("paymentSteps", "Pending"))
                .hasMessageContaining("paymentSteps");
    }

    @Test
    void noTwoGroupsOfSettingsShareAName() {
        List<String> names = new java.util.ArrayList<>();
        Json.tree(PockitSettings.defaults())
                .forEach(group -> group.fieldNames().forEachRemaining(names::add));

        assertThat(names).doesNotHaveDuplicates();
    }

    @Test
    void consentsRowsAndPaymentsSurviveARestart() throws Exception {
        PockitSettings settings =
                PockitSettings.defaults()
                        .with("stateFile", folder.resolve("twin.json").toString())
                        .with("arrivalsPerDay", 2);
        Tokens tokens;
        List<Transaction> before;
        String uuid;
        try (PockitTwin twin = PockitTwin.start(settings, clock)) {
            tokens = twin.connect("user1");
            String id = twin.id(twin.accounts("user1").get(0));
            twin.grow(id, 5);
            twin.settlePending(id);
            Caller caller = Caller.of(twin, clock);
            caller.get("/accounts", tokens.accessToken());
            var wish = caller.aisp().put("scope", "pisp");
            wish.set("payinfo", PaymentTest.details());
            uuid = wish.path("uuid").asText();
            var callback = new Browser().allow(caller.location(wish), "user2");
            var pair =
                    Caller.body(caller.exchange(Caller.query(callback).get("authorisation_code")));
            caller.pay(PaymentTest.details(), pair.path("access_token").asText(), uuid);
            before = twin.truth().booked(id);
        }
        clock.advance(Duration.ofMinutes(10));

        try (PockitTwin twin = PockitTwin.start(settings, clock)) {
            Caller caller = Caller.of(twin, clock);
            String id = twin.id(twin.accounts("user1").get(0));
            assertThat(caller.get("/accounts", tokens.accessToken()).statusCode()).isEqualTo(200);
            assertThat(caller.refresh(tokens.refreshToken()).statusCode()).isEqualTo(200);
            assertThat(twin.truth().booked(id))
                    .extracting(Transaction::identity)
                    .containsExactlyInAnyOrderElementsOf(
                            before.stream().map(Transaction::identity).toList());
            assertThat(twin.truth().payments()).extracting(Payment::key).containsExactly(uuid);
            clock.advance(Duration.ofDays(2));
            assertThat(twin.truth().booked(id)).hasSize(before.size() + 4);
        }
    }

    @Test
    void twoTwinsOfOneSeedAreEqual() {
        PockitSettings seven = PockitSettings.defaults().with("seed", 7);
        try (PockitTwin one = PockitTwin.start(PockitSettings.defaults(), clock);
                PockitTwin two = PockitTwin.start(PockitSettings.defaults(), clock);
                PockitTwin other = PockitTwin.start(seven, clock)) {
            one.connect("user1");
            two.connect("user1");
            other.connect("user1");

            assertThat(one.truth().accounts()).isEqualTo(two.truth().accounts());
            assertThat(one.truth().accounts()).isNotEqualTo(other.truth().accounts());
        }
    }

    @Test
    void theTruthCountsWhatConsentsSoFarMaySee() throws Exception {
        try (PockitTwin twin = PockitTwin.start(PockitSettings.defaults(), clock)) {
            assertThat(kind(twin, "transaction").path("count").asInt()).isZero();
            assertThat(kind(twin, "transaction").path("sum").asText()).isEqualTo("0.00");
            twin.change(twin.settings().with("scopes", Granting.SEED_SCOPES));
            twin.connect("user1");
            assertThat(kind(twin, "account").path("count").asInt()).isEqualTo(2);
            assertThat(kind(twin, "balance").path("count").asInt()).isEqualTo(2);
            assertThat(kind(twin, "beneficiary").path("count").asInt()).isEqualTo(6);
            assertThat(kind(twin, "transaction").path("count").asInt()).isZero();

            twin.change(twin.settings().with("scopes", "accounts:read,transactions:read"));
            twin.connect("user2");
            JsonNode rows = kind(twin, "transaction");
            List<AccountTruth> second =
                    twin.truth().accounts().stream().filter(a -> a.user().equals("user2")).toList();
            assertThat(kind(twin, "account").path("count").asInt()).isEqualTo(4);
            assertThat(rows.path("count").asInt()).isEqualTo(80);
            assertThat(rows.path("sum").asText())
                    .isEqualTo(second.get(0).sum().add(second.get(1).sum()).toPlainString());
            assertThat(kind(twin, "transaction_pending").path("count").asInt()).isEqualTo(4);
            String ids =
                    twin.truth().accounts().stream()
                            .map(AccountTruth::accountId)
                            .sorted()
                            .reduce((a, b) -> a + "\n" + b)
                            .orElseThrow();
            assertThat(kind(twin, "account").path("digest").asText()).isEqualTo(sha256(ids));
        }
    }

    @Test
    void theControlsWorkOverHttp() throws Exception {
        try (PockitTwin twin = PockitTwin.start(PockitSettings.defaults(), clock)) {
            Caller caller = Caller.of(twin, clock);
            String token = twin.connect("user1").accessToken();
            String id = twin.id(twin.accounts("user1").get(0));

            caller.control("grow", Json.object().put("account", id).put("rows", 3));
            caller.control("grow", Json.object().put("rows", 1));
            assertThat(twin.truth().of(id).count()).isEqualTo(44);
            caller.control("settle", Json.object().put("account", id));
            assertThat(twin.truth().pending(id)).isEmpty();
            caller.control("settings", Json.object().put("shape", "F").put("pageSize", 3));
            assertThat(twin.settings().answers().pageSize()).isEqualTo(3);
            caller.control(
                    "faults",
                    Json.object()
                            .put("endpoint", "accounts")
                            .put("kind", "next_self")
                            .put("times", 1));
            assertThat(caller.read("/accounts", token).at("/Links/Next").asText())
                    .endsWith("/v1/accounts");
            caller.control("expire", Json.object().put("user", "user1"));
            assertThat(caller.get("/accounts", token).statusCode()).isEqualTo(401);
            caller.control("revoke", Json.object().put("user", "user1"));
            assertThat(twin.consent("user1").revoked()).isTrue();
            assertThat(caller.control("settings", Json.object().put("x", 1)).statusCode())
                    .isEqualTo(400);
            assertThat(caller.control("nothing", Json.object()).statusCode()).isEqualTo(404);
            assertThat(caller.control("revoke", Json.object()).statusCode()).isEqualTo(400);
        }
    }

    @Test
    void aLongListOnOnePageIsServedInAStream() throws Exception {
        PockitSettings settings =
                PockitSettings.defaults()
                        .with("transactionsPerAccount", 30_000)
                        .with("pageSize", 0);
        try (PockitTwin twin = PockitTwin.start(settings, clock)) {
            String token = twin.connect("user1").accessToken();
            String id = twin.id(twin.accounts("user1").get(0));

            String path = "/accounts/" + id + "/transactions";
            assertThat(Caller.of(twin, clock).get(path, token).body().length)
                    .isGreaterThan(8_000_000);
            assertThat(twin.truth().of(id).count()).isEqualTo(30_000);
        }
    }

    @Test
    void aThrowawayCertificateIsValidInItsTimeAndNoOther() {
        Instant now = clock.instant();
        String pem = ThrowawayCertificate.pem(now, now.plus(Duration.ofDays(1)));

        assertThat(CertificateSecret.valid(pem, now)).isTrue();
        assertThat(CertificateSecret.valid(pem, now.plus(Duration.ofDays(2)))).isFalse();
        assertThat(CertificateSecret.valid(Application.pem("not-a-secret"), now)).isFalse();
        assertThat(CertificateSecret.of(pem, Signing.SecretForm.DER)).startsWith(0x30, 0x82);
    }

    private static JsonNode kind(PockitTwin twin, String kind) throws Exception {
        Caller caller = Caller.of(twin, MovableClock.at("2026-11-21T10:00:00Z"));
        var request = java.net.http.HttpRequest.newBuilder(twin.base().resolve("/twin/truth"));
        for (JsonNode one : Caller.body(caller.send(request))) {
            if (one.path("kind").asText().equals(kind)) {
                return one;
            }
        }
        throw new IllegalStateException("no kind " + kind);
    }

    private static String sha256(String text) throws Exception {
        return HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes()));
    }
}
