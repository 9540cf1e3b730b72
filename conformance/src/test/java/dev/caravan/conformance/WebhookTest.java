package dev.caravan.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What comes in at a webhook address: a genuine event is kept once, of any other nothing is. */
class WebhookTest {
    private static final String EVENT =
            "{\"type\":\"PersonMatched\",\"checkpoint\":\"c1\",\"body\":{\"person\":\"p1\"}}";
    private static final String[] PROOF = {"X-Sesame", "open sesame"};

    private WebhookHouse house = WebhookHouse.byHeader();
    private final UUID connection = house.connection();
    private final URI address = house.address(connection);

    @AfterEach
    void stop() {
        house.close();
    }

    @Test
    void aGenuineEventIsStoredAsItCameBeforeItIsAnswered() {
        house.house.database.update("update caravan.provider set stopped_at = now()");
        assertThat(house.post(address, EVENT + "\n ", PROOF)).isEqualTo(204);

        assertThat(
                        house.house.texts(
                                "select concat_ws(' ', provider, connection_id, type, entity,"
                                        + " source, state, attempts) from ledger.inbox"))
                .containsExactly("sesame " + connection + " PersonMatched p1 webhook new 0");
        assertThat(house.house.text("select body from caravan.inbox")).isEqualTo(EVENT + "\n ");
        assertThat(house.house.text("select headers::text from caravan.inbox"))
                .contains("application/json")
                .doesNotContain("sesame");
    }

