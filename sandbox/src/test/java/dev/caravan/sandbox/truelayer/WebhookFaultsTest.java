package dev.caravan.sandbox.truelayer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.sandbox.Json;
import dev.caravan.sandbox.MovableClock;
import dev.caravan.sandbox.Receiver;
import dev.caravan.sandbox.http.Damage;
import dev.caravan.sandbox.http.LoopbackServer;
import dev.caravan.sandbox.http.Reply;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WebhookFaultsTest {
    private final MovableClock clock = MovableClock.at("2026-11-21T10:00:00Z");
    private final TrueLayerTwin twin = TrueLayerTwin.start(TwinSettings.defaults(), clock);
    private final Caller caller = Caller.of(twin);
    private final Receiver receiver =
            new Receiver("/webhooks/truelayer/data?t=nonce-of-the-caller", 200);
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

    private JsonNode later() throws Exception {
        return later(receiver.url());
    }

    private JsonNode later(String webhook) throws Exception {
        String path = "accounts?async=true&webhook_uri=" + Caller.encode(webhook);
        return Caller.body(caller.get(path, token));
    }

    private JsonNode body(JsonNode accepted) throws Exception {
        return Caller.body(caller.get("results/" + accepted.path("task_id").asText(), token));
    }

    private List<String> told(int webhooks) throws Exception {
        await().atMost(Duration.ofSeconds(10))
                .until(() -> twin.tasks().stream().allMatch(Task::ended));
        await().until(() -> receiver.requests().size() >= webhooks);
        assertThat(twin.webhooksSettled(Duration.ofSeconds(10))).isTrue();
        assertThat(receiver.requests()).hasSize(webhooks);
        return receiver.each("status");
    }

    @Test
    void theSameWebhookTwice() throws Exception {
        twin.faults().webhook("accounts").twice();
        later();

        assertThat(told(2)).containsExactly("Succeeded", "Succeeded");
        assertThat(receiver.bodies().get(0)).isEqualTo(receiver.bodies().get(1));
    }

    @Test
    void noWebhookAtAll() throws Exception {
        twin.faults().webhook("*").never();
        JsonNode accepted = later();

        assertThat(told(0)).isEmpty();
        assertThat(body(accepted).path("status").asText()).isEqualTo("Succeeded");
    }

    @Test
    void aWebhookLongAfterTheEnd() throws Exception {
        twin.faults().webhook("accounts").late(Duration.ofHours(7));
        later();
        assertThat(told(0)).isEmpty();

        clock.advance(Duration.ofHours(7));

        await().until(() -> receiver.requests().size() == 1);
    }

    @Test
    void theWebhookCanWinTheRaceAgainstTheAnswer() throws Exception {
        List<Integer> acceptances = new CopyOnWriteArrayList<>();
        try (LoopbackServer early =
                new LoopbackServer(
                        0,
                        4,
                        false,
                        request -> {
                            acceptances.add(twin.journal().on("accounts").size());
                            return new LoopbackServer.Served(Reply.empty(200), bytes -> {});
                        })) {
            twin.faults().on("accounts").toldBeforeTheAnswer().times(1);
            JsonNode accepted = later(early.base() + "/early?t=x");

            assertThat(acceptances).as("not answered yet").containsExactly(0);
            assertThat(accepted.path("status").asText()).isEqualTo("Queued");
            assertThat(body(accepted).path("status").asText()).isEqualTo("Succeeded");
            assertThat(twin.deliveries()).hasSize(1);
        }
    }

    @Test
    void theWebhookComesThoughTheAcceptanceIsLost() throws Exception {
        twin.faults().on("accounts").losesTheAnswer().times(1);
        // the client of the JDK asks again by itself
        JsonNode second = later();

        assertThat(told(2)).containsExactly("Succeeded", "Succeeded");
        assertThat(twin.tasks()).hasSize(2);
        assertThat(twin.tasks().get(1).id()).isEqualTo(second.path("task_id").asText());
    }

    @Test
    void failedFirstAndSucceededLater() throws Exception {
        twin.faults().webhook("accounts").failedFirst(Duration.ofSeconds(30)).times(1);
        JsonNode accepted = later();

        assertThat(told(1)).containsExactly("Failed");
        assertThat(receiver.bodies().get(0).path("error").asText()).isEqualTo("provider_error");
        assertThat(body(accepted).path("status").asText()).isEqualTo("Failed");

        clock.advance(Duration.ofSeconds(30));

        await().until(() -> receiver.each("status").equals(List.of("Failed", "Succeeded")));
        assertThat(body(accepted).path("results")).hasSize(2);
    }

    @Test
    void failedAfterSucceededDoesNotUndoTheResult() throws Exception {
        twin.faults().webhook("accounts").failedAfterwards();
        JsonNode accepted = later();

        assertThat(told(2)).containsExactly("Succeeded", "Failed");
        assertThat(body(accepted).path("status").asText()).isEqualTo("Succeeded");
    }

    @Test
    void aBodyThatLies() throws Exception {
        twin.faults().webhook("accounts").foreignResultsUri("http://127.0.0.1:1/steal").times(1);
        twin.faults().webhook("accounts").wrongTaskId("not-the-task").times(1);
        twin.faults().webhook("accounts").statusWord("Finished").times(1);
        for (int task = 0; task < 3; task++) {
            later();
            told(task + 1);
        }

        List<JsonNode> bodies = receiver.bodies();
        assertThat(bodies.get(0).path("results_uri").asText())
                .isEqualTo("http://127.0.0.1:1/steal");
        assertThat(bodies.get(1).path("task_id").asText()).isEqualTo("not-the-task");
        assertThat(bodies.get(2).path("status").asText()).isEqualTo("Finished");
    }

    @Test
    void theAcceptanceCanNameAForeignPlace() throws Exception {
        twin.faults().on("accounts").foreignResultsUri("http://127.0.0.1:1/steal");

        assertThat(later().path("results_uri").asText()).isEqualTo("http://127.0.0.1:1/steal");
    }

    @Test
    void aReceiverThatSaysNothingIsGivenUpAfterTheLimit() throws Exception {
        twin.change(twin.settings().webhookTimeoutMillis(50));
        receiver.reply = Reply.empty(200).damaged(Damage.of(Damage.Kind.LOSE));
        later();
        await().until(() -> twin.deliveries().size() == 1);

        assertThat(twin.deliveries().get(0).status()).isZero();
        assertThat(twin.deliveries().get(0).error()).isNotEmpty();
    }

    @Test
    void heldWebhooksCanChangeTheirOrder() throws Exception {
        twin.holdWebhooks();
        JsonNode first = later();
        JsonNode second = later();
        await().until(() -> twin.tasks().stream().allMatch(Task::ended));

        twin.releaseWebhooks(true);

        told(2);
        assertThat(receiver.bodies())
                .extracting(body -> body.path("task_id"))
                .containsExactly(second.path("task_id"), first.path("task_id"));
    }

    @Test
    void scriptsSetTheSameFaults() throws Exception {
        for (JsonNode wish :
                List.of(
                        Json.object().put("kind", "webhook_twice").put("times", 1),
                        Json.object()
                                .put("kind", "error")
                                .put("where", "task")
                                .put("status", 503)
                                .put("code", "connector_overload")
                                .put("endpoint", "accounts"))) {
            assertThat(caller.json("/twin/faults", wish).statusCode()).isEqualTo(204);
        }
        assertThat(caller.json("/twin/hold", Json.object()).statusCode()).isEqualTo(204);
        JsonNode accepted = later();
        assertThat(body(accepted).path("status").asText()).isEqualTo("Queued");
        assertThat(caller.json("/twin/release", Json.object()).statusCode()).isEqualTo(204);

        assertThat(told(2)).containsExactly("Failed", "Failed");
        assertThat(body(accepted).path("error").asText()).isEqualTo("connector_overload");
        assertThat(
                        new String(
                                caller.json("/twin/faults", Json.object().put("kind", "webhook_x"))
                                        .body()))
                .contains("webhook_failed_first", "word_as_amount");
    }
}
