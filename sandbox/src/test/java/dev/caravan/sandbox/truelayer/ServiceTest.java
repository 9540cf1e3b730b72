package dev.caravan.sandbox.truelayer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravan.sandbox.MovableClock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServiceTest {
    @TempDir Path folder;

    @Test
    void theConfigurationFileBecomesSettings() throws Exception {
        Path secret = Files.writeString(folder.resolve("secret"), "word-from-a-file\n");
        Map<String, String> values =
                Map.of("port", "0", "users", "7", "redirectUris", "http://a/x, http://b/y");
        Map<String, String> files =
                Map.of("clientSecret", secret.toString(), "webhookTrustPassword", "");

        try (TrueLayerTwin twin = TwinService.start(values, files)) {
            assertThat(twin.settings().users()).isEqualTo(7);
            assertThat(twin.settings().redirectUris()).containsExactly("http://a/x", "http://b/y");
            assertThat(twin.settings().clientSecret()).isEqualTo("word-from-a-file");
            assertThat(twin.base().getHost()).isEqualTo("127.0.0.1");
        }
    }

    @Test
    void anEmptyValueLeavesTheDefault() {
        try (TrueLayerTwin twin = TwinService.start(Map.of("port", "0", "seed", ""), Map.of())) {
            assertThat(twin.settings().seed()).isEqualTo(TwinSettings.defaults().seed());
        }
    }

    @Test
    void anUnknownSettingIsRefusedWithItsName() {
        Map<String, String> values = Map.of("portt", "1");

        assertThatThrownBy(() -> TwinService.start(values, Map.of())).hasMessageContaining("portt");
    }

    @Test
    void aClientOfProductionIsRefused() {
        TwinSettings settings = TwinSettings.defaults();

        assertThatThrownBy(() -> settings.clientId("live-client")).hasMessageContaining("sandbox-");
    }

    @Test
    void consentsAndRowsSurviveARestart() throws Exception {
        MovableClock clock = MovableClock.at("2026-11-21T10:00:00Z");
        TwinSettings settings =
                TwinSettings.defaults().stateFile(folder.resolve("twin.json").toString());
        Tokens tokens;
        AccountTruth before;
        try (TrueLayerTwin twin = TrueLayerTwin.start(settings, clock)) {
            tokens = twin.connect("john", "doe");
            before = twin.truth().all(true).get(0);
        }
        clock.advance(Duration.ofMinutes(10));

        try (TrueLayerTwin twin = TrueLayerTwin.start(settings, clock)) {
            assertThat(Caller.of(twin).results("accounts", tokens.accessToken())).hasSize(2);
            assertThat(twin.truth().all(true).get(0)).isEqualTo(before);
            assertThat(twin.connection("john").refreshToken()).isEqualTo(tokens.refreshToken());
        }
    }

    @Test
    void aSecondDayBringsNewRowsAndLeavesTheOldOnesAlone() {
        MovableClock clock = MovableClock.at("2026-11-21T10:00:00Z");
        try (TrueLayerTwin twin =
                TrueLayerTwin.start(TwinSettings.defaults().arrivalsPerDay(3), clock)) {
            twin.connect("john", "doe");
            String account = twin.accounts("john").get(0).id();
            var first = twin.truth().booked(account);
            clock.advance(Duration.ofDays(2));

            assertThat(twin.truth().booked(account)).hasSize(206).containsAll(first);
        }
    }

    @Test
    void twoTwinsOfOneSeedAreEqual() {
        Clock clock = MovableClock.at("2026-11-21T10:00:00Z");
        try (TrueLayerTwin one = TrueLayerTwin.start(TwinSettings.defaults(), clock);
                TrueLayerTwin two = TrueLayerTwin.start(TwinSettings.defaults(), clock);
                TrueLayerTwin other = TrueLayerTwin.start(TwinSettings.defaults().seed(7), clock)) {
            one.connect("john", "doe");
            two.connect("john", "doe");
            other.connect("john", "doe");

            assertThat(one.truth().all(true)).isEqualTo(two.truth().all(true));
            assertThat(one.truth().all(true)).isNotEqualTo(other.truth().all(true));
        }
    }

    @Test
    void aMillionRowsAreServedInAStream() throws Exception {
        TwinSettings settings =
                TwinSettings.defaults().transactionsPerAccount(1_000_000).historyDays(80);
        try (TrueLayerTwin twin = TrueLayerTwin.start(settings, Clock.systemUTC())) {
            String token = twin.connect("john", "doe").accessToken();
            String account = twin.accounts("john").get(0).id();
            java.net.http.HttpRequest request =
                    java.net.http.HttpRequest.newBuilder(
                                    twin.base()
                                            .resolve(
                                                    "/data/v1/accounts/"
                                                            + account
                                                            + "/transactions"))
                            .header("Authorization", "Bearer " + token)
                            .build();

            long bytes;
            try (var body =
                    java.net.http.HttpClient.newHttpClient()
                            .send(request, java.net.http.HttpResponse.BodyHandlers.ofInputStream())
                            .body()) {
                bytes = body.transferTo(java.io.OutputStream.nullOutputStream());
            }

            assertThat(bytes).isGreaterThan(300_000_000L);
            assertThat(twin.truth().all(false).get(0).count()).isEqualTo(1_000_000);
        }
    }
}
