package dev.caravan.sandbox.truelayer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.sandbox.MovableClock;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AsyncTest {
    private final MovableClock clock = MovableClock.at("2026-11-21T10:00:00Z");
    private final TrueLayerTwin twin = TrueLayerTwin.start(TwinSettings.defaults(), clock);
    private final Caller caller = Caller.of(twin);
    private final Receiver receiver = new Receiver();
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
}
