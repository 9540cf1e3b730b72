package dev.caravan.sandbox.leatherback;

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
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServiceTest {
    @TempDir Path folder;
    private final MovableClock clock = MovableClock.at("2026-11-21T10:00:00Z");

    @Test
    void theConfigurationFileBecomesSettings() throws Exception {
        Path secret = Files.writeString(folder.resolve("secret"), "word-from-a-file\n");
        Path jwk = Files.write(folder.resolve("jwk"), Json.bytes(Tpp.jwk()));
        Map<String, String> values =
                Map.of(
                        "port", "0",
                        "users", "7",
                        "absentEndpoints", "accounts/{id}/transactions, accounts/{id}/balances",
                        "responseMode", "QUERY",
                        "seed", "");

        try (LeatherbackTwin twin =
                LeatherbackService.start(values, secret.toString(), jwk.toString())) {
            assertThat(twin.settings().users()).isEqualTo(7);
            assertThat(twin.settings().absentEndpoints()).hasSize(2);
            assertThat(twin.settings().responseMode()).isEqualTo(ResponseMode.QUERY);
            assertThat(twin.settings().certificate()).isEqualTo("word-from-a-file");
            assertThat(twin.settings().clientJwk()).contains(Tpp.KEY.kid());
            assertThat(twin.settings().seed()).isEqualTo(LeatherbackSettings.defaults().seed());
            assertThat(twin.base().getHost()).isEqualTo("127.0.0.1");
        }
    }

    @Test
    void anUnknownSettingOrAMissingFileIsRefusedWithItsName() {
        Map<String, String> unknown = Map.of("portt", "1");

        assertThatThrownBy(() -> LeatherbackService.start(unknown, "", ""))
                .hasMessageContaining("portt");
        assertThatThrownBy(() -> LeatherbackService.start(Map.of(), "/no/such/file", ""))
                .hasMessageContaining("certificate.file");
        assertThatThrownBy(() -> LeatherbackSettings.defaults().pageSize(0))
                .hasMessageContaining("pageSize");
    }

    @Test
    void theShippedConfigurationStartsAndTheBlueprintKnowsEachOfItsKeys() throws Exception {
        Properties shipped = new Properties();
        try (var in = Files.newBufferedReader(Path.of("caravan.sandbox.leatherback.cfg"))) {
            shipped.load(in);
        }
        String blueprint =
                Files.readString(Path.of("src/main/resources/OSGI-INF/blueprint/leatherback.xml"));
        for (String key : shipped.stringPropertyNames()) {
            assertThat(blueprint)
                    .contains("name=\"" + key + "\" value=\"" + shipped.getProperty(key) + "\"")
                    .contains("\"$leatherback{" + key + "}\"");
        }
        Map<String, String> values =
                Stream.of(blueprint.split("<entry "))
                        .filter(part -> part.startsWith("key="))
                        .map(part -> part.split("\""))
                        .collect(
                                Collectors.toMap(
                                        part -> part[1],
                                        part ->
                                                part[1].equals("port")
                                                        ? "0"
                                                        : shipped.getProperty(
                                                                part[3].split("[{}]")[1])));
        try (LeatherbackTwin twin = LeatherbackService.start(values, "", "")) {
            assertThat(twin.settings().transactionsPerAccount()).isEqualTo(600);
            assertThat(twin.settings().stateFile()).isEmpty();
        }
    }

    @Test
    void clientsConsentsTokensAndRowsSurviveARestart() throws Exception {
        LeatherbackSettings settings =
                Tpp.known().stateFile(folder.resolve("twin.json").toString());
        JsonNode tokens;
        List<KindTruth> before;
        try (LeatherbackTwin twin = LeatherbackTwin.start(settings, clock)) {
            tokens = new Tpp(twin, clock).connect();
            before = twin.truth().all();
        }

        try (LeatherbackTwin twin = LeatherbackTwin.start(settings, clock)) {
            Tpp tpp = new Tpp(twin, clock);
            String access = tokens.path("access_token").asText();
            assertThat(tpp.get("/accounts", access).statusCode()).isEqualTo(200);
            assertThat(twin.truth().all()).isEqualTo(before);
            assertThat(tpp.refresh(tokens.path("refresh_token").asText()).statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void aTokenThatWasRotatedOrKilledStaysDeadAfterARestart() throws Exception {
        LeatherbackSettings settings =
                Tpp.known().stateFile(folder.resolve("twin.json").toString());
        JsonNode tokens;
        try (LeatherbackTwin twin = LeatherbackTwin.start(settings, clock)) {
            Tpp tpp = new Tpp(twin, clock);
            tokens = tpp.connect();
            tpp.refresh(tokens.path("refresh_token").asText());
            twin.revoke(twin.lastConsent().id());
        }

        try (LeatherbackTwin twin = LeatherbackTwin.start(settings, clock)) {
            Tpp tpp = new Tpp(twin, clock);
            assertThat(tpp.get("/accounts", tokens.path("access_token").asText()).statusCode())
                    .isEqualTo(401);
            assertThat(tpp.refresh(tokens.path("refresh_token").asText()).statusCode())
                    .isEqualTo(400);
        }
    }

    @Test
    void twoTwinsOfOneSeedAreEqualAndAnotherSeedIsAnotherBank() {
        assertThat(rows(Tpp.known())).isEqualTo(rows(Tpp.known()));
        assertThat(rows(Tpp.known())).isNotEqualTo(rows(Tpp.known().seed(7)));
    }

    private List<Transaction> rows(LeatherbackSettings settings) {
        try (LeatherbackTwin twin = LeatherbackTwin.start(settings, clock)) {
            return twin.accounts("customer1").get(0).rows();
        }
    }

    @Test
    void theTruthCountsWhatWasConnectedAndNothingElse() throws Exception {
        try (LeatherbackTwin twin = LeatherbackTwin.start(Tpp.known(), clock)) {
            assertThat(kind(twin, "account").count()).isZero();
            twin.connect("customer1");
            twin.connect("customer1", "ReadAccountsBasic");
            twin.connect("customer2", "ReadAccountsBasic");

            assertThat(kind(twin, "organization").count()).isEqualTo(3);
            assertThat(kind(twin, "account").count()).isEqualTo(4);
            assertThat(kind(twin, "balance").count()).isEqualTo(2);
            assertThat(kind(twin, "beneficiary").count()).isEqualTo(8);
            assertThat(kind(twin, "beneficiary").withoutId()).isEqualTo(2);
            assertThat(kind(twin, "transaction").count()).isEqualTo(120);
            assertThat(kind(twin, "pending_transaction").count()).isEqualTo(4);
            BigDecimal sum =
                    twin.accounts("customer1").stream()
                            .flatMap(one -> twin.truth().booked(one.id()).stream())
                            .map(Transaction::amount)
                            .reduce(BigDecimal.ZERO, BigDecimal::add);
            assertThat(kind(twin, "transaction").sum()).isEqualByComparingTo(sum);
        }
    }

    private static KindTruth kind(LeatherbackTwin twin, String kind) {
        return twin.truth().all().stream()
                .filter(one -> one.kind().equals(kind))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void theTruthIsToldOverHttpWithDigests() throws Exception {
        try (LeatherbackTwin twin = LeatherbackTwin.start(Tpp.known(), clock)) {
            twin.connect("customer1");
            Tpp tpp = new Tpp(twin, clock);
            JsonNode account = null;
            for (JsonNode one : tpp.json("/twin/truth", "-")) {
                account = one.path("kind").asText().equals("account") ? one : account;
                assertThat(one.has("sum"))
                        .isEqualTo(one.path("kind").asText().endsWith("transaction"));
            }
            String ids =
                    twin.accounts("customer1").stream()
                            .map(BankAccount::id)
                            .sorted()
                            .collect(Collectors.joining("\n"));
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(ids.getBytes(StandardCharsets.UTF_8));

            assertThat(account.path("digest").asText()).isEqualTo(HexFormat.of().formatHex(digest));
        }
    }

    @Test
    void controlsDriveTheBankOverHttp() throws Exception {
        try (LeatherbackTwin twin = LeatherbackTwin.start(Tpp.known(), clock)) {
            Connected connected = twin.connect("customer1");
            Tpp tpp = new Tpp(twin, clock);
            String id = twin.accounts("customer1").get(0).id();
            int before = twin.account(id).rows().size();

            control(tpp, "grow", "{\"account\":\"" + id + "\",\"rows\":5}");
            control(tpp, "settle", "{\"account\":\"" + id + "\"}");
            control(tpp, "settings", "{\"pageSize\":7,\"accountsShape\":\"PAGED\"}");
            assertThat(twin.account(id).rows()).hasSize(before + 5);
            assertThat(twin.truth().pending(id)).isEmpty();
            assertThat(twin.settings().pageSize()).isEqualTo(7);
            control(tpp, "expire-tokens", "{}");
            assertThat(tpp.get("/accounts", connected.accessToken()).statusCode()).isEqualTo(401);
            assertThat(tpp.refresh(connected.refreshToken()).statusCode()).isEqualTo(200);
            control(tpp, "revoke", "{}");
            assertThat(twin.lastConsent().status()).isEqualTo("Authorised");
            var unknown = tpp.api("POST", "/twin/nothing", "-", Json.object());
            assertThat(unknown.statusCode()).isEqualTo(404);
        }
    }

    private static void control(Tpp tpp, String name, String body) throws Exception {
        JsonNode tree = Json.parse(body.getBytes(StandardCharsets.UTF_8));
        assertThat(tpp.api("POST", "/twin/" + name, "-", tree).statusCode()).isEqualTo(204);
    }

    @Test
    void everySecretThatWasGivenOutIsKnown() throws Exception {
        try (LeatherbackTwin twin = LeatherbackTwin.start(Tpp.known(), clock)) {
            JsonNode tokens = new Tpp(twin, clock).connect();

            assertThat(twin.truth().secretsIssued())
                    .contains(
                            tokens.path("access_token").asText(),
                            tokens.path("refresh_token").asText(),
                            tokens.path("id_token").asText());
        }
    }
}
