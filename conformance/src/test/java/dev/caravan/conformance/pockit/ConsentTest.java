package dev.caravan.conformance.pockit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.sandbox.Fault;
import dev.caravan.sandbox.pockit.PockitSettings;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A consent that is gone is noticed by two signs or a refused refresh, and ends after its days. */
class ConsentTest {
    private static Pockit pockit;
    private static PockitSettings usual;
    private static int users = 1;

    @BeforeAll
    static void open() {
        usual =
                PockitSettings.defaults()
                        .with("users", 40)
                        .with("accountsPerUser", 2)
                        .with("unattendedLimit", 0);
        pockit = Pockit.of(usual, Map.of("calls.unattended", "1000"));
    }

    @AfterAll
    static void close() {
        pockit.close();
    }

    private static String nextUser() {
        return "user" + ++users;
    }

    @ParameterizedTest
    @EnumSource(dev.caravan.sandbox.pockit.Granting.Revocation.class)
    void aRevokedConsentIsNoticedByTheNextPullHoweverItShows(
            dev.caravan.sandbox.pockit.Granting.Revocation shows) {
        String user = nextUser();
        UUID connection = pockit.connected(user);
        pockit.twin.change(usual.with("revocation", shows.name()));
        pockit.twin.revoke(user);
        pockit.twin.journal().clear();
        pockit.pull(connection);
        pockit.twin.change(usual);

        assertThat(pockit.house.state(connection)).isEqualTo("reauth_required");
        assertThat(pockit.house.fault(connection)).startsWith("CARAVAN-CONSENT");
        assertThat(pockit.seen(user)).hasSizeLessThanOrEqualTo(3);
        assertThat(
                        pockit.house.number(
                                "select count(*) from ledger.transaction where removed_at is null"
                                        + " and connection_id = '"
                                        + connection
                                        + "'"))
                .isGreaterThan(80);
    }

    @Test
    void aDeniedBalanceAloneIsNotTheEndOfTheConsent() {
        String user = nextUser();
        UUID connection = pockit.connected(user);
        Fault denied = pockit.twin.faults().on("accounts/{id}/balance").status(403).forUser(user);
        pockit.pull(connection);
        denied.lift();

        assertThat(pockit.house.state(connection)).isEqualTo("active");
        assertThat(pockit.run(connection, "balance")).startsWith("partial CARAVAN-DENIED");
        assertThat(pockit.run(connection, "transactions")).isEqualTo("complete");
        pockit.pull(connection);
        pockit.holds(connection, user);
    }

    @Test
    void deniedAccountsAloneAreNotTheEndOfTheConsentEither() {
        String user = nextUser();
        UUID connection = pockit.connected(user);
        Fault denied = pockit.twin.faults().on("accounts").status(403).forUser(user);
        pockit.pull(connection);
        denied.lift();

        assertThat(pockit.house.state(connection)).isEqualTo("active");
        assertThat(pockit.run(connection, "accounts")).startsWith("partial CARAVAN-DENIED");
        assertThat(pockit.run(connection, "transactions")).isEqualTo("complete");
        pockit.holds(connection, user);
    }

    @Test
    void accountsAndBalancesDeniedTogetherAreTheEndAlthoughTheRefreshWorks() {
        String user = nextUser();
        UUID connection = pockit.connected(user);
        Fault one = pockit.twin.faults().on("accounts").status(403).forUser(user);
        Fault other = pockit.twin.faults().on("accounts/{id}/balance").status(403).forUser(user);
        pockit.pull(connection);
        one.lift();
        other.lift();

        assertThat(pockit.house.state(connection)).isEqualTo("reauth_required");
        assertThat(pockit.house.fault(connection)).contains("so was another call");
    }

    @ParameterizedTest
    @ValueSource(strings = {"product", "beneficiaries", "transactions"})
    void whatIsWithheldAlthoughItWasGrantedRestsForADay(String resource) {
        String user = nextUser();
        UUID connection = pockit.connected(user);
        String endpoint = "accounts/{id}/" + resource;
        Fault denied = pockit.twin.faults().on(endpoint).status(403).forUser(user);
        pockit.pull(connection);
        denied.lift();
        int seen = pockit.seen(endpoint, user).size();
        pockit.pull(connection);

        assertThat(pockit.seen(endpoint, user)).hasSize(seen);
        assertThat(pockit.house.state(connection)).isEqualTo("active");
    }

    @Test
    void pullsEndNinetyDaysAfterTheConsentHoweverOftenTokensAreRenewed() {
        try (Pockit world =
                Pockit.of(
                        PockitSettings.defaults()
                                .with("honourExpiredConsents", true)
                                .with("refreshTokenDays", 200),
                        Map.of("consent.tick", "0/1+*+*+*+*+?"))) {
            UUID connection = world.connected("user2");
            world.house.advance(Duration.ofDays(75));
            world.pull(connection);
            assertThat(
                            world.house.text(
                                    "select consent_expires_at - authorised_at from"
                                            + " ledger.connection where connection_id = '"
                                            + connection
                                            + "'"))
                    .isEqualTo("90 days");
            world.house.advance(Duration.ofDays(2));
            dev.caravan.conformance.House.until(
                    () -> world.house.state(connection).equals("expiring"));
            world.pull(connection);
            int seen = world.seen("user2").size();
            world.house.advance(Duration.ofDays(14));
            dev.caravan.conformance.House.until(
                    () -> world.house.state(connection).equals("expired"));
            world.house.journeys.pull(connection, null, Duration.ofMinutes(5));
            world.house.tick("pull");
            world.house.tick("pull");

            assertThat(world.seen("user2")).hasSize(seen);
        }
    }
}
