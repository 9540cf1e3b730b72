package dev.caravan.conformance.pockit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravan.conformance.House;
import dev.caravan.sandbox.Exchange;
import dev.caravan.sandbox.pockit.PockitSettings;
import dev.caravan.sandbox.pockit.ThrowawayCertificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Sandbox and production differ as the contract's table says, and are not mixed. */
class SettingsTest {
    private static final Map<String, String> OURS =
            Map.of("client.id", "ours", "sign.request.member.app", "app");

    private static final Map<String, String> PRODUCTION =
            Map.of(
                    "auth.url", "https://auth.tell.money/v1",
                    "api.url", "https://api.tell.money/v1",
                    "sandbox.sca", "omit");

    private static House house(Map<String, String> first, Map<String, String> then) {
        House house = House.of("pockit", first);
        then.forEach(house::set);
        return house;
    }

    @Test
    void theShippedSettingsAreTheSandboxs() {
        try (House house = House.of("pockit", OURS).start()) {
            assertThat(house.deployer().running()).contains("pockit");
        }
    }

    @Test
    void productionHasHostsOfItsOwnAndNoShortcutPastTheLogin() {
        try (House house = house(OURS, PRODUCTION).start()) {
            assertThat(house.deployer().running()).contains("pockit");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "sandbox.sca, true",
        "api.url, https://api-sandbox.tell.money/v1",
        "auth.url, https://auth-sandbox.tell.money/v1",
        "client.id, our:client",
    })
    void aMixtureOrAColonIsRefused(String setting, String value) {
        House house = house(OURS, PRODUCTION).set(setting, value);

        assertThatThrownBy(house::start).hasMessageContaining("CARAVAN-ROUTE pockit");
    }

    /** Long enough in every form to be a secret of HS256. */
    private static String certificate() {
        Instant now = Instant.now();
        return ThrowawayCertificate.pem(
                now.minus(Duration.ofDays(1)), now.plus(Duration.ofDays(100)));
    }

    @ParameterizedTest
    @CsvSource({
        "B64_BODY, MILLIS, QUERY_OBJECT, false",
        "DER, SECONDS, EMPTY, true",
    })
    void otherReadingsOfTheSignatureAreSettings(
            String secret, String iat, String get, boolean query) {
        PockitSettings settings =
                PockitSettings.defaults()
                        .with("certificate", certificate())
                        .with("secret", secret)
                        .with("iat", iat)
                        .with("getPayload", get)
                        .with("queryInPath", query);
        try (Pockit pockit =
                Pockit.of(
                        settings,
                        Map.of(
                                "sign.request.secret.form", secret,
                                "sign.request.iat", iat,
                                "sign.request.get", get,
                                "sign.request.path.query", String.valueOf(query)))) {
            pockit.holds(pockit.connected("user2"), "user2");
        }
    }

    @Test
    void theStricterReadingOfTheAllowanceIsASettingToo() {
        PockitSettings settings = PockitSettings.defaults().with("meterKey", "TEMPLATE");
        try (Pockit pockit = Pockit.of(settings, Map.of("calls.each", "endpoint"))) {
            UUID connection = pockit.connected("user2");
            pockit.twin.journal().clear();
            for (int i = 0; i < 3; i++) {
                pockit.pull(connection);
            }

            assertThat(pockit.seen("accounts/{id}/balance", "user2")).hasSize(4);
            assertThat(pockit.seen("user2")).allMatch(one -> one.status() == 200);
        }
    }

    @Test
    void callsASecondAreLimitedAndMayCarryAnIdOfOurs() {
        try (Pockit pockit =
                Pockit.of(
                        PockitSettings.defaults(),
                        Map.of("calls.provider.second", "4", "request.id", "true"))) {
            pockit.connected("user2");
            List<Exchange> calls = pockit.seen("user2");

            assertThat(calls).hasSizeGreaterThan(8);
            long nanos = calls.get(calls.size() - 1).startedNanos() - calls.get(0).startedNanos();
            assertThat(Duration.ofNanos(nanos).toMillis())
                    .as("four a second, with some room for a busy machine")
                    .isGreaterThan((calls.size() - 1) / 4 * 800L);
            assertThat(calls)
                    .extracting(one -> one.headers().get("x-request-id"))
                    .doesNotContainNull()
                    .doesNotHaveDuplicates();
        }
    }
}