    @Test
    void ofAHundredEqualPostsAtOnceOneIsKeptAndAllAreAnswered() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(100);
        List<Callable<Integer>> posts = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            posts.add(() -> house.post(address, EVENT, PROOF));
        }
        for (Future<Integer> answer : threads.invokeAll(posts)) {
            assertThat(answer.get()).isEqualTo(204);
        }
        threads.shutdown();

        assertThat(house.kept()).isEqualTo(1);
        assertThat(
                        house.metrics
                                .counter(
                                        "caravan.webhook.taken",
                                        "provider",
                                        "sesame",
                                        "kind",
                                        "duplicate")
                                .count())
                .isEqualTo(99);
    }

    @Test
    void ofSixtyFourDifferentPostsAtOnceAllAreKept() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(64);
        List<Callable<Integer>> posts = new ArrayList<>();
        for (int i = 0; i < 640; i++) {
            String event = EVENT.replace("c1", "c" + i);
            posts.add(() -> house.post(address, event, PROOF));
        }
        for (Future<Integer> answer : threads.invokeAll(posts)) {
            assertThat(answer.get()).isEqualTo(204);
        }
        threads.shutdown();

        assertThat(house.kept()).isEqualTo(640);
    }

    @Test
    void bothSecretsAreGoodWhileOneReplacesTheOther() {
        assertThat(house.post(address, "{\"n\":1}", "X-Sesame", "open sesame")).isEqualTo(204);
        assertThat(house.post(address, "{\"n\":2}", "X-Sesame", "shut sesame")).isEqualTo(204);

        house.house.secret("shared", "third sesame");
        assertThat(house.post(address, "{\"n\":4}", "X-Sesame", "third sesame")).isEqualTo(204);
        // what was good a moment ago is good for a second more
        House.until(() -> house.post(address, "{\"n\":3}", "X-Sesame", "open sesame") == 401);
    }

    @Test
    void anAddressIsToldOnceAndIsGoodBesideANewerOneUntilItIsEnded() {
        URI newer = house.address(connection);
        assertThat(newer).isNotEqualTo(address);
        assertThat(house.house.texts("select encode(secret_hash, 'escape') from caravan.webhook"))
                .hasSize(2)
                .noneMatch(hash -> address.toString().contains(hash));
        assertThat(house.post(address, "{\"n\":1}", PROOF)).isEqualTo(204);
        assertThat(house.post(newer, "{\"n\":2}", PROOF)).isEqualTo(204);

        String path = "/connections/" + connection + "/webhook";
        assertThat(house.admin("DELETE", path).body()).isEqualTo("{\"ended\":1}");
        assertThat(house.post(address, "{\"n\":3}", PROOF)).isEqualTo(404);
        assertThat(house.post(newer, "{\"n\":4}", PROOF)).isEqualTo(204);

        house.admin("DELETE", path + "?all=true");
        assertThat(house.post(newer, "{\"n\":5}", PROOF)).isEqualTo(404);
    }

    @Test
    void whilstItsProviderIsTakenOutAGoodAddressSaysComeAgainAndGoesOnWhereItWas()
            throws IOException {
        Path routes = house.house.folder().resolve(WebhookHouse.PROVIDER + ".xml");
        Path aside = house.house.folder().resolve("aside");
        URI stranger = URI.create(address.toString().replaceAll("[^/]*$", "A".repeat(43)));
        Files.move(routes, aside);
        House.until(() -> house.post(address, "{\"n\":1}", PROOF) == 503);

        assertThat(house.posted(address, "{\"n\":2}", PROOF).headers().firstValue("Retry-After"))
                .hasValueSatisfying(seconds -> assertThat(Integer.parseInt(seconds)).isPositive());
        assertThat(house.post(stranger, "{\"n\":3}", PROOF))
                .as("an address that nobody was given")
                .isEqualTo(404);
        long before = house.kept();

        Files.move(aside, routes);
        House.until(() -> house.post(address, "{\"n\":2}", PROOF) == 204);
        assertThat(house.kept()).isEqualTo(before + 1);
    }

    @Test
    void ofWhatIsRefusedNothingIsKeptOrEchoedAndItsKindIsCounted() {
        String secret = "canary-in-a-refused-post";
        String body = "{\"type\":\"" + secret + "\"}";
        URI stranger = URI.create(address.toString().replaceAll("[^/]*$", "A".repeat(43)));
        URI other = URI.create(address.toString().replace("/sesame/", "/elsewhere/"));

        List<HttpResponse<String>> answers =
                List.of(
                        house.posted(address, body),
                        house.posted(address, body, "X-Sesame", secret),
                        house.posted(URI.create(address + "?X-Sesame=open+sesame"), body),
                        house.posted(stranger, body, PROOF),
                        house.posted(other, body, PROOF),
                        house.posted(
                                address,
                                body,
                                "X-Sesame",
                                "open sesame",
                                "Content-Type",
                                "text/xml"),
                        house.posted(address, body + secret, PROOF),
                        house.posted(address, "", PROOF),
                        house.posted(address, "{\"a\":\"" + "x".repeat(1 << 20) + "\"}", PROOF));

        assertThat(answers.stream().map(HttpResponse::statusCode))
                .containsExactly(401, 401, 401, 404, 404, 415, 400, 400, 413);
        assertThat(answers).noneMatch(answer -> answer.body().contains(secret));
        assertThat(house.kept()).isZero();
        assertThat(house.refused("forged")).isEqualTo(3);
        assertThat(house.refused("unknown")).isEqualTo(2);
        assertThat(house.refused("not-json")).isEqualTo(1);
        assertThat(house.refused("unreadable")).isEqualTo(2);
    }

    @Test
    void withoutAVerifierNothingIsTaken() {
        house.close();
        house = new WebhookHouse(java.util.Map.of());
        URI open = house.address(house.connection());

        assertThat(house.post(open, EVENT, PROOF)).isEqualTo(403);
        assertThat(house.kept()).isZero();
    }

    @Test
    void overPlainHttpNothingIsTakenUnlessASettingAdmitsLoopback() {
        house.close();
        house =
                new WebhookHouse(
                        java.util.Map.of("webhook.verifier", "url", "webhook.http", "refuse"));
        URI plain = house.address(house.connection());

        assertThat(house.post(plain, EVENT)).isEqualTo(403);
        assertThat(house.post(plain, EVENT, "X-Forwarded-Proto", "https"))
                .as("a proxy that nobody trusts")
                .isEqualTo(403);
        assertThat(house.refused("plain-http")).isEqualTo(2);
        assertThat(house.kept()).isZero();
    }

    @Test
    void whileTheStoreIsAwayNothingIsAcknowledged() {
        house.house.database.close();

        assertThat(house.post(address, EVENT, PROOF)).isEqualTo(503);
        assertThat(house.refused("store-away")).isEqualTo(1);
    }

    @Test
    void aBodyThatDribblesIsCutOff() throws Exception {
        try (Socket slow = new Socket("127.0.0.1", house.port)) {
            slow.getOutputStream()
                    .write(
                            ("POST "
                                            + address.getPath()
                                            + " HTTP/1.1\r\n"
                                            + "Host: x\r\n"
                                            + "Content-Type: application/json\r\n"
                                            + "X-Sesame: open sesame\r\n"
                                            + "Content-Length: 100\r\n\r\n"
                                            + "{")
                                    .getBytes(StandardCharsets.US_ASCII));
            String answer =
                    new String(slow.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            assertThat(answer).startsWith("HTTP/1.1 408");
        }
        assertThat(house.kept()).isZero();
    }
}
