package dev.caravan.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Meter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What strangers and broken senders do to the public listener: refused, counted, nothing kept. */
class AbuseTest {
    private static final String EVENT = "{\"type\":\"T\",\"body\":{\"person\":\"p\"}}";

    private final WebhookHouse house = WebhookHouse.byHeader();
    private final URI address = house.address(house.connection());
    private final String path = address.getPath();

    @AfterEach
    void stop() {
        house.close();
    }

    private String request(String method, String path, String headers, String body) {
        return method
                + " "
                + path
                + " HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nX-Sesame: open"
                + " sesame\r\nContent-Length: "
                + body.length()
                + "\r\n"
                + headers
                + "\r\n"
                + body;
    }

    private int post(String headers, String body) {
        return Raw.status(house.port, request("POST", path, headers, body));
    }

    @Test
    void aPathThatIsNotAnAddressToTheLetterLeadsNowhere() {
        List<String> tricks =
                List.of(
                        "/webhooks/sesame/../../inbox",
                        "/webhooks/sesame/%2e%2e/%2e%2e/inbox",
                        "/webhooks/x/../../health/ready",
                        "//webhooks//sesame//" + path.substring(17),
                        "/webhooks/./sesame/" + path.substring(17),
                        "/x/.." + path,
                        path + "/..",
                        path + "/more",
                        path + "%00",
                        path + ";a=b",
                        path.replace("/sesame/", "/sesame%2f"),
                        path.replace("sesame", "SESAME"),
                        path.replace("sesame", "s%65same"),
                        path.replace("/", "\\"),
                        path.substring(0, path.length() - 1),
                        "/webhooks/sesame/" + "A".repeat(43),
                        "/webhooks/sesame/" + "A".repeat(3_000),
                        "/webhooks/sesame/",
                        "/inbox",
                        "/inbox/replay?state=dead",
                        "/connections",
                        "/metrics",
                        "/health/ready",
                        "/progress",
                        "/");
        for (String trick : tricks) {
            assertThat(Raw.status(house.port, request("POST", trick, "", EVENT)))
                    .as(trick)
                    .isIn(400, 404);
            assertThat(Raw.status(house.port, request("GET", trick, "", "")))
                    .as("GET " + trick)
                    .isIn(400, 404, 405);
        }
        assertThat(
                        Raw.status(
                                house.port,
                                request("POST", "/webhooks/" + "a/".repeat(4_000), "", EVENT)))
                .isIn(404, 414);
        assertThat(house.kept()).isZero();
        assertThat(post("", EVENT)).as("the address itself").isEqualTo(204);
    }

    @Test
    void anAddressTakesNothingButPost() {
        for (String method :
                List.of("GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH", "BREW")) {
            String answer = Raw.ask(house.port, request(method, path, "X-Canary: echoed\r\n", ""));
            assertThat(Raw.status(answer)).as(method).isEqualTo(405);
            assertThat(answer.toLowerCase()).contains("allow: post").doesNotContain("echoed");
        }
        assertThat(house.refused("method")).isEqualTo(8);
        assertThat(post("X-HTTP-Method-Override: DELETE\r\n", EVENT)).isEqualTo(204);
    }

    @Test
    void lineEndsInAHeaderOrAPathMakeNoHeaderOfOurs() {
        String answer =
                Raw.ask(
                        house.port,
                        request("POST", path + "%0d%0aX-Evil:%20yes", "", EVENT)
                                + request("GET", "/callback/a%0d%0aSet-Cookie:%20a=b", "", ""));
        assertThat(answer.toLowerCase()).doesNotContain("x-evil").doesNotContain("set-cookie");
        assertThat(post("X-Sesame : open sesame\r\n", EVENT)).isEqualTo(400);
        assertThat(post("X-A: a\rX-Evil: b\r\n", EVENT)).isEqualTo(400);
        assertThat(post("X-A: a\0b\r\n", EVENT)).isEqualTo(400);
        assertThat(post("X-A: " + "a".repeat(20_000) + "\r\n", EVENT)).isEqualTo(431);
        assertThat(house.kept()).isZero();
    }

    @Test
    void aHeaderThatComesTwiceProvesNothing() {
        assertThat(post("X-Sesame: open sesame\r\n", EVENT)).isEqualTo(401);
        assertThat(post("X-Sesame: wrong\r\n", EVENT)).isEqualTo(401);
        assertThat(post("Content-Type: application/json\r\n", EVENT)).isEqualTo(415);
        assertThat(post("Content-Length: 3\r\n", EVENT)).isEqualTo(400);
        assertThat(house.kept()).isZero();
    }

    @Test
    void aBodyIsJsonAndNotPacked() throws IOException {
        for (String type :
                List.of(
                        "text/plain",
                        "application/x-www-form-urlencoded",
                        "application/jsonx",
                        "application/json, text/html",
                        "multipart/form-data; boundary=a",
                        "")) {
            assertThat(
                            house.post(
                                    address,
                                    EVENT,
                                    "X-Sesame",
                                    "open sesame",
                                    "Content-Type",
                                    type + " "))
                    .as(type)
                    .isEqualTo(415);
        }
        ByteArrayOutputStream bomb = new ByteArrayOutputStream();
        try (GZIPOutputStream packed = new GZIPOutputStream(bomb)) {
            packed.write(new byte[10_000_000]);
        }
        String packed = bomb.toString(StandardCharsets.ISO_8859_1);
        assertThat(post("Content-Encoding: gzip\r\n", packed)).isEqualTo(415);
        assertThat(post("Content-Encoding: deflate, gzip\r\n", packed)).isEqualTo(415);
        assertThat(post("", packed)).as("said to be plain").isEqualTo(400);
        assertThat(house.refused("encoded")).isEqualTo(2);
        assertThat(
                        house.post(
                                address,
                                EVENT,
                                "X-Sesame",
                                "open sesame",
                                "Content-Type",
                                "application/cloudevents+json; charset=utf-8"))
                .isEqualTo(204);
        assertThat(house.kept()).isEqualTo(1);
    }

