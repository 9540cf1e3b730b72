package dev.caravan.conformance.truelayer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.conformance.House;
import dev.caravan.sandbox.truelayer.Task;
import dev.caravan.sandbox.truelayer.WebhookDelivery;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * A webhook is a hint: who does not know the nonce is not heard, and what it says is not believed.
 */
class HintTest {
    private static final String ACCOUNTS = "accounts";

    private static TrueLayer bank;

    @BeforeAll
    static void open() {
        bank = TrueLayer.open();
    }

    @AfterAll
    static void close() {
        bank.close();
    }

    /** A host that nobody may ever talk to. */
    private static final class Stranger implements AutoCloseable {
        private final ServerSocket door = door();
        private final AtomicInteger visits = new AtomicInteger();

        Stranger() {
            Thread porter = new Thread(this::count, "stranger");
            porter.setDaemon(true);
            porter.start();
        }

        private static ServerSocket door() {
            try {
                return new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }

        private void count() {
            while (!door.isClosed()) {
                try (Socket visitor = door.accept()) {
                    visits.incrementAndGet();
                } catch (IOException e) {
                    return;
                }
            }
        }

        String uri(String path) {
            return "http://127.0.0.1:" + door.getLocalPort() + path;
        }

        @Override
        public void close() throws IOException {
            door.close();
        }
    }

    private static List<WebhookDelivery> toldOf(String user) {
        Set<String> tasks =
                bank.twin.tasks().stream()
                        .filter(each -> each.user().equals(user))
                        .map(Task::id)
                        .collect(Collectors.toSet());
        return bank.twin.deliveries().stream()
                .filter(each -> tasks.contains(each.taskId()))
                .toList();
    }

    private static long events(UUID connection) {
        return bank.house.number(
                "select count(*) from ledger.inbox where connection_id = '" + connection + "'");
    }

    @Test
    void theWebhookMayComeBeforeTheAnswerThatAccepts() {
        UUID connection = bank.connected("john1");
        bank.grow("john1", 3);
        bank.twin.faults().on("accounts/{id}/transactions").toldBeforeTheAnswer().times(1);
        bank.house.pull(connection);
        bank.awaitResults(connection, "stored", TrueLayer.READS);

        bank.holds("john1");
        bank.told();
        assertThat(events(connection)).isEqualTo(TrueLayer.READS);
    }

    @Test
    void aTaskWhoseAcceptanceWasLostIsTakenOnByItsWebhook() {
        UUID connection = bank.connected("john2");
        bank.grow("john2", 3);
        bank.twin
                .faults()
                .on("accounts/{id}/transactions")
                .losesTheAnswer()
                .forUser("john2")
                .times(2);
        bank.house.pull(connection);
        bank.awaitResults(connection, "stored", TrueLayer.READS);
        bank.told();

        bank.holds("john2");
    }

    @Test
    void whoDoesNotKnowANonceOrKnowsAnOldOneIsNotHeard() {
        UUID connection = bank.connected("john3");
        bank.twin.holdTasks();
        bank.house.pull(connection);
        URI good = bank.addresses("john3").get(0);
        String body = "{\"task_id\":\"x\",\"status\":\"Succeeded\"}";
        String forged = good.toString().replaceAll("t=.*", "t=" + "A".repeat(43));

        assertThat(bank.post(URI.create(forged), body)).isEqualTo(404);
        assertThat(bank.post(URI.create(good.toString().replaceAll("\\?.*", "")), body))
                .isEqualTo(404);
        assertThat(bank.post(URI.create(good + "&" + good.getQuery()), body)).isEqualTo(404);
        assertThat(bank.post(good, "x".repeat(66_000))).isEqualTo(413);
        assertThat(bank.post(good, "no json")).isEqualTo(400);
        assertThat(bank.post(good, body, "Tl-Signature", "eyJhbGciOiJFUzUxMiJ9..AAAA"))
                .as("a signature that is there must be good")
                .isEqualTo(401);
        bank.twin.releaseTasks();
        bank.awaitResults(connection, "stored", TrueLayer.READS);
        bank.told();
        bank.house.advance(Duration.ofHours(25));
        assertThat(bank.post(good, body)).as("a late one").isEqualTo(404);
        assertThat(events(connection))
                .as("and only the true ones are kept")
                .isEqualTo(TrueLayer.READS);
    }

