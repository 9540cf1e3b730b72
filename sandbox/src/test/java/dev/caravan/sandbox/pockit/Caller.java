package dev.caravan.sandbox.pockit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.sandbox.Json;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** A plain client of the twin that signs as contract 3.3 says. Throws what the wire throws. */
record Caller(PockitTwin twin, Clock clock, HttpClient http) {
    static final String IP = "203.0.113.7";

    static Caller of(PockitTwin twin, Clock clock) {
        return new Caller(twin, clock, HttpClient.newHttpClient());
    }

    /** The header of contract 3.2, in its order. */
    ObjectNode header(String path) {
        return Json.object()
                .put("alg", "HS256")
                .put("typ", "JWT")
                .put("app", twin.settings().application().appId())
                .put("path", path)
                .put("iat", clock.instant().getEpochSecond());
    }

    String signed(ObjectNode header, byte[] payload) {
        return signed(Json.bytes(header), payload, secret(Signing.SecretForm.PEM_EXACT));
    }

    String signed(String path, byte[] payload) {
        return signed(header(path), payload);
    }

    byte[] secret(Signing.SecretForm form) {
        return CertificateSecret.of(twin.settings().application().certificate(), form);
    }

    static String signed(byte[] header, byte[] payload, byte[] secret) {
        String signing = url(header) + "." + url(payload);
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            byte[] hmac = mac.doFinal(signing.getBytes(StandardCharsets.US_ASCII));
            return signing + "." + url(hmac);
        } catch (java.security.GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    static String url(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    String basic() {
        Application known = twin.settings().application();
        String pair = known.clientId() + ":" + known.clientSecret();
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }

    ObjectNode aisp() {
        return Json.object()
                .put("aspsp", twin.settings().application().aspsp())
                .put("uuid", UUID.randomUUID().toString())
                .put("scope", "aisp")
                .put("sandbox_sca", false);
    }

    HttpResponse<byte[]> authorise(ObjectNode body) throws IOException, InterruptedException {
        byte[] bytes = Json.bytes(body);
        return authCall(
                "/authorise", "application/json", bytes, signed("/authorise", bytes), basic());
    }

    /** Opens an intent and answers its location. */
    URI location(ObjectNode body) throws IOException, InterruptedException {
        return URI.create(body(authorise(body)).path("location").asText());
    }

    HttpResponse<byte[]> exchange(String code) throws IOException, InterruptedException {
        return token(ordered("grant_type", "authorization_code", "code", code));
    }

    HttpResponse<byte[]> refresh(String token) throws IOException, InterruptedException {
        return token(ordered("grant_type", "refresh_token", "refresh_token", token));
    }

    HttpResponse<byte[]> token(Map<String, String> fields)
            throws IOException, InterruptedException {
        String form =
                fields.entrySet().stream()
                        .map(one -> one.getKey() + "=" + encode(one.getValue()))
                        .collect(Collectors.joining("&"));
        byte[] payload = Json.bytes(fields);
        return authCall(
                "/access-token",
                "application/x-www-form-urlencoded",
                form.getBytes(StandardCharsets.UTF_8),
                signed("/access-token", payload),
                basic());
    }

    HttpResponse<byte[]> authCall(
            String path, String type, byte[] body, String signature, String authorization)
            throws IOException, InterruptedException {
        return send(
                HttpRequest.newBuilder(twin.base().resolve("/v1" + path))
                        .header("Content-Type", type)
                        .header("Authorization", authorization)
                        .header("x-jws-signature", signature)
                        .POST(HttpRequest.BodyPublishers.ofByteArray(body)));
    }

    /** A signed GET; path and query as they go over the wire, headers in pairs. */
    HttpResponse<byte[]> get(String target, String token, String... headers)
            throws IOException, InterruptedException {
        String path = target.contains("?") ? target.substring(0, target.indexOf('?')) : target;
        return getSigned(target, token, signed(path, new byte[] {'{', '}'}), headers);
    }

    HttpResponse<byte[]> getSigned(String target, String token, String signature, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(twin.base() + "/v1" + target))
                        .header("Accept", "application/json")
                        .header("Authorization", "Bearer " + token)
                        .header("x-jws-signature", signature);
        if (headers.length > 0) {
            request.headers(headers);
        }
        return send(request);
    }

    /** The body of a call with a user, which must be answered 200. */
    JsonNode read(String target, String token) throws IOException, InterruptedException {
        HttpResponse<byte[]> response = get(target, token, "x-user-ip", IP);
        if (response.statusCode() != 200) {
            throw new IllegalStateException(
                    response.statusCode() + new String(response.body(), StandardCharsets.UTF_8));
        }
        return body(response);
    }

    /** Where the next page is, as {@link #get} wants it. */
    String target(String address) {
        String base = twin.base() + "/v1";
        if (!address.startsWith(base)) {
            throw new IllegalStateException(address);
        }
        return address.substring(base.length());
    }

    HttpResponse<byte[]> pay(ObjectNode details, String token, String key)
            throws IOException, InterruptedException {
        return pay(details, token, request -> request.header("x-idempotency-key", key));
    }

    HttpResponse<byte[]> pay(
            ObjectNode details, String token, UnaryOperator<HttpRequest.Builder> more)
            throws IOException, InterruptedException {
        byte[] bytes = Json.bytes(details);
        return send(
                more.apply(
                        HttpRequest.newBuilder(twin.base().resolve("/v1/payments"))
                                .header("Content-Type", "application/json")
                                .header("Authorization", "Bearer " + token)
                                .header("x-user-ip", IP)
                                .header("x-jws-signature", signed("/payments", bytes))
                                .POST(HttpRequest.BodyPublishers.ofByteArray(bytes))));
    }

    HttpResponse<byte[]> control(String name, Object body)
            throws IOException, InterruptedException {
        return send(
                HttpRequest.newBuilder(twin.base().resolve("/twin/" + name))
                        .POST(HttpRequest.BodyPublishers.ofByteArray(Json.bytes(body))));
    }

    HttpResponse<byte[]> send(HttpRequest.Builder request)
            throws IOException, InterruptedException {
        return http.send(
                request.timeout(Duration.ofSeconds(20)).build(),
                HttpResponse.BodyHandlers.ofByteArray());
    }

    static JsonNode body(HttpResponse<byte[]> response) {
        return Json.parse(response.body());
    }

    /** {@code 400 invalid_grant}, {@code 403 UK.OBIE…}: the status and the code of a refusal. */
    static String error(HttpResponse<byte[]> response) {
        JsonNode body = body(response);
        String code =
                body.has("error")
                        ? body.path("error").asText()
                        : body.path("Errors").path(0).path("ErrorCode").asText();
        return response.statusCode() + " " + code.replace("UK.OBIE.", "");
    }

    static Map<String, String> query(URI callback) {
        Map<String, String> all = new LinkedHashMap<>();
        for (String pair : callback.getRawQuery().split("&")) {
            String[] parts = pair.split("=", 2);
            all.put(parts[0], parts[1]);
        }
        return all;
    }

    static Map<String, String> ordered(String... pairs) {
        Map<String, String> all = new LinkedHashMap<>();
        for (int at = 0; at < pairs.length; at += 2) {
            all.put(pairs[at], pairs[at + 1]);
        }
        return all;
    }

    static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
