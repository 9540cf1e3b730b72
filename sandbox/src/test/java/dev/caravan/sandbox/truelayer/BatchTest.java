package dev.caravan.sandbox.truelayer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.sandbox.Json;
import dev.caravan.sandbox.MovableClock;
import dev.caravan.sandbox.Receiver;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BatchTest {
    private final MovableClock clock = MovableClock.at("2026-11-21T10:00:00Z");
    private final TrueLayerTwin twin = TrueLayerTwin.start(TwinSettings.defaults(), clock);
    private final Caller caller = Caller.of(twin);
    private final Receiver receiver =
            new Receiver("/webhooks/truelayer/data?t=nonce-of-the-caller", 200);
    private final List<BankAccount> accounts = twin.accounts("john");
    private String token;

    @BeforeEach
    void connect() {
        token = twin.connect("john", "doe").accessToken();
    }

    @AfterEach
    void close() {
        twin.close();
        receiver.close();
    }

    private HttpResponse<byte[]> ask(JsonNode request) throws Exception {
        return caller.json("/data/v1/batch/transactions", request, "Bearer " + token);
    }

    private JsonNode accepted(JsonNode request) throws Exception {
        HttpResponse<byte[]> answer = ask(request);
        assertThat(answer.statusCode()).isEqualTo(202);
        return Caller.body(answer);
    }

    private JsonNode result(JsonNode request) throws Exception {
        JsonNode accepted = accepted(request);
        await().atMost(Duration.ofSeconds(10))
                .until(() -> twin.tasks().get(twin.tasks().size() - 1).ended());
        return read(accepted);
    }

    private JsonNode read(JsonNode accepted) throws Exception {
        HttpResponse<byte[]> answer = caller.get(accepted.path("results_uri").asText(), token);
        assertThat(answer.statusCode()).isEqualTo(200);
        return Caller.body(answer);
    }

    private String refused(JsonNode request) throws Exception {
        HttpResponse<byte[]> answer = ask(request);
        return answer.statusCode() + " " + Caller.body(answer).path("error").asText();
    }

    private static List<String> members(JsonNode object) {
        List<String> members = new ArrayList<>();
        object.fieldNames().forEachRemaining(members::add);
        return members;
    }

    @Test
    void aBatchIsAcceptedUnderAPlaceOfItsOwn() throws Exception {
        JsonNode accepted = accepted(Json.object().put("webhook_uri", receiver.url()));

        assertThat(accepted.path("status").asText()).isEqualTo("Queued");
        String id = accepted.path("task_id").asText();
        assertThat(accepted.path("results_uri").asText())
                .isEqualTo(twin.base() + "/data/v1/batch/results/" + id);
        await().until(() -> receiver.requests().size() == 1);
        JsonNode told = receiver.bodies().get(0);
        assertThat(told.path("task_id").asText()).isEqualTo(id);
        assertThat(told.path("results_uri")).isEqualTo(accepted.path("results_uri"));
        assertThat(told.path("request_uri").asText()).endsWith("/data/v1/batch/transactions");
        assertThat(caller.get("results/" + id, token).statusCode()).isEqualTo(404);
    }

    @Test
    void theResultIsAnObjectOfAccountsAndCardsWithWhatTheSingleCallsSay() throws Exception {
        JsonNode result =
                result(Json.object().put("pending", true).put("balance", true).put("to", day()));

        assertThat(members(result))
                .containsExactlyInAnyOrder("status", "task_id", "request", "results");
        assertThat(result.path("status").asText()).isEqualTo("Succeeded");
        assertThat(result.at("/request/from").asText()).isEqualTo("2026-08-24");
        assertThat(result.at("/request/to").asText()).isEqualTo(day());
        assertThat(members(result.path("results"))).containsExactly("accounts", "cards");
        assertThat(result.at("/results/accounts")).hasSize(2);
        assertThat(result.at("/results/cards")).hasSize(1);
        for (BankAccount account : accounts) {
            String kind = account.kind().segment();
            JsonNode one = null;
            for (JsonNode each : result.at("/results/" + kind)) {
                one = each.path("account_id").asText().equals(account.id()) ? each : one;
            }
            String path = kind + "/" + account.id();
            assertThat(one.path("transactions"))
                    .isEqualTo(caller.results(path + "/transactions", token));
            assertThat(one.path("pending_transactions"))
                    .isEqualTo(caller.results(path + "/transactions/pending", token));
            assertThat(one.path("balance"))
                    .as("an object, not an array of one")
                    .isEqualTo(caller.results(path + "/balance", token).path(0));
        }
    }

    private String day() {
        return "2026-11-21";
    }

    @Test
    void pendingAndBalanceComeOnlyWhenTheyAreAskedFor() throws Exception {
        JsonNode one = result(Json.object()).at("/results/accounts/0");

        assertThat(members(one)).containsExactly("account_id", "transactions");
    }

    @Test
    void theWindowHoldsForEveryAccount() throws Exception {
        ObjectNode request = Json.object().put("from", "2026-11-01").put("to", "2026-11-10");
        JsonNode result = result(request);

        assertThat(result.path("request"))
                .isEqualTo(Json.object().put("from", "2026-11-01").put("to", "2026-11-10"));
        String path =
                "cards/" + accounts.get(2).id() + "/transactions?from=2026-11-01&to=2026-11-10";
        assertThat(result.at("/results/cards/0/transactions"))
                .isNotEmpty()
                .isEqualTo(caller.results(path, token));
    }

    @Test
    void theWhitelistLetsOnlyItsAccountsPass() throws Exception {
        ObjectNode request = Json.object();
        request.putArray("account_ids_whitelist").add(accounts.get(1).id()).add("unknown");
        JsonNode result = result(request);

        assertThat(result.at("/results/accounts")).hasSize(1);
        assertThat(result.at("/results/accounts/0/account_id").asText())
                .isEqualTo(accounts.get(1).id());
        assertThat(result.at("/results/cards")).isEmpty();
        assertThat(result.at("/results/cards").isArray()).isTrue();
    }

    @Test
    void anUnknownAccountCanFailTheBatch() throws Exception {
        twin.change(twin.settings().batchRefusesUnknownAccounts(true));
        ObjectNode request = Json.object();
        request.putArray("account_ids_whitelist").add("unknown");

        JsonNode result = result(request);

        assertThat(result.path("status").asText()).isEqualTo("Failed");
        assertThat(result.path("error").asText()).isEqualTo("account_not_found");
    }

    @Test
    void aWindowThatTheBankRefusesFailsTheWholeBatch() throws Exception {
        clock.advance(Duration.ofMinutes(6));

        assertThat(result(Json.object().put("from", "2026-01-01")).path("error").asText())
                .isEqualTo("sca_exceeded");
    }

    @Test
    void anUnfinishedBatchHasAnObjectOfNothing() throws Exception {
        twin.holdTasks();
        JsonNode unfinished = read(accepted(Json.object()));

        assertThat(unfinished.path("status").asText()).isEqualTo("Queued");
        assertThat(unfinished.at("/results/accounts").isArray()).isTrue();
        assertThat(unfinished.at("/results/accounts")).isEmpty();
    }

    @Test
    void whatIsNoBatchRequestIsRefusedAtOnce() throws Exception {
        assertThat(refused(Json.object().put("from", "soon"))).isEqualTo("400 validation_error");
        assertThat(refused(Json.object().put("pending", "yes"))).isEqualTo("400 validation_error");
        assertThat(refused(Json.object().put("account_ids_whitelist", "a")))
                .isEqualTo("400 validation_error");
        assertThat(refused(Json.object().put("webhook_uri", 7))).isEqualTo("400 validation_error");
        assertThat(refused(Json.array())).isEqualTo("400 validation_error");
        token = "wrong";
        assertThat(refused(Json.object())).isEqualTo("401 invalid_token");
        assertThat(twin.tasks()).isEmpty();
    }

    @Test
    void aBatchCountsOnceForEveryAccountAndEndpointItTouches() throws Exception {
        twin.change(twin.settings().unattendedLimit(2));
        String single = "accounts/" + accounts.get(0).id();
        result(Json.object().put("balance", true));
        caller.results(single + "/transactions", token);

        assertThat(caller.error(single + "/transactions", token))
                .isEqualTo("429 provider_request_limit_exceeded");
        assertThat(refused(Json.object())).isEqualTo("429 provider_request_limit_exceeded");
        assertThat(caller.results(single + "/balance", token)).hasSize(1);
        assertThat(caller.results(single + "/transactions/pending", token)).isNotNull();

        twin.change(twin.settings().batchCountsEachAccount(false));
        accepted(Json.object());
        accepted(Json.object());
        assertThat(refused(Json.object())).isEqualTo("429 provider_request_limit_exceeded");
    }

    @Test
    void faultsAndMockUsersStrikeInsideTheBatch() throws Exception {
        twin.faults().task("batch/transactions").error(503, "connector_overload").times(1);
        assertThat(result(Json.object()).path("error").asText()).isEqualTo("connector_overload");

        twin.faults().on("batch/transactions").nullAmount().times(1);
        assertThat(result(Json.object()).at("/results/accounts/0/transactions/0/amount").isNull())
                .isTrue();

        token = twin.connect("error.user_input_required", "error").accessToken();
        assertThat(result(Json.object()).path("error").asText()).isEqualTo("user_input_required");
    }
}
