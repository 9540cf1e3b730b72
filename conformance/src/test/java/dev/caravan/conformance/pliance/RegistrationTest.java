package dev.caravan.conformance.pliance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravan.conformance.FrontDesk;
import dev.caravan.conformance.House;
import dev.caravan.sandbox.Exchange;
import dev.caravan.sandbox.pliance.EventType;
import dev.caravan.sandbox.pliance.Tenant;
import dev.caravan.sandbox.pliance.Webhook;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A connection's webhook is registered, tried out and kept right by our own routes. */
class RegistrationTest {
    private static final String LOOKED = "WebhookQuery";
    private static final String SAVED = "WebhookCommand";
    private static final String POKED = "WebhookQuery/Poke";

    private static Office office;
    private static FrontDesk desk;

    @BeforeAll
    static void open() {
        office = Office.hooked(Office.few().subjects(0, 0, 0), Map.of());
        desk = FrontDesk.before(office.house);
    }

    @AfterAll
    static void close() {
        desk.close();
        office.close();
    }

    @AfterEach
    void calm() {
        office.twin.faults().clear();
    }

    private static Tenant twin(String tenant) {
        return office.twin.tenant("acme", tenant);
    }

    private static String check(UUID connection) {
        return office.house.text(
                "select concat_ws(' ', ok, addresses, good_at is not null, message) from"
                        + " ledger.webhook where connection_id = '"
                        + connection
                        + "'");
    }

    @Test
    void aConnectionThatIsPulledIsToldToPostToUsAndThatIsTriedOut() {
        String tenant = office.tenant(2, 0, 0);
        UUID connection = office.pulled(tenant);
        assertThat(twin(tenant).webhook().url()).contains("/webhooks/pliance/");
        assertThat(twin(tenant).webhook().secret()).isEqualTo(Office.HOOK_SECRET);
        assertThat(twin(tenant).webhook().enabled()).isTrue();
        assertThat(check(connection)).isEqualTo("t 1 t remoteStatusCode 204");
        assertThat(office.run(connection, "webhook")).isEqualTo("complete ");
        assertThat(office.calls(tenant, POKED)).hasSize(1);
    }

    @Test
    void aPokeIsKeptAndShownAndNeverASubject() {
        String tenant = office.tenant(1, 0, 0);
        UUID connection = office.pulled(tenant);
        office.worked(connection, 1);
        assertThat(office.inbox(connection, "state || ' ' || left(entity, 5)"))
                .containsExactly("ignored poke-");
        assertThat(office.stored(connection, "provider_party_id", "party"))
                .containsExactlyElementsOf(office.truth(tenant).subjectIds());
        assertThat(office.calls(tenant, "PersonQuery")).hasSize(1);
    }

    @Test
    void anEventArrivesAtTheAddressThatWasRegistered() throws InterruptedException {
        String tenant = office.tenant(1, 0, 0);
        UUID connection = office.pulled(tenant);
        twin(tenant)
                .send(EventType.PersonSanctionMatched, office.truth(tenant).subjectIds().get(0));
        assertThat(office.twin.webhooksSettled(Duration.ofSeconds(10))).isTrue();
        office.worked(connection, 2);
        assertThat(office.inbox(connection, "state || ' ' || source"))
                .containsExactlyInAnyOrder("ignored webhook", "done webhook");
    }

    @Test
    void aWebhookThatIsRightIsLeftAsItIs() {
        String tenant = office.tenant(1, 0, 0);
        UUID connection = office.pulled(tenant);
        Webhook first = twin(tenant).webhook();
        office.pull(connection, "webhook");
        assertThat(twin(tenant).webhook()).isEqualTo(first);
        assertThat(office.calls(tenant, SAVED)).hasSize(1);
        assertThat(office.calls(tenant, POKED)).as("tried out again").hasSize(2);
        assertThat(check(connection)).isEqualTo("t 1 t remoteStatusCode 204");
    }

    static Stream<Arguments> wrongs() {
        return Stream.of(
                wrong("another's", tenant -> tenant.webhook("http://127.0.0.1:9/x", "theirs")),
                wrong(
                        "with another secret",
                        tenant -> tenant.webhook(tenant.webhook().url(), "theirs")),
                wrong(
                        "another connection's",
                        tenant -> {
                            String other = office.tenant(0, 0, 0);
                            office.pulled(other);
                            tenant.webhook(twin(other).webhook().url(), Office.HOOK_SECRET);
                        }));
    }

