package dev.caravan.conformance.larkspur;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.caravan.conformance.House;
import dev.caravan.conformance.Scratch;
import dev.caravan.connections.Holds;
import dev.caravan.inbox.Addresses;
import dev.caravan.intake.Listener;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.Reader;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A provider that nobody wrote Java for is added to a running node: a folder and a cfg. */
class AddedProviderTest {
    private static final Path FOLDER = Path.of("src/test/resources/providers/larkspur");
    private static final byte[] KEY =
            "an invented key of 32 bytes long".getBytes(StandardCharsets.UTF_8);

    private Path routes;
    private House house;
    private LarkspurTwin twin;
    private Listener listener;
    private int port;

    @BeforeEach
    void aNodeWithoutTheProvider() throws IOException {
        routes = Scratch.folder("routes");
        Map<String, String> settings = new HashMap<>(shipped());
        settings.put("page.size", "7");
        settings.put("retry.delays", "1:20;2:20;3:20");
        settings.put("calls.second", "1000");
        settings.put("webhook.http", "loopback");
        house = House.of("larkspur", routes, settings);
        twin = new LarkspurTwin(house.clock, 3, 40);
        house.set("api.url", twin.base().toString()).set("client.id", "caravan");
        house.secret("larkspur.client.secret", LarkspurTwin.SECRET);
        house.secret("larkspur.webhook.secret", "whsec_" + Base64.getEncoder().encodeToString(KEY));
        house.open();
        port = freePort();
        listener = house.webhooks(port, new SimpleMeterRegistry(), List.of("127.0.0.2"));
    }

    @AfterEach
    void close() {
        listener.close();
        house.close();
        twin.close();
    }

    @Test
    void fromNothingToRowsAndAWebhookWithAFolderAlone() throws Exception {
        assertThat(house.deployer().running()).isEmpty();

        add();
        UUID connection = house.connection(Map.of());
        house.pull(connection);

        assertThat(house.fault(connection)).isEmpty();
        assertThat(booked()).isEqualTo(twin.truth());
        assertThat(
                        house.number(
                                "select count(*) from ledger.balance where current_amount ="
                                        + " 100.50"))
                .isEqualTo(3);
        assertThat(twin.journal().count("oauth/token")).isEqualTo(1);

        String address = address(connection);
        twin.add("acc-2", "-9.99", "Ferry");
        assertThat(post(address, "evt-1", signature("evt-1"))).isEqualTo(204);
        assertThat(post(address, "evt-1", signature("evt-1"))).as("the same again").isEqualTo(204);
        assertThat(post(address, "evt-2", "v1,AAAA")).as("forged").isEqualTo(401);

        House.until(() -> booked().equals(twin.truth()));
        assertThat(house.texts("select state from ledger.inbox")).containsExactly("done");
    }

    @Test
    void aWebhookOfAPausedProviderIsTakenAndWaitsUntilItIsResumed() throws Exception {
        add();
        UUID connection = house.connection(Map.of());
        house.pull(connection);
        String address = address(connection);
        Holds holds = new Holds(house.database);
        holds.pause("larkspur", null, null, "alice", "their maintenance");
        twin.journal().clear();
        twin.add("acc-2", "-9.99", "Ferry");

        assertThat(post(address, "evt-1", signature("evt-1"))).isEqualTo(204);
        await().during(Duration.ofSeconds(2))
                .atMost(Duration.ofSeconds(10))
                .until(() -> house.texts("select state from ledger.inbox").equals(List.of("new")));
        assertThat(twin.journal().count("accounts/{id}/transactions")).isZero();

        holds.resume("larkspur", null, "alice");
        House.until(() -> booked().equals(twin.truth()));
        House.until(() -> house.texts("select state from ledger.inbox").equals(List.of("done")));
    }

    @Test
    void aTokenThatIsRefusedIsBoughtAnewAndA429RestsTheConnection() throws Exception {
        add();
        UUID connection = house.connection(Map.of());
        house.pull(connection);
        house.advance(Duration.ofMinutes(11));
        twin.on("accounts").tooManyRequests(Duration.ofSeconds(30)).times(1);

        house.pull(connection);

        assertThat(house.fault(connection)).contains("CARAVAN-THROTTLED");
        house.advance(Duration.ofSeconds(40));
        House.until(() -> house.fault(connection).isEmpty());
        assertThat(twin.journal().count("oauth/token")).isEqualTo(2);
        assertThat(booked()).isEqualTo(twin.truth());
    }

    @Test
    void theFolderIsTakenAwayAndItsRowsStay() throws Exception {
        add();
        UUID connection = house.connection(Map.of());
        house.pull(connection);

        Files.delete(routes.resolve("larkspur/larkspur.xml"));
        House.until(() -> house.deployer().running().isEmpty());

        assertThat(booked()).isEqualTo(twin.truth());
    }

    private void add() throws IOException {
        Path folder = Files.createDirectories(routes.resolve("larkspur"));
        try (Stream<Path> files = Files.list(FOLDER)) {
            for (Path file : files.filter(one -> !one.toString().endsWith(".cfg")).toList()) {
                Files.copy(file, folder.resolve(file.getFileName()));
            }
        }
        House.until(
                () ->
                        house.deployer().running().contains("larkspur")
                                || !house.deployer().refusals().isEmpty());
        assertThat(house.deployer().refusals()).isEmpty();
    }

    private List<String> booked() {
        return house.texts(
                "select provider_transaction_id || ' ' || provider_account_id || ' ' || amount from"
                        + " ledger.transaction join ledger.account using (account_id) order by 1");
    }

    private String address(UUID connection) {
        return "http://127.0.0.1:"
                + port
                + new Addresses(house.database).make(connection, "larkspur", null).path();
    }

    private int post(String address, String id, String signature) throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(address))
                                .header("Content-Type", "application/json")
                                .header("webhook-id", id)
                                .header("webhook-timestamp", timestamp())
                                .header("webhook-signature", signature)
                                .POST(HttpRequest.BodyPublishers.ofString(body()))
                                .build(),
                        HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    private String signature(String id) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(KEY, "HmacSHA256"));
        byte[] signed =
                mac.doFinal(
                        (id + "." + timestamp() + "." + body()).getBytes(StandardCharsets.UTF_8));
        return "v1," + Base64.getEncoder().encodeToString(signed);
    }

    private String timestamp() {
        return String.valueOf(house.clock.instant().getEpochSecond());
    }

    private static String body() {
        return "{\"type\":\"transaction.posted\",\"data\":{\"account\":\"acc-2\"}}";
    }

    private static Map<String, String> shipped() throws IOException {
        Properties file = new Properties();
        try (Reader in = Files.newBufferedReader(FOLDER.resolve("caravan.provider.larkspur.cfg"))) {
            file.load(in);
        }
        Map<String, String> settings = new HashMap<>();
        file.forEach((name, value) -> settings.put((String) name, (String) value));
        return settings;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