    @Test
    void aTokenNeverLeavesForAHostThatAnAnswerOrAWebhookNames() throws IOException {
        UUID connection = bank.connected("john4");
        bank.grow("john4", 3);
        try (Stranger stranger = new Stranger()) {
            bank.twin.faults().on("*").foreignResultsUri(stranger.uri("/data/v1/results/x"));
            bank.twin.faults().webhook("*").foreignResultsUri(stranger.uri("/data/v1/results/x"));
            bank.house.pull(connection);
            bank.awaitResults(connection, "stored", TrueLayer.READS);
            bank.told();

            assertThat(stranger.visits).hasValue(0);
            bank.holds("john4");
        } finally {
            bank.twin.faults().clear();
        }
    }

    @Test
    void aWebhookOfAnotherTaskChangesNothingAndARepeatedOneIsOneEvent() {
        UUID connection = bank.connected("john5");
        bank.twin.holdTasks();
        bank.house.pull(connection);
        // other connections of this bank may be read in the background as well
        URI address = bank.addresses("john5").get(0);
        String other = "{\"task_id\":\"another\",\"status\":\"Succeeded\"}";
        assertThat(bank.post(address, other)).isEqualTo(200);
        House.until(
                () ->
                        bank.house.number("select count(*) from ledger.inbox where state = 'new'")
                                == 0);
        assertThat(
                        bank.house.number(
                                "select count(told_at) from ledger.deferred_result where"
                                        + " connection_id = '"
                                        + connection
                                        + "'"))
                .isZero();

        bank.twin.faults().webhook("*").twice();
        bank.twin.releaseTasks();
        bank.awaitResults(connection, "stored", TrueLayer.READS);
        House.until(() -> toldOf("john5").size() == 2 * TrueLayer.READS);
        bank.told();
        bank.twin.faults().clear();
        assertThat(toldOf("john5")).allMatch(each -> each.status() == 200);
        assertThat(events(connection)).isEqualTo(1 + TrueLayer.READS);
        assertThat(bank.seen("results/{id}", "john5")).hasSize(TrueLayer.READS);
    }

    @Test
    void aResultThatFailedAndThenSucceededIsStored() {
        UUID connection = bank.connected("john6");
        bank.twin.faults().webhook(ACCOUNTS).failedFirst(Duration.ofSeconds(30)).times(1);
        bank.house.pull(connection);
        bank.awaitResults(connection, "failed", 1);
        assertThat(bank.result(connection, "accounts"))
                .contains("failed")
                .contains("provider_error");

        bank.house.advance(Duration.ofSeconds(30));
        bank.awaitResults(connection, "stored", TrueLayer.READS);
    }

    @Test
    void aFailureToldAfterASuccessChangesNothing() {
        UUID connection = bank.connected("john7");
        bank.twin.faults().webhook(ACCOUNTS).failedAfterwards().times(1);
        bank.house.pull(connection);
        bank.awaitResults(connection, "stored", TrueLayer.READS);
        bank.told();

        assertThat(bank.results(connection, "stored")).isEqualTo(TrueLayer.READS);
        assertThat(bank.seen("results/{id}", "john7")).hasSize(TrueLayer.READS);
    }

    @Test
    void noNonceLiesInTheStoreOrInTheLog() {
        PrintStream before = System.err;
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
        try {
            UUID connection = bank.connected("john8");
            bank.twin.faults().task("accounts/{id}/balance").providerError().times(1);
            bank.twin.faults().on("cards").html(502).times(1);
            bank.twin.faults().on("results/{id}").losesTheAnswer().times(1);
            bank.house.pull(connection);
            URI one = bank.addresses("john8").get(0);
            bank.post(one, "{\"request_uri\":\"https://x/?u=" + one.getQuery() + "\"}");
            bank.told();
        } finally {
            System.setErr(before);
        }
        List<String> nonces =
                bank.addresses().stream().map(each -> each.getQuery().substring(2)).toList();
        List<String> texts = new ArrayList<>(List.of(log.toString(StandardCharsets.UTF_8)));
        for (String table :
                bank.house.texts(
                        "select table_name from information_schema.tables where table_schema ="
                                + " 'caravan'")) {
            texts.addAll(bank.house.texts("select t::text from caravan." + table + " t"));
        }

        assertThat(nonces).hasSizeGreaterThan(5).allMatch(nonce -> nonce.length() == 43);
        assertThat(texts.get(0)).as("the search looks where faults are said").contains("CARAVAN-");
        assertThat(texts).noneMatch(text -> nonces.stream().anyMatch(text::contains));
    }
}
