package dev.caravan.conformance.leatherback;

import static dev.caravan.conformance.leatherback.Leatherback.TRANSACTIONS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.conformance.House;
import dev.caravan.deploy.Deployer;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** User tokens of five minutes, with refresh tokens and without. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LeatherbackTokenTest {
    private static final String TOKENS = "auth/token";
    private final Leatherback bank = Leatherback.asShipped();

    @AfterEach
    void peace() {
        bank.peace();
    }

    @AfterAll
    void close() {
        bank.close();
    }

    private long life(UUID connection) {
        return bank.house.number(
                "select extract(epoch from access_expires_at - refreshed_at)::bigint from"
                        + " caravan.token_set where connection_id = '"
                        + connection
                        + "'");
    }

    @Test
    void aTokenIsRenewedBeforeItEndsAndItsOwnExpCountsNotExpiresIn() {
        UUID one = bank.connected("customer1");
        bank.house.advance(Duration.ofMinutes(8));

        bank.house.pull(one);

        assertThat(bank.asked(TOKENS))
                .singleElement()
                .satisfies(
                        ask -> {
                            assertThat(ask.fields()).containsEntry("grant_type", "refresh_token");
                            assertThat(ask.fields()).containsEntry("scope", "account");
                            assertThat(ask.fields())
                                    .containsEntry("password", Leatherback.PASSWORD);
                            assertThat(ask.status()).isEqualTo(200);
                        });
        assertThat(life(one)).isBetween(280L, 301L);
        assertThat(bank.stored(one, "booked")).isEqualTo(bank.truth("customer1", "booked"));
        assertThat(bank.twin.journal().where(each -> each.status() == 401)).isEmpty();
    }

    @Test
    void refreshTokensRotateWithEveryUse() {
        UUID one = bank.connected("customer2");
        for (int i = 0; i < 3; i++) {
            bank.house.advance(Duration.ofMinutes(7));
            bank.house.pull(one);
        }

        assertThat(bank.asked(TOKENS).stream().map(ask -> ask.fields().get("refresh_token")))
                .hasSize(3)
                .doesNotHaveDuplicates();
        assertThat(bank.house.state(one)).isEqualTo("active");
    }

    @Test
    void aTokenThatIsNoJwtIsTrustedForFiveMinutesAtMost() {
        bank.manners(now -> now.opaqueAccessTokens(true));
        UUID one = bank.connected("customer3");
        bank.house.advance(Duration.ofMinutes(8));

        bank.house.pull(one);

        assertThat(life(one)).isLessThanOrEqualTo(301L);
        assertThat(bank.stored(one, "booked")).isEqualTo(bank.truth("customer3", "booked"));
    }

    @Test
    void aTokenThatEndsInTheMiddleOfAWalkIsRenewedOnce() {
        UUID one = bank.connected("customer4");
        bank.twin.faults().on(TRANSACTIONS).status(401).afterCalls(3).times(1);

        bank.house.pull(one);

        assertThat(bank.asked(TOKENS)).hasSize(1);
        assertThat(bank.stored(one, "booked")).isEqualTo(bank.truth("customer4", "booked"));
        assertThat(bank.house.fault(one)).isNullOrEmpty();
    }

    @Test
    void withoutARefreshTokenAllIsPulledAtOnceAndThenTheUserIsAsked() {
        bank.manners(now -> now.refreshTokens(false));
        UUID one = bank.connected("customer5");

        bank.attended(one);

        assertThat(bank.stored(one, "booked")).isEqualTo(bank.truth("customer5", "booked"));
        assertThat(bank.rows(one, "beneficiary", "beneficiary_id::text")).isNotEmpty();
        assertThat(bank.rows(one, "balance", "balance_id::text")).hasSize(2);
        assertThat(bank.house.state(one)).isEqualTo("reauth_required");
        assertThat(bank.house.fault(one)).as("that is no fault").isNullOrEmpty();
        assertThat(bank.asked(TOKENS)).isEmpty();
        bank.twin.journal().clear();
        bank.house.advance(Duration.ofHours(9));
        bank.house.tick("pull");
        assertThat(bank.twin.journal().of("customer5")).isEmpty();
    }

    @Test
    void withoutARefreshTokenAWalkThatOutlivesItsTokenGoesOnAtTheNextLogin() {
        bank.manners(now -> now.refreshTokens(false));
        UUID one = bank.connected("customer6");
        bank.twin.faults().on(TRANSACTIONS).status(401).afterCalls(3);

        bank.attended(one);
        assertThat(bank.house.state(one)).isEqualTo("reauth_required");
        assertThat(bank.house.fault(one)).contains("CARAVAN-CONSENT");
        long pages = bank.asked("customer6", TRANSACTIONS).size();
        assertThat(pages).isEqualTo(4);
        bank.peace();
        bank.manners(now -> now.refreshTokens(false));
        bank.again(one, "customer6");

        bank.attended(one);

        assertThat(bank.asked("customer6", TRANSACTIONS).get(0).query()).containsKey("cursor");
        assertThat(bank.stored(one, "booked")).isEqualTo(bank.truth("customer6", "booked"));
    }

    @Test
    void aDeadRefreshTokenIsTriedOnceAndTheUserHasToComeBack() {
        UUID one = bank.connected("customer7");
        bank.twin.killRefreshTokens(bank.consent(one));
        bank.house.advance(Duration.ofMinutes(8));

        bank.house.pull(one);

        assertThat(bank.asked(TOKENS)).hasSize(1);
        assertThat(bank.house.state(one)).isEqualTo("reauth_required");
    }

    @Test
    void aRefusedPasswordStopsTheProviderAndNobodyElseIsTried() {
        try (Leatherback other = Leatherback.asShipped()) {
            UUID one = other.connected("customer1");
            other.house.secret("leatherback.password", "another password of 32 characters");
            other.house.advance(Duration.ofMinutes(8));

            other.house.pull(one);

            assertThat(other.house.fault(one)).contains("CARAVAN-CLIENT");
            assertThat(other.house.state(one)).isEqualTo("active");
            assertThat(
                            other.house.number(
                                    "select count(*) from caravan.provider where stopped_at is not"
                                            + " null"))
                    .isEqualTo(1);
        }
    }

    @Test
    void twoNodesThatNeedATokenAtOnceAskForOneAndPullTheConnectionOnce() {
        UUID one = bank.connected("customer8");
        bank.house.advance(Duration.ofMinutes(8));
        try (Deployer second = bank.house.secondNode()) {
            bank.house.pull(one);
            House.until(() -> bank.house.idle(one));
        }

        assertThat(bank.asked(TOKENS)).hasSize(1);
        assertThat(bank.twin.journal().overlapping(each -> each.user())).isEmpty();
        assertThat(bank.stored(one, "booked")).isEqualTo(bank.truth("customer8", "booked"));
    }
}
