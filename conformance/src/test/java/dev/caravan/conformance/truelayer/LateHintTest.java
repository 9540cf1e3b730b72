package dev.caravan.conformance.truelayer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.conformance.House;
import dev.caravan.sandbox.Exchange;
import dev.caravan.sandbox.truelayer.Task;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What happens between the ask and its result: time passes, tokens end. */
class LateHintTest {
    private static final String RESULT = "results/{id}";

    private static TrueLayer bank;

    @BeforeAll
    static void open() {
        bank = TrueLayer.open();
    }

    @AfterAll
    static void close() {
        bank.close();
    }

    private static void stored(UUID connection) {
        House.until(() -> count(connection, "stored") == TrueLayer.READS);
    }

    private static long count(UUID connection, String state) {
        return bank.house.number(
                "select count(*) from ledger.deferred_result where state = '"
                        + state
                        + "' and connection_id = '"
                        + connection
                        + "'");
    }

    /** Webhooks of a user's tasks that were taken. */
    private static long arrived(String user) {
        List<String> tasks =
                bank.twin.tasks().stream()
                        .filter(task -> task.user().equals(user))
                        .map(Task::id)
                        .toList();
        return bank.twin.deliveries().stream()
                .filter(each -> each.arrived() && tasks.contains(each.taskId()))
                .count();
    }

    @Test
    void aWebhookThatComesAfterThePlanFoundTheResultChangesNothing() {
        UUID connection = bank.connected("john1");
        bank.grow("john1", 3);
        bank.twin.faults().webhook("*").late(Duration.ofHours(2)).forUser("john1");
        bank.house.pull(connection);
        bank.house.advance(Duration.ofSeconds(11));
        stored(connection);

        bank.house.advance(Duration.ofHours(2));
        House.until(() -> arrived("john1") == TrueLayer.READS);
        bank.settled();

        bank.holds("john1");
        assertThat(count(connection, "stored")).isEqualTo(TrueLayer.READS);
        assertThat(bank.seen(RESULT, "john1")).as("fetched once").hasSize(TrueLayer.READS);
    }

    @Test
    void whereNoWebhookComesThoughOneWasAskedForThePlanFindsTheResult() {
        UUID connection = bank.connected("john2");
        bank.grow("john2", 3);
        bank.twin.faults().webhook("*").never().forUser("john2");
        bank.house.pull(connection);
        bank.house.advance(Duration.ofSeconds(11));
        stored(connection);

        bank.holds("john2");
    }

    @Test
    void aWordThatNobodyKnowsIsAHintLikeAnyOther() {
        UUID connection = bank.connected("john3");
        bank.grow("john3", 3);
        bank.twin.faults().webhook("*").statusWord("Finished").forUser("john3");
        bank.house.pull(connection);
        stored(connection);

        bank.holds("john3");
    }

    @Test
    void aResultIsFetchedWithATokenThatIsGoodThenAndWithoutTheAddressOfAUser() {
        UUID connection = bank.connected("john4");
        bank.grow("john4", 3);
        bank.twin.holdTasks();
        bank.house.pull(connection);
        bank.twin.connection("john4").expireAccessTokens();
        bank.twin.releaseTasks();
        stored(connection);

        bank.holds("john4");
        List<Exchange> fetched =
                bank.seen(RESULT, "john4").stream().filter(one -> one.status() == 200).toList();
        assertThat(fetched).hasSize(TrueLayer.READS);
        assertThat(fetched).allMatch(one -> !one.attended());
        assertThat(bank.seen("connect/token", "john4")).as("one refresh").hasSize(1);
    }

    @Test
    void onlyJsonIsReadAndOnlyAPostIsHeard() {
        UUID connection = bank.connected("john6");
        bank.twin.holdTasks();
        bank.house.pull(connection);
        URI address =
                bank.twin.tasks().stream()
                        .filter(task -> task.user().equals("john6"))
                        .findFirst()
                        .orElseThrow()
                        .webhook()
                        .orElseThrow();

        assertThat(answer(address, "POST", "text/plain")).isEqualTo(415);
        assertThat(answer(address, "GET", "application/json")).isIn(404, 405);
        assertThat(answer(address, "PUT", "application/json")).isIn(404, 405);
        bank.twin.releaseTasks();
        stored(connection);
    }

    private static int answer(URI address, String method, String type) {
        java.net.http.HttpRequest request =
                java.net.http.HttpRequest.newBuilder(address)
                        .header("Content-Type", type)
                        .method(
                                method,
                                java.net.http.HttpRequest.BodyPublishers.ofString(
                                        "{\"task_id\":\"x\",\"status\":\"Succeeded\"}"))
                        .build();
        try {
            return java.net.http.HttpClient.newHttpClient()
                    .send(request, java.net.http.HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
