package dev.caravan.sandbox.truelayer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.sandbox.MovableClock;
import dev.caravan.sandbox.Receiver;
import dev.caravan.sandbox.http.LoopbackServer;
import dev.caravan.sandbox.http.Reply;
import dev.caravan.sandbox.http.SelfSigned;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AsyncTest {
    private final MovableClock clock = MovableClock.at("2026-11-21T10:00:00Z");
    private final TrueLayerTwin twin = TrueLayerTwin.start(TwinSettings.defaults(), clock);
    private final Caller caller = Caller.of(twin);
    private final Receiver receiver =
            new Receiver("/webhooks/truelayer/data?t=nonce-of-the-caller", 200);
    private String token;
    private String transactions;

    @BeforeEach
    void connect() {
        token = twin.connect("john", "doe").accessToken();
        transactions = "accounts/" + twin.accounts("john").get(0).id() + "/transactions";
    }

    @AfterEach
    void close() {
        twin.close();
        receiver.close();
    }

    private JsonNode later(String path) throws Exception {
        String query = path.contains("?") ? "&" : "?";
        HttpResponse<byte[]> accepted =
                caller.get(
                        path + query + "async=true&webhook_uri=" + Caller.encode(receiver.url()),
                        token);
        assertThat(accepted.statusCode()).isEqualTo(202);
        return Caller.body(accepted);
    }

    private HttpResponse<byte[]> results(JsonNode accepted) throws Exception {
        return caller.get(accepted.path("results_uri").asText(), token);
    }

    private JsonNode body(JsonNode accepted) throws Exception {
        HttpResponse<byte[]> results = results(accepted);
        assertThat(results.statusCode()).isEqualTo(200);
        return Caller.body(results);
    }

    private void told(int webhooks) {
        await().atMost(Duration.ofSeconds(10)).until(() -> receiver.requests().size() == webhooks);
    }

    @Test
    void theResultIsWhatTheSynchronousCallWouldHaveSaid() throws Exception {
        JsonNode synchronous = Caller.body(caller.get(transactions, token));
        JsonNode accepted = later(transactions);

        String id = accepted.path("task_id").asText();
        assertThat(accepted.path("status").asText()).isEqualTo("Queued");
        assertThat(accepted.path("results_uri").asText())
                .isEqualTo(twin.base() + "/data/v1/results/" + id);
        told(1);
        assertThat(body(accepted)).isEqualTo(synchronous);
        assertThat(body(accepted).path("results")).hasSizeGreaterThan(10);
        assertThat(twin.tasks().get(0).reads()).isEqualTo(2);
    }

    @Test
    void theWebhookTellsWhereTheResultIsAndNeverTheData() throws Exception {
        JsonNode accepted = later(transactions + "?from=2026-11-01");
        told(1);

        JsonNode told = receiver.bodies().get(0);
        assertThat(told.path("request_timestamp").asText()).isEqualTo("0001-01-01T00:00:00Z");
        assertThat(told.path("request_uri").asText())
                .startsWith(twin.base() + "/data/v1/" + transactions + "?from=2026-11-01&async=");
        assertThat(told.path("results_uri")).isEqualTo(accepted.path("results_uri"));
        assertThat(told.path("task_id")).isEqualTo(accepted.path("task_id"));
        assertThat(told.path("status").asText()).isEqualTo("Succeeded");
        assertThat(told.path("credentials_id").asText())
                .isEqualTo(twin.connection("john").credentialsId());
        assertThat(told.has("error") || told.has("results")).isFalse();
        assertThat(receiver.requests().get(0).method()).isEqualTo("POST");
        assertThat(receiver.requests().get(0).query()).containsEntry("t", "nonce-of-the-caller");
        assertThat(receiver.requests().get(0).header("content-type")).contains("application/json");
        assertThat(receiver.requests().get(0).headers()).doesNotContainKey("tl-signature");
    }

    @Test
    void aDeliveryIsRecordedAndItsTextMasksTheQuery() throws Exception {
        receiver.reply = dev.caravan.sandbox.http.Reply.empty(503);
        later(transactions);
        await().until(() -> twin.deliveries().size() == 1);

        WebhookDelivery delivery = twin.deliveries().get(0);
        assertThat(delivery.uri()).isEqualTo(URI.create(receiver.url()));
        assertThat(delivery.status()).isEqualTo(503);
        assertThat(delivery.arrived()).isFalse();
        assertThat(delivery.word()).isEqualTo("Succeeded");
        assertThat(delivery.toString()).doesNotContain("nonce").contains("?***");
        assertThat(twin.tasks().toString()).doesNotContain("nonce");
        assertThat(receiver.requests()).as("TrueLayer does not try again").hasSize(1);
    }

    @Test
    void withoutWebhookTheResultIsThereToBePolled() throws Exception {
        JsonNode accepted = Caller.body(caller.get("accounts?async=true", token));

        await().until(() -> body(accepted).path("status").asText().equals("Succeeded"));
        assertThat(body(accepted).path("results")).hasSize(2);
        assertThat(twin.deliveries()).isEmpty();
    }

    @Test
    void webhookUriAloneDoesNothing() throws Exception {
        String webhook = "?webhook_uri=" + Caller.encode(receiver.url());

        assertThat(caller.get("accounts" + webhook, token).statusCode()).isEqualTo(200);
        assertThat(caller.get("me" + webhook + "&async=true", token).statusCode())
                .as("the contract declares no async mode of /me")
                .isEqualTo(200);
        assertThat(twin.tasks()).isEmpty();
    }

    @Test
    void everyMarkedEndpointAnswersLaterWhatItAnswersNow() throws Exception {
        String account = "accounts/" + twin.accounts("john").get(0).id();
        String card = "cards/" + twin.accounts("john").get(2).id();
        for (String path :
                List.of(
                        "accounts",
                        account,
                        account + "/balance",
                        account + "/transactions/pending",
                        account + "/standing_orders",
                        account + "/direct_debits",
                        "cards",
                        card,
                        card + "/balance",
                        card + "/transactions",
                        card + "/transactions/pending")) {
            JsonNode accepted = later(path);
            await().until(() -> twin.tasks().get(twin.tasks().size() - 1).ended());
            assertThat(body(accepted)).as(path).isEqualTo(Caller.body(caller.get(path, token)));
        }
    }

    @Test
    void theAcceptanceMayBe200() throws Exception {
        twin.change(twin.settings().asyncAnswerStatus(200));

        HttpResponse<byte[]> accepted = caller.get("accounts?async=true", token);

        assertThat(accepted.statusCode()).isEqualTo(200);
        assertThat(Caller.body(accepted).path("status").asText()).isEqualTo("Queued");
    }

    @Test
    void aTaskIsQueuedThenRunningThenDoneByTheClockOfTheTwin() throws Exception {
        twin.change(twin.settings().taskQueuedSeconds(10).taskRunningSeconds(20));
        JsonNode accepted = later("accounts");

        assertThat(body(accepted).path("status").asText()).isEqualTo("Queued");
        assertThat(body(accepted).path("results")).isEmpty();
        clock.advance(Duration.ofSeconds(10));
        assertThat(body(accepted).path("status").asText()).isEqualTo("Running");
        assertThat(receiver.requests()).isEmpty();
        clock.advance(Duration.ofSeconds(20));
        assertThat(body(accepted).path("status").asText()).isEqualTo("Succeeded");
        told(1);
    }

    @Test
    void tasksWaitWhileTheyAreHeld() throws Exception {
        twin.holdTasks();
        JsonNode accepted = later("accounts");
        assertThat(body(accepted).path("status").asText()).isEqualTo("Queued");

        twin.releaseTasks();

        assertThat(body(accepted).path("status").asText()).isEqualTo("Succeeded");
        told(1);
    }

    @Test
    void theDataIsThatOfTheEndAndNotOfTheCall() throws Exception {
        twin.holdTasks();
        JsonNode accepted = later(transactions);
        twin.accounts("john").get(0).grow(3);
        twin.releaseTasks();

        JsonNode result = body(accepted);
        twin.accounts("john").get(0).grow(3);

        assertThat(body(accepted)).as("a result stays what it is").isEqualTo(result);
        assertThat(Caller.body(caller.get(transactions, token)).path("results"))
                .hasSize(result.path("results").size() + 3);
    }

    @Test
    void anErrorOfTheBankArisesInsideTheTask() throws Exception {
        clock.advance(Duration.ofMinutes(6));
        for (String[] each :
                new String[][] {
                    {transactions + "?from=2026-01-01", "sca_exceeded"},
                    {transactions + "?from=2026-11-20&to=2026-11-22", "invalid_date_range"},
                    {"accounts/unknown/balance", "account_not_found"}
                }) {
            int before = receiver.requests().size();
            JsonNode accepted = later(each[0]);
            told(before + 1);

            JsonNode failed = body(accepted);
            assertThat(failed.path("status").asText()).isEqualTo("Failed");
            assertThat(failed.path("error").asText()).isEqualTo(each[1]);
            assertThat(failed.path("error_description").asText()).isNotEmpty();
            JsonNode told = receiver.bodies().get(before);
            assertThat(told.path("status").asText()).isEqualTo("Failed");
            assertThat(told.path("error").asText()).isEqualTo(each[1]);
            assertThat(told.path("error_description")).isEqualTo(failed.path("error_description"));
        }
    }

    @Test
    void aMockUserFailsInsideTheTask() throws Exception {
        token = twin.connect("error.provider_error", "error").accessToken();
        JsonNode accepted = later("accounts");
        told(1);

        assertThat(body(accepted).path("error").asText()).isEqualTo("provider_error");
    }

    @Test
    void aFailedResultMayKeepTheStatusOfTheSynchronousCall() throws Exception {
        twin.change(twin.settings().failedResultsKeepStatus(true));
        twin.faults().task("accounts").providerTimeout();
        JsonNode accepted = later("accounts");
        told(1);

        assertThat(results(accepted).statusCode()).isEqualTo(504);
    }

    @Test
    void whatTheCallLacksInItselfIsRefusedAtOnce() throws Exception {
        String query = "?async=true";
        assertThat(caller.error(transactions + query + "&from=soon", token))
                .isEqualTo("400 validation_error");
        assertThat(caller.error("accounts" + query + "&webhook_uri=nowhere", token))
                .isEqualTo("400 validation_error");
        assertThat(caller.error("accounts" + query, "wrong")).isEqualTo("401 invalid_token");
        twin.connection("john").revoke();
        assertThat(caller.error("accounts" + query, token)).isEqualTo("403 access_denied");
        assertThat(twin.tasks()).isEmpty();
    }

    @Test
    void aWebhookOverHttpCanBeRefused() throws Exception {
        twin.change(twin.settings().webhooksOverHttp(false));
        String webhook = "accounts?async=true&webhook_uri=" + Caller.encode(receiver.url());

        assertThat(caller.error(webhook, token)).isEqualTo("400 validation_error");
    }

    @Test
    void aFaultOfTheExchangeStrikesTheAcceptanceAndOneOfTheTaskTheTask() throws Exception {
        twin.faults().on("accounts").providerError().times(1);
        twin.faults().task("accounts").requestLimitExceeded().times(1);
        assertThat(caller.error("accounts?async=true", token)).isEqualTo("503 provider_error");

        JsonNode accepted = later("accounts");
        told(1);

        assertThat(body(accepted).path("error").asText())
                .isEqualTo("provider_request_limit_exceeded");
        assertThat(twin.faults().all()).allMatch(fault -> fault.hits() == 1);
        assertThat(caller.results("accounts", token)).as("synchronous").hasSize(2);
    }

    @Test
    void aGatewaysPageInsideTheTaskIsAProviderError() throws Exception {
        twin.faults().task("accounts").html(502);
        JsonNode accepted = later("accounts");
        told(1);

        assertThat(body(accepted).path("error").asText()).isEqualTo("provider_error");
    }

    @Test
    void aPageFaultOfTheCallIsInTheResult() throws Exception {
        twin.faults().on("accounts/{id}/transactions").wordAsAmount().times(1);
        JsonNode accepted = later(transactions);
        told(1);

        assertThat(body(accepted).at("/results/0/amount").asText()).isEqualTo("abc");
    }

    @Test
    void aResultCanSayThatItIsStillRunning() throws Exception {
        JsonNode accepted = later("accounts");
        told(1);
        twin.faults().on("results/{id}").status("Running").times(1);

        assertThat(body(accepted).path("status").asText()).isEqualTo("Running");
        assertThat(body(accepted).path("status").asText()).isEqualTo("Succeeded");
    }

    @Test
    void resultsVanishAfterTheirLife() throws Exception {
        twin.change(twin.settings().resultsSeconds(600));
        JsonNode accepted = later("accounts");
        told(1);
        clock.advance(Duration.ofSeconds(599));
        assertThat(results(accepted).statusCode()).isEqualTo(200);

        clock.advance(Duration.ofSeconds(1));

        assertThat(results(accepted).statusCode()).isEqualTo(404);
    }

    @Test
    void resultsNeedABearerOfTheSameConnection() throws Exception {
        JsonNode accepted = later("accounts");
        told(1);
        String uri = accepted.path("results_uri").asText();
        String foreign = twin.connect("john1", "doe1").accessToken();

        assertThat(caller.error(uri, foreign)).isEqualTo("403 access_denied");
        assertThat(caller.error(uri, "wrong")).isEqualTo("401 invalid_token");
        assertThat(caller.error("results/unknown", token)).isEqualTo("404 not_found");
        assertThat(twin.tasks().get(0).reads()).isZero();

        Map<String, String> refresh =
                Map.of(
                        "grant_type",
                        "refresh_token",
                        "client_id",
                        "sandbox-caravan",
                        "client_secret",
                        "not-a-secret",
                        "refresh_token",
                        twin.connection("john").refreshToken());
        String younger =
                Caller.body(caller.form("/connect/token", refresh)).path("access_token").asText();
        assertThat(caller.get(uri, younger).statusCode()).isEqualTo(200);
    }

    @Test
    void anAsynchronousCallCountsOneWhenItIsAcceptedAndItsResultNothing() throws Exception {
        twin.change(twin.settings().unattendedLimit(2));
        JsonNode first = later("accounts");
        later("accounts");
        told(2);
        for (int reads = 0; reads < 5; reads++) {
            assertThat(results(first).statusCode()).isEqualTo(200);
        }

        assertThat(caller.error("accounts?async=true", token))
                .isEqualTo("429 provider_request_limit_exceeded");
        assertThat(caller.get("accounts", token, "X-PSU-IP", "192.0.2.7").statusCode())
                .isEqualTo(200);
    }

    @Test
    void theJournalHasTheCallAndTheResultAndTheControlSurfaceMasksTheNonce() throws Exception {
        JsonNode accepted = later("accounts");
        told(1);
        results(accepted);

        assertThat(twin.journal().on("accounts").get(0).query()).containsEntry("async", "true");
        assertThat(twin.journal().on("results/{id}").get(0).accountId()).isEmpty();
        for (String path : List.of("/twin/journal", "/twin/tasks", "/twin/deliveries")) {
            String text = new String(caller.get(twin.base() + path, token).body());
            assertThat(text).contains("/webhooks/truelayer/data?***").doesNotContain("nonce-of");
        }
    }

    @Test
    void theTruthCountsTasksAndWebhooks() throws Exception {
        twin.faults().task("cards").providerError();
        JsonNode accepted = later("accounts");
        later("cards");
        told(2);
        await().until(() -> twin.deliveries().size() == 2);
        twin.holdTasks();
        later("accounts");
        body(accepted);
        body(accepted);

        assertThat(twin.truth().tasks()).isEqualTo(new TaskTruth(3, 1, 0, 1, 1, 1, 2, 2));
        assertThat(twin.truth().webhookSecrets()).containsExactly("t=nonce-of-the-caller");
        JsonNode overHttp = Caller.body(caller.get(twin.base() + "/twin/tasks?by=status", token));
        assertThat(overHttp.path("accepted").asInt()).isEqualTo(3);
        assertThat(overHttp.path("read").asInt()).isEqualTo(1);
    }

    @Test
    void aRestartForgetsTasksButNotTheConnection(@TempDir Path folder) throws Exception {
        TwinSettings settings =
                TwinSettings.defaults().stateFile(folder.resolve("twin.json").toString());
        String id;
        String bearer;
        try (TrueLayerTwin before = TrueLayerTwin.start(settings, clock)) {
            bearer = before.connect("john", "doe").accessToken();
            id =
                    Caller.body(Caller.of(before).get("accounts?async=true", bearer))
                            .path("task_id")
                            .asText();
        }
        try (TrueLayerTwin after = TrueLayerTwin.start(settings, clock)) {
            assertThat(Caller.of(after).error("results/" + id, bearer)).isEqualTo("404 not_found");
            assertThat(Caller.of(after).results("accounts", bearer)).hasSize(2);
        }
    }

    @Test
    void webhooksGoOverTlsToWhomTheTrustNames(@TempDir Path folder) throws Exception {
        SelfSigned shown =
                SelfSigned.make(
                        "receiver",
                        Instant.now().minusSeconds(3600),
                        Instant.now().plusSeconds(3600));
        SSLContext context = SSLContext.getInstance("TLS");
        KeyManagerFactory keys =
                KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(shown.keyStore("x"), "x".toCharArray());
        context.init(keys.getKeyManagers(), null, null);
        Path file = shown.writeTrustStore(folder.resolve("trust.p12"), "y");
        TwinSettings settings = TwinSettings.defaults().webhookTrust(file.toString(), "y");
        try (LoopbackServer secure =
                        LoopbackServer.secure(
                                0,
                                4,
                                false,
                                any -> new LoopbackServer.Served(Reply.empty(200), bytes -> {}),
                                context,
                                false);
                TrueLayerTwin trusting = TrueLayerTwin.start(settings, clock)) {
            String url = secure.base() + "/webhooks/truelayer/data?t=x";

            assertThat(trusting.webhook(url, "{}").status()).isEqualTo(200);
            assertThat(twin.webhook(url, "{}").status()).as("the JDK trusts it not").isZero();
            assertThat(trusting.toString() + trusting.deliveries()).doesNotContain("t=x");
        }
    }
}
