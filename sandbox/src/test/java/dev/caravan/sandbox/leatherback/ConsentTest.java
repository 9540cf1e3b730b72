package dev.caravan.sandbox.leatherback;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.sandbox.Json;
import dev.caravan.sandbox.MovableClock;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConsentTest {
    private static final String PUBLISHED =
            """
            {"Data": {"Permissions": ["ReadAccountsBasic", "ReadBeneficiariesBasic",
                        "ReadBeneficiariesDetail"],
                      "ExpirationDateTime": "2024-06-30T08:38:43.527Z",
                      "TransactionFromDateTime": "2024-06-29T08:38:43.527Z",
                      "TransactionToDateTime": "2024-06-30T08:38:43.527Z"},
             "Risk": {}}
            """;
    private final MovableClock clock = MovableClock.at("2024-07-01T17:46:17.6950483Z");
    private final LeatherbackTwin twin = LeatherbackTwin.start(Tpp.known(), clock);
    private final Tpp tpp = new Tpp(twin, clock);

    @AfterEach
    void close() {
        twin.close();
    }

    private static JsonNode published() {
        return Json.parse(PUBLISHED.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void thePublishedRequestIsAnsweredAsPublished() throws Exception {
        var answer = tpp.createConsent(published());
        JsonNode data = Tpp.body(answer).path("Data");

        assertThat(answer.statusCode()).isEqualTo(201);
        assertThat(data.path("Status").asText()).isEqualTo("AwaitingAuthorisation");
        assertThat(data.path("CreationDateTime").asText())
                .isEqualTo("2024-07-01T17:46:17.6950483Z");
        assertThat(data.path("StatusUpdateDateTime").asText())
                .isEqualTo("2024-07-01T17:46:17.6950484Z");
        assertThat(data.path("ExpirationDateTime").asText()).isEqualTo("2024-06-30T08:38:43.527Z");
        assertThat(data.path("Permissions"))
                .isEqualTo(published().path("Data").path("Permissions"));
        assertThat(Tpp.body(answer).path("Risk").isObject()).isTrue();
        assertThat(Tpp.body(answer).path("Meta").path("TotalPages").asInt()).isEqualTo(1);
    }

    @Test
    void linksSelfNamesAnotherHostAndAnotherConsent() throws Exception {
        JsonNode answer = Tpp.body(tpp.createConsent(published()));
        String self = answer.path("Links").path("Self").asText();

        assertThat(self).startsWith("https://").contains("consentId=").contains("callbackUrl=");
        assertThat(self).doesNotContain(answer.path("Data").path("ConsentId").asText());
    }

    @Test
    void bornExpiredOrReversedDatesCanBeRefused() throws Exception {
        twin.change(twin.settings().strictConsentDates(true));

        assertThat(tpp.error(tpp.createConsent(published())))
                .isEqualTo("400 UK.OBIE.Field.InvalidDate");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "ReadBalances",
                "ReadAccountsBasic,ReadTransactionsBasic",
                "ReadAccountsBasic,ReadTransactionsDetail",
                "ReadAccountsBasic,ReadTransactionsCredits",
                "ReadAccountsBasic,ReadTransactionsDebits",
                "ReadAccountsBasic,ReadMinds"
            })
    void theRulesOfPermissionsAreKept(String permissions) throws Exception {
        String[] asked = permissions.isEmpty() ? new String[0] : permissions.split(",");

        assertThat(tpp.error(tpp.createConsent(tpp.consentWish(asked))))
                .isEqualTo("400 UK.OBIE.Field.Invalid");
    }

    @Test
    void basicAndDetailTogetherAreNoFault() throws Exception {
        ObjectNode wish =
                tpp.consentWish(
                        "ReadAccountsBasic",
                        "ReadAccountsDetail",
                        "ReadTransactionsBasic",
                        "ReadTransactionsDebits");

        assertThat(tpp.createConsent(wish).statusCode()).isEqualTo(201);
    }

    @Test
    void aBodyThatIsNotAsItShouldBeIsRefused() throws Exception {
        ObjectNode noRisk = tpp.consentWish("ReadAccountsBasic");
        noRisk.remove("Risk");
        ObjectNode noZone = tpp.consentWish("ReadAccountsBasic");
        ((ObjectNode) noZone.path("Data")).put("ExpirationDateTime", "2027-02-18T00:00:00");
        ObjectNode noPermissions = tpp.consentWish("ReadAccountsBasic");
        ((ObjectNode) noPermissions.path("Data")).remove("Permissions");

        assertThat(tpp.error(tpp.createConsent(noRisk))).isEqualTo("400 UK.OBIE.Field.Missing");
        assertThat(tpp.error(tpp.createConsent(noZone))).isEqualTo("400 UK.OBIE.Field.InvalidDate");
        assertThat(tpp.error(tpp.createConsent(noPermissions)))
                .isEqualTo("400 UK.OBIE.Field.Missing");
        assertThat(tpp.error(tpp.createConsent(Json.object().putArray("x"))))
                .isEqualTo("400 UK.OBIE.Resource.InvalidFormat");
    }

    @Test
    void headersAreChecked() throws Exception {
        JsonNode wish = tpp.consentWish("ReadAccountsBasic");

        assertThat(tpp.createConsent(wish, "Content-Type", "text/json").statusCode())
                .isEqualTo(415);
        assertThat(tpp.createConsent(wish, "Accept", "text/html").statusCode()).isEqualTo(406);
        assertThat(tpp.error(tpp.createConsent(wish, "x-idempotency-key", "1")))
                .isEqualTo("400 UK.OBIE.Header.Invalid");
        twin.change(twin.settings().refuseIdempotencyKey(false));
        assertThat(tpp.createConsent(wish, "x-idempotency-key", "1").statusCode()).isEqualTo(201);
    }

    @Test
    void creatingIsNotIdempotent() throws Exception {
        tpp.createConsent(published());
        tpp.createConsent(published());

        assertThat(twin.consents()).hasSize(2);
    }

    @Test
    void permissionsCanBeDropped() throws Exception {
        twin.change(twin.settings().droppedPermissions("ReadBalances"));

        JsonNode answer =
                Tpp.body(tpp.createConsent(tpp.consentWish("ReadAccountsBasic", "ReadBalances")));

        assertThat(answer.path("Data").path("Permissions").toString())
                .isEqualTo("[\"ReadAccountsBasic\"]");
    }

    @Test
    void theStatusIsReadBack() throws Exception {
        String id = tpp.consent();
        String path = "/account-access-consents/" + id;
        assertThat(status(path)).isEqualTo("AwaitingAuthorisation");

        clock.advance(Duration.ofSeconds(5));
        new Browser().allow(tpp.link(tpp.claims(id)));

        assertThat(status(path)).isEqualTo("Authorised");
        assertThat(twin.consent(id).statusAt()).isEqualTo("2024-07-01T17:46:22.6950483Z");
    }

    private String status(String path) throws Exception {
        return tpp.json(path, tpp.clientToken()).path("Data").path("Status").asText();
    }

    @Test
    void aDeletedConsentIsGoneAndItsTokensAreDead() throws Exception {
        JsonNode tokens = tpp.connect();
        String path = "/account-access-consents/" + twin.lastConsent().id();
        String client = tpp.clientToken();

        assertThat(tpp.api("DELETE", path, client, null).statusCode()).isEqualTo(204);

        assertThat(tpp.error(tpp.get(path, client))).isEqualTo("400 UK.OBIE.Resource.NotFound");
        assertThat(tpp.error(tpp.api("DELETE", path, client, null)))
                .isEqualTo("400 UK.OBIE.Resource.NotFound");
        assertThat(tpp.get("/accounts", tokens.path("access_token").asText()).statusCode())
                .isEqualTo(401);
        assertThat(tpp.refresh(tokens.path("refresh_token").asText()).statusCode()).isEqualTo(400);
    }

    @Test
    void aBankMayNotHaveReadOrDelete() throws Exception {
        twin.change(twin.settings().consentReadStatus(404).consentDeleteStatus(405));
        tpp.connect();
        String path = "/account-access-consents/" + twin.lastConsent().id();

        assertThat(tpp.get(path, tpp.clientToken()).statusCode()).isEqualTo(404);
        assertThat(tpp.api("DELETE", path, tpp.clientToken(), null).statusCode()).isEqualTo(405);
        assertThat(twin.lastConsent().deleted()).isFalse();
    }

    @Test
    void whatTheCustomerRevokesAtTheBankStaysAuthorisedWithDeadTokens() throws Exception {
        JsonNode tokens = tpp.connect();
        String id = twin.lastConsent().id();

        twin.revoke(id);

        assertThat(status("/account-access-consents/" + id)).isEqualTo("Authorised");
        var refused = tpp.get("/accounts", tokens.path("access_token").asText());
        assertThat(refused.statusCode()).isEqualTo(401);
        assertThat(refused.body()).isEmpty();
        assertThat(tpp.refresh(tokens.path("refresh_token").asText()).statusCode()).isEqualTo(400);
        Callback again = new Browser().allow(tpp.link(tpp.claims(id)));
        String fresh = Tpp.body(tpp.exchange(again.get("code"))).path("access_token").asText();
        assertThat(tpp.get("/accounts", fresh).statusCode()).isEqualTo(200);
    }

    @Test
    void anExpiredConsentGivesNothingAndKeepsItsStatus() throws Exception {
        JsonNode tokens = tpp.connect();
        String id = twin.lastConsent().id();
        twin.expireConsent(id);
        String token = tokens.path("access_token").asText();

        assertThat(tpp.get("/accounts", token).statusCode()).isEqualTo(401);
        assertThat(tpp.refresh(tokens.path("refresh_token").asText()).statusCode()).isEqualTo(400);
        assertThat(status("/account-access-consents/" + id)).isEqualTo("Authorised");
        twin.change(twin.settings().expiredConsentStatus(400));
        assertThat(tpp.error(tpp.get("/accounts", token)))
                .isEqualTo("400 UK.OBIE.Resource.InvalidConsentStatus");
    }

    @Test
    void eachKindOfTokenHasItsOwnDoors() throws Exception {
        String user = tpp.connect().path("access_token").asText();
        String path = "/account-access-consents/" + twin.lastConsent().id();

        assertThat(tpp.get(path, user).statusCode()).isEqualTo(403);
        assertThat(tpp.get("/accounts", tpp.clientToken()).statusCode()).isEqualTo(403);
        var nobody = tpp.get("/accounts", "made-up");
        assertThat(nobody.statusCode()).isEqualTo(401);
        assertThat(nobody.body()).isEmpty();
    }
}