    private static Arguments wrong(String said, Consumer<Tenant> make) {
        return Arguments.of(said, make);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("wrongs")
    void aWebhookThatIsWrongIsRegisteredAnew(String said, Consumer<Tenant> make) {
        String tenant = office.tenant(1, 0, 0);
        UUID connection = office.pulled(tenant);
        String first = twin(tenant).webhook().url();
        make.accept(twin(tenant));
        office.pull(connection, "webhook");
        assertThat(twin(tenant).webhook().url()).contains("/webhooks/pliance/").isNotEqualTo(first);
        assertThat(twin(tenant).webhook().secret()).isEqualTo(Office.HOOK_SECRET);
        assertThat(check(connection)).as("the old one is good for a while").startsWith("t 2 t");
    }

    @Test
    void aWebhookThatWasSwitchedOffIsSwitchedOn() {
        String tenant = office.tenant(1, 0, 0);
        UUID connection = office.pulled(tenant);
        int status =
                office.command(
                        tenant,
                        "PUT",
                        "/api/WebhookCommand",
                        Map.of(
                                "url",
                                twin(tenant).webhook().url(),
                                "secret",
                                Office.HOOK_SECRET,
                                "enabled",
                                false));
        assertThat(status).isEqualTo(200);
        office.pull(connection, "webhook");
        assertThat(twin(tenant).webhook().enabled()).isTrue();
    }

    @Test
    void aSecretIsMadeUpWhereTheConnectionHasNoneAndIsNowhereInClear() {
        String tenant = office.tenant(1, 0, 0);
        UUID connection = office.connection(tenant);
        office.secrets(connection, Map.of("secret", Office.SECRET));
        office.house.pull(connection);
        String secret = twin(tenant).webhook().secret();
        assertThat(secret).matches("[A-Za-z0-9_-]{43}");
        assertThat(check(connection)).startsWith("t 1 t");
        String url = twin(tenant).webhook().url();
        assertThat(ChangesTest.found(office, secret)).isEmpty();
        assertThat(ChangesTest.found(office, url.substring(url.lastIndexOf('/') + 1))).isEmpty();
    }

    @Test
    void whileOneSecretReplacesTheOtherBothAreGood() throws InterruptedException {
        String tenant = office.tenant(1, 0, 0);
        UUID connection = office.pulled(tenant);
        String ref = office.truth(tenant).subjectIds().get(0);
        String url = twin(tenant).webhook().url();
        office.secrets(
                connection,
                Map.of(
                        "secret", Office.SECRET,
                        "webhook.secret", Office.HOOK_SECRET,
                        "webhook.secret.next", "hook-canary-of-next-year-012345"));
        office.pull(connection, "webhook");
        assertThat(twin(tenant).webhook().secret()).isEqualTo("hook-canary-of-next-year-012345");
        assertThat(check(connection)).startsWith("t 2 t");
        twin(tenant).webhook(url, Office.HOOK_SECRET);
        twin(tenant).send(EventType.PersonSanctionMatched, ref);
        assertThat(office.twin.webhooksSettled(Duration.ofSeconds(10))).isTrue();
        assertThat(twin(tenant).failures()).isEmpty();
        assertThat(office.inbox(connection, "entity")).contains(ref);
    }

    @Test
    void aWebhookThatDoesNotComeThroughIsAWarningAndIsNotPokedAgain() {
        String tenant = office.tenant(1, 0, 0);
        int port = office.closeListener();
        UUID connection = office.pulled(tenant);
        office.open(port);
        assertThat(office.run(connection, "webhook")).startsWith("partial CARAVAN-REQUEST");
        assertThat(check(connection))
                .startsWith("f 1 f remoteStatusCode 0")
                .doesNotContain("/webhooks/");
        assertThat(office.calls(tenant, POKED)).hasSize(1);
        assertThat(office.stored(connection, "1", "party")).as("the pull goes on").hasSize(1);

        office.pull(connection, "webhook");
        assertThat(check(connection)).startsWith("t 1 t");
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 503, 408, 400})
    void aPokeThatFailsIsNeverRepeated(int status) {
        String tenant = office.tenant(1, 0, 0);
        office.twin.faults().on(POKED).status(status).times(1);
        UUID connection = office.pulled(tenant);
        assertThat(office.calls(tenant, POKED)).hasSize(1);
        assertThat(check(connection)).startsWith("f 1 f");
        assertThat(office.house.state(connection)).isEqualTo("active");
    }

    @Test
    void anAnswerOfSomebodyElseAtOurAddressIsNoSuccess() {
        String tenant = office.tenant(1, 0, 0);
        office.twin
                .faults()
                .on(POKED)
                .error(
                        200,
                        Map.of(
                                "status",
                                "Success",
                                "success",
                                true,
                                "remoteStatusCode",
                                200,
                                "remoteBody",
                                "welcome"))
                .times(1);
        UUID connection = office.pulled(tenant);
        assertThat(check(connection)).startsWith("f 1 f remoteStatusCode 200");
        assertThat(office.run(connection, "webhook")).startsWith("partial ");
    }

