package dev.caravan.sandbox.truelayer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.sandbox.Json;
import dev.caravan.sandbox.MovableClock;
import dev.caravan.sandbox.Receiver;
import dev.caravan.sandbox.http.Request;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.AlgorithmParameters;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SignedWebhooksTest {
    private static final String EVENT = "{\"type\":\"example\",  \"event_id\":\"18b2842b\"}";
    private final MovableClock clock = MovableClock.at("2026-11-21T10:00:00.123Z");
    private final TrueLayerTwin twin = TrueLayerTwin.start(TwinSettings.defaults(), clock);
    private final Caller caller = Caller.of(twin);
    private final Receiver receiver =
            new Receiver("/webhooks/truelayer/data?t=nonce-of-the-caller", 200);

    @AfterEach
    void close() {
        twin.close();
        receiver.close();
    }

    private JsonNode keys() throws Exception {
        HttpResponse<byte[]> set = caller.get(twin.base() + "/.well-known/jwks", "none");
        assertThat(set.statusCode()).isEqualTo(200);
        assertThat(set.headers().firstValue("cache-control")).contains("public, max-age=3600");
        return Caller.body(set).path("keys");
    }

    private Request sent(Signing how) {
        WebhookDelivery delivery = twin.signedWebhook(receiver.url(), EVENT, how);
        assertThat(delivery.status()).isEqualTo(200);
        return receiver.requests().get(receiver.requests().size() - 1);
    }

    @Test
    void aSignedWebhookHoldsByTheRulesOfTheContract() throws Exception {
        Request request = sent(Signing.TRUE);

        assertThat(request.body()).isEqualTo(EVENT.getBytes(StandardCharsets.UTF_8));
        assertThat(request.header("x-tl-webhook-timestamp")).contains("2026-11-21T10:00:00Z");
        String[] parts = request.header("tl-signature").orElseThrow().split("\\.", -1);
        assertThat(parts).hasSize(3);
        assertThat(parts[1]).isEmpty();
        JsonNode header = Json.parse(Base64.getUrlDecoder().decode(parts[0]));
        assertThat(header.path("alg").asText()).isEqualTo("ES512");
        assertThat(header.path("tl_version").isTextual()).isTrue();
        assertThat(header.path("tl_headers").asText())
                .isEqualTo("X-Tl-Webhook-Timestamp,Content-Type");
        assertThat(header.path("jku").asText()).isEqualTo(twin.base() + "/.well-known/jwks");
        assertThat(Base64.getUrlDecoder().decode(parts[2])).hasSize(132);
        assertThat(verifies(request, request.path())).isTrue();
    }

    @Test
    void keysWithShortCoordinatesAreAmongThemAndTakeTurns() throws Exception {
        Set<String> sizes = new TreeSet<>();
        for (JsonNode key : keys()) {
            if (key.path("kty").asText().equals("EC")) {
                assertThat(key.path("crv").asText()).isEqualTo("P-521");
                sizes.add(size(key, "x") == 66 && size(key, "y") == 66 ? "whole" : "short");
            } else {
                assertThat(key.path("alg").asText()).isEqualTo("RS512");
                sizes.add("rsa");
            }
        }
        assertThat(sizes).containsExactly("rsa", "short", "whole");

        Set<String> used = new HashSet<>();
        for (int webhook = 0; webhook < 3; webhook++) {
            Request request = sent(Signing.TRUE);
            assertThat(verifies(request, request.path())).isTrue();
            used.add(header(request).path("kid").asText());
        }
        assertThat(used).hasSize(3);
    }

    @Test
    void namesInLowerCaseAreSignedAsTheyAreSpelt() throws Exception {
        Request request = sent(Signing.LOWER_CASE_NAMES);

        assertThat(header(request).path("tl_headers").asText())
                .isEqualTo("x-tl-webhook-timestamp,content-type");
        assertThat(verifies(request, request.path())).isTrue();
    }

    @Test
    void theSlashAtTheEndMayDiffer() throws Exception {
        Request request = sent(Signing.OTHER_SLASH);

        assertThat(verifies(request, request.path())).isFalse();
        assertThat(verifies(request, request.path() + "/")).isTrue();
    }

    @Test
    void whatMustNotHoldDoesNot() throws Exception {
        for (Signing how :
                List.of(
                        Signing.CHANGED_METHOD,
                        Signing.CHANGED_PATH,
                        Signing.CHANGED_HEADER,
                        Signing.CHANGED_BODY,
                        Signing.FOREIGN_KEY)) {
            Request request = sent(how);
            assertThat(how.holds()).isFalse();
            assertThat(verifies(request, request.path())).as(how.name()).isFalse();
        }
        assertThat(sent(Signing.CHANGED_BODY).body()).hasSize(EVENT.length());
        assertThat(sent(Signing.MISSING).headers()).doesNotContainKey("tl-signature");
        assertThat(signature(sent(Signing.EMBEDDED_PAYLOAD)).split("\\.")[1]).isNotEmpty();
        assertThat(signature(sent(Signing.TRAILING_DOT))).endsWith(".");
        assertThat(header(sent(Signing.OTHER_ALG)).path("alg").asText()).isEqualTo("ES256");
        assertThat(header(sent(Signing.RSA_KEY)).path("alg").asText()).isEqualTo("RS512");
        assertThat(header(sent(Signing.OTHER_VERSION)).path("tl_version").isInt()).isTrue();
        assertThat(header(sent(Signing.UNKNOWN_KID)).path("kid").asText()).isEqualTo("nobodys-key");
        assertThat(header(sent(Signing.FOREIGN_JKU)).path("jku").asText())
                .startsWith("http://localhost:");
        assertThat(sent(Signing.LEGACY_BESIDE).header("x-tl-signature")).isPresent();
    }

    @Test
    void rotatedKeysAreNewOnes() throws Exception {
        Request before = sent(Signing.TRUE);
        twin.rotateWebhookKeys();
        Request after = sent(Signing.TRUE);

        assertThat(verifies(after, after.path())).isTrue();
        for (JsonNode key : keys()) {
            assertThat(key.path("kid")).isNotEqualTo(header(before).path("kid"));
        }
    }

    @Test
    void scriptsSendThemToo() throws Exception {
        JsonNode wish = Json.object().put("url", receiver.url()).put("signing", "MISSING");
        HttpResponse<byte[]> answer = caller.json("/twin/webhook", wish);

        assertThat(Caller.body(answer).path("status").asInt()).isEqualTo(200);
        assertThat(Caller.body(answer).path("uri").asText()).endsWith("?***");
        assertThat(receiver.requests().get(0).headers()).doesNotContainKey("tl-signature");
    }

    private static int size(JsonNode key, String coordinate) {
        return Base64.getUrlDecoder().decode(key.path(coordinate).asText()).length;
    }

    private static String signature(Request request) {
        return request.header("tl-signature").orElseThrow();
    }

    private static JsonNode header(Request request) {
        return Json.parse(Base64.getUrlDecoder().decode(signature(request).split("\\.")[0]));
    }

    /** Rules 4 to 6, written out once more. */
    private boolean verifies(Request request, String path) throws Exception {
        String[] parts = signature(request).split("\\.", -1);
        JsonNode header = header(request);
        ByteArrayOutputStream payload = new ByteArrayOutputStream();
        payload.writeBytes((request.method() + " " + path + "\n").getBytes());
        for (String name : header.path("tl_headers").asText().split(",")) {
            String value = request.header(name.toLowerCase()).orElseThrow();
            payload.writeBytes((name + ": " + value + "\n").getBytes());
        }
        payload.writeBytes(request.body());
        Signature verifier = Signature.getInstance("SHA512withECDSAinP1363Format");
        verifier.initVerify(key(header.path("kid").asText()));
        String input =
                parts[0]
                        + "."
                        + Base64.getUrlEncoder()
                                .withoutPadding()
                                .encodeToString(payload.toByteArray());
        verifier.update(input.getBytes(StandardCharsets.US_ASCII));
        return verifier.verify(Base64.getUrlDecoder().decode(parts[2]));
    }

    private PublicKey key(String kid) throws Exception {
        AlgorithmParameters curve = AlgorithmParameters.getInstance("EC");
        curve.init(new ECGenParameterSpec("secp521r1"));
        for (JsonNode key : keys()) {
            if (key.path("kid").asText().equals(kid)) {
                ECPoint point = new ECPoint(number(key, "x"), number(key, "y"));
                return KeyFactory.getInstance("EC")
                        .generatePublic(
                                new ECPublicKeySpec(
                                        point, curve.getParameterSpec(ECParameterSpec.class)));
            }
        }
        throw new AssertionError("no key " + kid);
    }

    private static BigInteger number(JsonNode key, String coordinate) {
        return new BigInteger(1, Base64.getUrlDecoder().decode(key.path(coordinate).asText()));
    }
}
