package dev.caravan.conformance.leatherback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.caravan.conformance.House;
import dev.caravan.connections.Connections;
import dev.caravan.faults.ConsentFault;
import dev.caravan.sandbox.Exchange;
import dev.caravan.sandbox.leatherback.Browser;
import dev.caravan.sandbox.leatherback.Callback;
import dev.caravan.sandbox.leatherback.Consent;
import dev.caravan.sandbox.leatherback.IdTokenFlaw;
import dev.caravan.sandbox.leatherback.IdTokenForm;
import dev.caravan.sandbox.leatherback.RequestObjectProfile;
import java.net.URI;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Consents: what is asked for, what comes back, and what is believed of it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LeatherbackConsentTest {
    private static final String CONSENT = "account-access-consents/{id}";
    private final Leatherback bank = Leatherback.asShipped();

    @AfterEach
    void peace() {
        bank.peace();
    }

    @AfterAll
    void close() {
        bank.close();
    }

    private Connections verb() {
        return bank.house
                .camel()
                .getRegistry()
                .lookupByNameAndType("connections", Connections.class);
    }

    private static Map<String, String> query(URI link) {
        return Arrays.stream(link.getRawQuery().split("&"))
                .map(pair -> pair.split("=", 2))
                .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
    }

    private String column(UUID connection, String column) {
        return bank.value(connection, "connection", column);
    }

    @Test
    void aCustomerAgreesAndTheConsentIsReadBack() {
        Leatherback.Trip trip = bank.new Trip();

        Exception failed = trip.back(new Browser().allow(trip.link(), "customer1"));

        assertThat(failed).isNull();
        Consent consent = bank.twin.consent(trip.reference);
        assertThat(column(trip.connection, "external_id")).isEqualTo(consent.id());
        assertThat(column(trip.connection, "scopes").split(" "))
                .containsExactlyInAnyOrderElementsOf(consent.permissions());
        assertThat(column(trip.connection, "id_token_verified::text")).isEqualTo("true");
        assertThat(
                        column(
                                trip.connection,
                                "(consent_expires_at - now() > interval '89 days')::text"))
                .isEqualTo("true");
        bank.attended(trip.connection);
        assertThat(bank.stored(trip.connection, "booked"))
                .isEqualTo(bank.truth("customer1", "booked"));
    }

    @Test
    void theRequestObjectIsSignedPs256AndSaysAllThatFapiWants() throws ParseException {
        Leatherback.Trip trip = bank.new Trip();
        URI link = trip.link();

        Map<String, String> query = query(link);
        assertThat(query.keySet()).containsExactlyInAnyOrder("request", "state");
        SignedJWT request = SignedJWT.parse(query.get("request"));
        assertThat(request.getHeader().getAlgorithm()).isEqualTo(JWSAlgorithm.PS256);
        assertThat(request.getHeader().getKeyID()).matches("[A-Za-z0-9_-]{43}");
        JWTClaimsSet claims = request.getJWTClaimsSet();
        assertThat(claims.getClaims().keySet())
                .containsExactlyInAnyOrder(
                        "iss",
                        "aud",
                        "response_type",
                        "client_id",
                        "redirect_uri",
                        "scope",
                        "state",
                        "nonce",
                        "claims",
                        "iat",
                        "nbf",
                        "exp",
                        "jti");
        assertThat(claims.getIssuer()).isEqualTo(Leatherback.CLIENT);
        assertThat(claims.getStringClaim("scope")).isEqualTo("accounts");
        assertThat(claims.getStringClaim("state")).isEqualTo(query.get("state"));
        assertThat(
                        Duration.between(
                                claims.getNotBeforeTime().toInstant(),
                                claims.getExpirationTime().toInstant()))
                .isEqualTo(Duration.ofSeconds(300));
        assertThat(claims.getJSONObjectClaim("claims").toString())
                .contains(trip.reference)
                .doesNotContain("essential");
    }

    @Test
    void theStrictProfileRepeatsTheParametersAndMarksTheConsentEssential() throws ParseException {
        try (Leatherback strict =
                Leatherback.of(
                        Leatherback.small()
                                .requestObjectProfile(RequestObjectProfile.OBIE)
                                .requestScopes("openid accounts"),
                        Map.of("request.profile", "OBIE"))) {
            Leatherback.Trip trip = strict.new Trip();
            URI link = trip.link();

            assertThat(query(link))
                    .containsEntry("client_id", Leatherback.CLIENT)
                    .containsEntry("response_type", "code%20id_token")
                    .containsEntry("scope", "openid%20accounts");
            JWTClaimsSet claims = SignedJWT.parse(query(link).get("request")).getJWTClaimsSet();
            assertThat(claims.getStringClaim("scope")).isEqualTo("openid accounts");
            assertThat(claims.getJSONObjectClaim("claims").toString()).contains("essential=true");
            assertThat(trip.back(new Browser().allow(link))).isNull();
        }
    }

    @Test
    void theClientTokenIsBoughtWithIdAndPasswordAndUsedForItsMinutes() {
        for (int i = 0; i < 3; i++) {
            bank.new Trip().link();
        }
        assertThat(bank.asked("auth/token").size()).isLessThanOrEqualTo(1);
        assertThat(bank.asked("account-access-consents")).hasSize(3);

        bank.twin.journal().clear();
        bank.house.advance(Duration.ofMinutes(4).plusSeconds(30));
        bank.new Trip().link();
        assertThat(bank.asked("auth/token"))
                .singleElement()
                .satisfies(
                        ask -> {
                            assertThat(ask.fields())
                                    .containsEntry("grant_type", "client_credentials")
                                    .containsEntry("client_id", Leatherback.CLIENT)
                                    .containsEntry("password", Leatherback.PASSWORD)
                                    .containsEntry("scope", "account");
                        });
    }

    @Test
    void aRefusedClientTokenIsRenewedOnce() {
        bank.twin.faults().on("account-access-consents").status(401).times(1);
        bank.new Trip().link();
        assertThat(bank.asked("account-access-consents").stream().map(Exchange::status))
                .containsExactly(401, 201);

        bank.twin.journal().clear();
        bank.twin.faults().on("account-access-consents").status(401);
        assertThat(bank.new Trip().out().getException()).hasMessageContaining("CARAVAN-REQUEST");
        assertThat(bank.asked("account-access-consents")).hasSize(2);
    }

    @Test
    void aConsentIsNotMadeTwiceByItself() {
        bank.twin.faults().on("account-access-consents").losesTheAnswer();

        assertThat(bank.new Trip().out().getException()).isInstanceOf(java.io.IOException.class);

        assertThat(bank.asked("account-access-consents")).hasSize(1);
    }

    @Test
    void droppedPermissionsEndTheTripBeforeTheUserIsSentOn() {
        bank.manners(now -> now.droppedPermissions("ReadTransactionsDetail"));
        assertThat(bank.new Trip().out().getException())
                .hasMessageContaining("CARAVAN-CONSENT")
                .hasMessageContaining("ReadTransactionsDetail");

        bank.manners(now -> now.droppedPermissions("ReadBeneficiariesDetail"));
        Leatherback.Trip trip = bank.new Trip();
        assertThat(trip.back(new Browser().allow(trip.link(), "customer2"))).isNull();
        bank.attended(trip.connection);
        assertThat(bank.asked("customer2", "accounts/{id}/beneficiaries")).isEmpty();
        assertThat(bank.stored(trip.connection, "booked"))
                .isEqualTo(bank.truth("customer2", "booked"));
    }

    /** A missing one is let pass as an opaque one is, below. */
    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "MISSING")
    void aFlawedIdTokenEndsTheTripBeforeTheCodeIsSpent(IdTokenFlaw flaw) {
        Leatherback.Trip trip = bank.new Trip();
        bank.twin.faults().on("authorize-app/decision").idToken(flaw);
        Callback callback = new Browser().allow(trip.link(), "customer3");
        bank.twin.journal().clear();

        assertThat(trip.back(callback)).hasMessageContaining("CARAVAN-IDTOKEN");

        assertThat(bank.asked("auth/token")).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"OPAQUE", "ABSENT"})
    void anOpaqueIdTokenIsLetPassAndRecordedAsThat(IdTokenForm form) {
        bank.manners(now -> now.idToken(form));
        Leatherback.Trip trip = bank.new Trip();

        assertThat(trip.back(new Browser().allow(trip.link(), "customer4"))).isNull();

        assertThat(column(trip.connection, "id_token_verified::text")).isEqualTo("false");
        assertThat(bank.asked(CONSENT)).hasSize(1);
    }

    @Test
    void aTokenForAnotherConsentIsNotKept() {
        Leatherback.Trip trip = bank.new Trip();
        Callback callback = new Browser().allow(trip.link(), "customer5");
        bank.twin.faults().on("auth/token").otherConsentInToken();

        assertThat(trip.back(callback)).hasMessageContaining("claim consentId");

        assertThat(
                        bank.house.number(
                                "select count(*) from caravan.token_set where connection_id = '"
                                        + trip.connection
                                        + "'"))
                .isZero();
    }

    @Test
    void aConsentThatIsReadBackAsAnythingButAuthorisedEndsTheTrip() {
        Leatherback.Trip trip = bank.new Trip();
        Callback callback = new Browser().allow(trip.link(), "customer6");
        bank.twin.faults().on(CONSENT).showsStatus("AwaitingAuthorisation");

        assertThat(trip.back(callback)).hasMessageContaining("without Authorised");
    }

    @ParameterizedTest
    @ValueSource(ints = {404, 405})
    void whereConsentsCannotBeReadWhatTheyWereMadeWithCounts(int status) {
        bank.manners(now -> now.consentReadStatus(status));
        Leatherback.Trip trip = bank.new Trip();

        assertThat(trip.back(new Browser().allow(trip.link(), "customer7"))).isNull();

        assertThat(column(trip.connection, "scopes")).contains("ReadTransactionsDetail");
    }

    @Test
    void aLostAnswerToTheReadBackIsAskedForAgain() {
        Leatherback.Trip trip = bank.new Trip();
        Callback callback = new Browser().allow(trip.link(), "customer8");
        bank.twin.faults().on(CONSENT).losesTheAnswer().times(1);

        assertThat(trip.back(callback)).isNull();
    }

    @ParameterizedTest
    @ValueSource(ints = {204, 404, 405})
    void aConsentIsDeletedOrWhereThatIsNotOfferedRevokedHereAlone(int status) {
        bank.manners(now -> now.consentDeleteStatus(status));
        Leatherback.Trip trip = bank.new Trip();
        assertThat(trip.back(new Browser().allow(trip.link(), "customer9"))).isNull();

        assertThat(trip.ask("direct:revoke", more -> {}).getException()).isNull();

        assertThat(bank.asked(CONSENT).stream().map(ask -> ask.method() + " " + ask.status()))
                .containsExactly("GET 200", "DELETE " + status);
        assertThat(trip.ask("direct:revoke", more -> {}).getException())
                .as("a second time does no harm")
                .isNull();
    }

    @Test
    void consentsAreReadAgainByTheDayAndNeverTwiceInTenMinutes() {
        UUID one = bank.connected("customer10");
        bank.house.database.update(
                "insert into caravan.task (connection_id, kind, provider, due_at) values (?,"
                        + " 'consent', 'leatherback', caravan.now())",
                one);
        bank.house.tick("consent");
        House.until(() -> !bank.asked(CONSENT).isEmpty());
        House.until(() -> bank.house.idle(one));
        for (int i = 0; i < 3; i++) {
            bank.house.pull(one);
            bank.house.tick("consent");
        }
        assertThat(bank.asked(CONSENT)).hasSize(1);

        bank.twin.faults().on(CONSENT).showsStatus("Rejected");
        bank.house.advance(Duration.ofHours(27));
        House.until(
                () -> {
                    // all consents of the house are due by now, some at a tick
                    bank.house.tick("consent");
                    return bank.house.state(one).equals("reauth_required");
                });
    }

    @Test
    void whatWouldBeRefusedAnywayIsRefusedWhenItIsSet() {
        mended(
                "permissions",
                "ReadAccountsBasic ReadTransactionsDetail",
                "ReadAccountsDetail ReadBalances ReadTransactionsDetail ReadTransactionsDebits");
    }

    private void mended(String setting, String bad, String good) {
        bank.house.set(setting, bad);
        House.until(() -> !bank.house.deployer().refusals().isEmpty());
        assertThat(bank.house.deployer().refusals().get("leatherback")).contains("CARAVAN-ROUTE");
        assertThat(bank.new Trip().link()).as("what ran before runs on").isNotNull();
        bank.house.set(setting, good);
        House.until(() -> bank.house.deployer().refusals().isEmpty());
    }

    @Test
    void aConsentThatIsBornExpiredEndsTheTrip() {
        Instant now = bank.house.clock.instant();
        bank.twin
                .faults()
                .on("account-access-consents")
                .error(
                        201,
                        Map.of(
                                "Data",
                                Map.of(
                                        "ConsentId",
                                        "born-expired",
                                        "Permissions",
                                        Arrays.asList(
                                                "ReadAccountsDetail",
                                                "ReadBalances",
                                                "ReadTransactionsDetail"),
                                        "ExpirationDateTime",
                                        now.plusSeconds(1800).toString().substring(0, 19)
                                                + ".0000001Z")));

        assertThat(bank.new Trip().out().getException())
                .hasMessageContaining("the end of the consent");
    }

    @Test
    void everyWantedWordMustBeAmongThoseFoundHoweverTheyAreWritten() {
        assertThatCode(() -> verb().agreed(null, "permissions", "[\"B\",\"A\"]", "A B"))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> verb().agreed(null, "permissions", "A C", "A B"))
                .isInstanceOf(ConsentFault.class)
                .hasMessageContaining("without B");
        assertThatThrownBy(() -> verb().agreed(null, "status", null, "Authorised"))
                .isInstanceOf(ConsentFault.class);
    }

    @Test
    void anEndIsReadWithAnyNumberOfDigitsAndMissingIsOpenEnded() {
        assertThatCode(() -> verb().lasting(null, "2199-06-30T00:00:00.1234567+00:00", "1h"))
                .doesNotThrowAnyException();
        assertThatCode(() -> verb().lasting(null, "2199-06-30T00:00:00.1234567", "1h"))
                .doesNotThrowAnyException();
        assertThatCode(() -> verb().lasting(null, null, "1h")).doesNotThrowAnyException();
        assertThatThrownBy(() -> verb().lasting(null, "2024-06-30T00:00:00.0000000Z", "1h"))
                .isInstanceOf(ConsentFault.class);
        assertThatThrownBy(() -> verb().lasting(null, "some day", "1h"))
                .isInstanceOf(ConsentFault.class);
    }
}