    @Test
    void aRegistrationThatFailsIsMadeUpForTheNextTime() {
        String tenant = office.tenant(1, 0, 0);
        office.twin.faults().on(SAVED).status(500).times(2);
        UUID connection = office.pulled(tenant);
        assertThat(twin(tenant).webhook()).isEqualTo(Webhook.NONE);
        assertThat(office.calls(tenant, POKED)).isEmpty();
        office.pull(connection, "webhook");
        assertThat(check(connection)).startsWith("t 2 t");
    }

    @Test
    void everyCallNamesItsTenantAndACommandIsJson() {
        String tenant = office.tenant(1, 0, 0);
        office.pulled(tenant);
        List<Exchange> calls =
                Stream.of(LOOKED, SAVED, POKED)
                        .flatMap(endpoint -> office.calls(tenant, endpoint).stream())
                        .toList();
        assertThat(calls).extracting(Exchange::status).containsExactly(200, 200, 200);
        assertThat(office.twin.journal().all())
                .filteredOn(call -> call.path().contains("Webhook"))
                .allSatisfy(call -> assertThat(call.header("x-tenant")).isPresent());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://127.0.0.1:80",
                "http://caravan.example",
                "https://caravan.example/a b",
                "ftp://caravan.example"
            })
    void anAddressThatSecretsMustNotBeSentToIsRefused(String url) {
        assertThatThrownBy(() -> Office.of(Office.few(), Map.of("webhook.url", url)).close())
                .hasMessageContaining("CARAVAN-WEBHOOK")
                .hasMessageContaining("webhook.url");
        assertThatThrownBy(
                        () ->
                                Office.of(
                                                Office.few(),
                                                Map.of(
                                                        "webhook.url",
                                                        "http://caravan.example",
                                                        "webhook.http",
                                                        "loopback"))
                                        .close())
                .hasMessageContaining("CARAVAN-WEBHOOK");
    }

    @Test
    void anOperatorMayHaveItLookedAtAgainAndNothingElse() {
        String tenant = office.tenant(2, 0, 0);
        UUID connection = office.pulled(tenant);
        int lists = office.calls(tenant, "PersonQuery/List").size();
        String before = office.house.lastEnd(connection);
        assertThat(
                        desk.admin("POST", "/connections/" + connection + "/pull?kinds=webhook", "")
                                .statusCode())
                .isEqualTo(202);
        office.house.awaitPull(connection, before);
        assertThat(office.calls(tenant, POKED)).hasSize(2);
        assertThat(office.calls(tenant, "PersonQuery/List")).hasSize(lists);
    }

    @Test
    void aCredentialThatWasRefusedMayBeSetRightAndPullsBeginAgain() {
        String tenant = office.tenant(1, 0, 0);
        UUID connection = office.connection(tenant);
        office.secret(connection, "another-secret-of-more-than-32-bytes");
        office.house.pull(connection);
        assertThat(office.house.state(connection)).isEqualTo("reauth_required");
        String before = office.house.lastEnd(connection);
        String path = "/connections/" + connection + "/settings";
        String body = "{\"secrets\": {\"secret\": \"" + Office.SECRET + "\"}}";
        assertThat(desk.admin("PUT", path, body).statusCode()).isEqualTo(200);
        office.house.awaitPull(connection, before);
        assertThat(office.house.state(connection)).isEqualTo("active");
        assertThat(office.house.fault(connection)).isEmpty();
        office.holds(connection, tenant);
        assertThat(check(connection)).startsWith("t 1 t");
    }

    @Test
    void aConnectionThatAnOperatorMadeIsPinged() {
        String tenant = office.tenant(1, 0, 0);
        String made =
                desk.admin(
                                "POST",
                                "/connections",
                                """
                                {"provider": "pliance", "user": "acme", "settings": {"url": "%s", "company": "acme",
                                  "multitenant": "on", "tenant": "%s", "user": "caravan"}, "secrets": {"secret": "%s"}}
                                """
                                        .formatted(office.twin.base(), tenant, Office.SECRET))
                        .body();
        UUID connection =
                UUID.fromString(made.replaceAll("(?s).*\"connection\":\"([^\"]*)\".*", "$1"));
        House.until(
                () -> {
                    office.house.tick("ping");
                    return office.house.number(
                                    "select count(*) from ledger.ping where ok and connection_id ="
                                            + " '"
                                            + connection
                                            + "'")
                            == 1;
                });
        assertThat(office.calls(tenant, "Ping")).isNotEmpty();
    }

    @Test
    void aConnectionFromBeforeThereWerePingsIsPingedOnceTheRoutesAreThere() {
        String tenant = office.tenant(1, 0, 0);
        UUID connection = office.connection(tenant);
        try (var second = office.house.secondNode()) {
            assertThat(second.running()).contains("pliance");
            assertThat(
                            office.house.number(
                                    "select count(*) from caravan.task where kind = 'ping' and"
                                            + " due_at <= caravan.now() and connection_id = '"
                                            + connection
                                            + "'"))
                    .isOne();
        }
    }
}
