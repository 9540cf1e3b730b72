package dev.caravan.conformance.leatherback;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.intake.AdminKey;
import dev.caravan.intake.Listener;
import dev.caravan.intake.ProviderActions;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Registration is an operator's action: with the key, once, never repeated. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LeatherbackRegisterTest {
    private static final String REGISTRATION = "api/account/registration";
    private final Leatherback bank = Leatherback.asShipped();
    private Listener listener;
    private int port;
    private String key;

    @BeforeAll
    void open() throws IOException {
        Path file = bank.house.home.resolve("admin.key");
        AdminKey admin = new AdminKey(file);
        key = Files.readString(file).strip();
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        listener =
                new Listener(
                        "actions",
                        "127.0.0.1",
                        port,
                        null,
                        Map.of("actions", new ProviderActions(admin, bank.house.deployer())));
        listener.start();
    }

    @AfterEach
    void peace() {
        bank.twin.faults().clear();
        bank.twin.journal().clear();
    }

    @AfterAll
    void close() {
        listener.close();
        bank.close();
    }

    private HttpResponse<String> act(String action, String with) throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(
                                        URI.create(
                                                "http://127.0.0.1:"
                                                        + port
                                                        + "/providers/leatherback/actions/"
                                                        + action))
                                .header("Authorization", "Bearer " + with)
                                .POST(HttpRequest.BodyPublishers.noBody())
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void registrationSendsOurPasswordAndTellsTheClientIdAndNotTheEcho() throws Exception {
        HttpResponse<String> answer = act("register", key);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(bank.twin.clients())
                .anyMatch(
                        client ->
                                !client.id().equals(Leatherback.CLIENT)
                                        && answer.body().contains(client.id()));
        assertThat(answer.body()).doesNotContain("battery");
        assertThat(bank.asked(REGISTRATION))
                .singleElement()
                .satisfies(
                        ask ->
                                assertThat(ask.header("signature-certificate"))
                                        .contains(Leatherback.PASSWORD));
    }

    @Test
    void aLostAnswerIsNotAskedForAgain() throws Exception {
        bank.twin.faults().on(REGISTRATION).losesTheAnswer();
        HttpResponse<String> lost = act("register", key);
        assertThat(lost.statusCode()).isEqualTo(502);
        assertThat(lost.body()).contains("may be done all the same");
        assertThat(bank.asked(REGISTRATION)).hasSize(1);

        bank.peace();
        bank.twin.faults().on(REGISTRATION).status(500);
        assertThat(act("register", key).statusCode()).isEqualTo(502);
        assertThat(bank.asked(REGISTRATION)).hasSize(1);
    }

    @Test
    void onlyARouteThatSaysSoIsAnActionAndOnlyWithTheKey() throws Exception {
        assertThat(act("register", "another").statusCode()).isEqualTo(401);
        assertThat(act("revoke", key).statusCode()).isEqualTo(404);
        assertThat(act("nothing", key).statusCode()).isEqualTo(404);
        assertThat(bank.twin.journal().all()).isEmpty();
    }

    @Test
    void withoutOurPasswordNothingIsSent() throws Exception {
        bank.house.secret("leatherback.password", "");

        HttpResponse<String> answer = act("register", key);

        bank.house.secret("leatherback.password", Leatherback.PASSWORD);
        assertThat(answer.statusCode()).isEqualTo(502);
        assertThat(answer.body()).contains("client.password");
        assertThat(bank.asked(REGISTRATION)).isEmpty();
    }
}