    @Test
    void aBodyThatIsTooLargeIsRefusedWhateverItsHeadSays() {
        String head = request("POST", path, "", "").replaceAll("Content-Length: 0\r\n", "");
        String declared = head.replace("\r\n\r\n", "\r\nContent-Length: 10000000\r\n\r\n");
        assertThat(Raw.status(house.port, declared)).as("before a byte came").isEqualTo(413);
        String chunk = "10000\r\n" + "x".repeat(65_536) + "\r\n";
        String chunked = head.replace("\r\n\r\n", "\r\nTransfer-Encoding: chunked\r\n\r\n");
        assertThat(Raw.status(house.port, chunked + chunk.repeat(160))).isEqualTo(413);
        assertThat(Raw.status(house.port, declared.replace("10000000", "99999999999999999999")))
                .isIn(400, 413);
        assertThat(Raw.status(house.port, declared.replace("10000000", "-1"))).isEqualTo(400);
        assertThat(Raw.status(house.port, declared.replace("10000000", "5") + EVENT))
                .as("cut by its own length")
                .isEqualTo(400);
        assertThat(house.refused("large")).isGreaterThanOrEqualTo(2);
        assertThat(house.kept()).isZero();
    }

    @Test
    void jsonThatIsMadeToHurtIsRefusedOrKeptAndNeverBreaksUs() {
        long began = System.nanoTime();
        for (String broken :
                List.of(
                        "[".repeat(1_000_000),
                        "{\"a\":".repeat(150_000),
                        "{\"type\":" + "9".repeat(500_000) + "}",
                        "{\"type\":\"\u0000\"}",
                        "{\"a\":1}{\"a\":2}",
                        "{\"a\":NaN}",
                        "\ufeff",
                        "")) {
            assertThat(house.post(address, broken, "X-Sesame", "open sesame")).isEqualTo(400);
        }
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(10));
        assertThat(house.kept()).isZero();
        for (String odd :
                List.of(
                        "{\"type\":1e999999999}",
                        "{\"type\":\"\\ud800\",\"body\":{\"person\":\"\\udfff\\u0000\\n\"}}",
                        "{\"type\":\"" + "x".repeat(900_000) + "\"}",
                        "{\"type\":{\"a\":[1]},\"body\":[]}",
                        "null")) {
            assertThat(house.post(address, odd, "X-Sesame", "open sesame"))
                    .as(odd.substring(0, Math.min(40, odd.length())))
                    .isEqualTo(204);
        }
        assertThat(house.kept()).isEqualTo(5);
        assertThat(house.house.number("select max(length(type)) from ledger.inbox")).isEqualTo(200);
    }

    @Test
    void whoAsksBeforeSendingIsToldToSendAndNothingElseIsExpectedOfUs() {
        String answer =
                Raw.ask(house.port, request("POST", path, "Expect: 100-continue\r\n", EVENT));
        assertThat(answer).startsWith("HTTP/1.1 100");
        assertThat(Raw.status(answer)).isEqualTo(204);
        assertThat(post("Expect: a-miracle\r\n", EVENT)).isEqualTo(417);
    }

    @Test
    void theSameEventAMinuteOrDaysLaterIsStillTheSameEvent() {
        for (Duration later :
                List.of(
                        Duration.ZERO,
                        Duration.ofSeconds(1),
                        Duration.ofMinutes(6),
                        Duration.ofHours(80))) {
            house.house.advance(later);
            assertThat(post("", EVENT)).isEqualTo(204);
        }
        assertThat(house.kept()).isEqualTo(1);
    }

    @Test
    void aHeadThatNeverEndsIsCutOff() throws IOException {
        try (Socket slow = new Socket("127.0.0.1", house.port)) {
            slow.setSoTimeout(15_000);
            slow.getOutputStream().write("POST /webhooks/sesame HTTP/1.1\r\nHos".getBytes());
            assertThat(slow.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void whatStrangersSendMakesNoNewLabelsOfAMetric() {
        for (int i = 0; i < 50; i++) {
            house.post(
                    URI.create(
                            "http://127.0.0.1:"
                                    + house.port
                                    + "/webhooks/p"
                                    + i
                                    + "/"
                                    + "A".repeat(43)),
                    EVENT);
            Raw.status(house.port, request("BREW" + i, path, "", ""));
        }
        Set<String> labels =
                house.metrics.getMeters().stream()
                        .map(Meter::getId)
                        .filter(id -> id.getName().equals("caravan.webhook.refused"))
                        .map(id -> id.getTag("provider") + " " + id.getTag("kind"))
                        .collect(Collectors.toSet());
        assertThat(labels).containsExactlyInAnyOrder("unknown unknown", "sesame method");
    }
}
