package dev.caravan.sandbox.pliance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.sandbox.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;

/** A plain client of the twin. Throws what the wire throws. */
record Caller(URI base, HttpClient http, Clock clock, String iss, String secret, String tenant) {
    private static final HttpClient SHARED = HttpClient.newHttpClient();

    static Caller of(PlianceTwin twin, Clock clock) {
        return new Caller(twin.base(), SHARED, clock, "caravan", PlianceSettings.NOT_A_SECRET, "");
    }

    Caller as(String otherIss, String otherSecret) {
        return new Caller(base, http, clock, otherIss, otherSecret, tenant);
    }

    Caller tenant(String other) {
        return new Caller(base, http, clock, iss, secret, other);
    }

    HttpResponse<byte[]> send(String method, String path, byte[] body, String token)
            throws IOException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(base.resolve("/api/" + path))
                        .timeout(Duration.ofSeconds(20))
                        .header("Content-Type", "application/json; charset=utf-8")
                        .method(method, HttpRequest.BodyPublishers.ofByteArray(body));
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        if (!tenant.isEmpty()) {
            request.header("X-Tenant", tenant);
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    private HttpResponse<byte[]> send(String method, String path, byte[] body)
            throws IOException, InterruptedException {
        return send(method, path, body, Minted.good(clock.instant(), iss, secret).token());
    }

    HttpResponse<byte[]> get(String path) throws IOException, InterruptedException {
        return send("GET", path, new byte[0]);
    }

    /** The envelope, whatever the status. */
    JsonNode ask(String path) throws IOException, InterruptedException {
        return body(get(path));
    }

    JsonNode data(String path) throws IOException, InterruptedException {
        HttpResponse<byte[]> response = get(path);
        if (response.statusCode() != 200) {
            throw new IllegalStateException(response.statusCode() + new String(response.body()));
        }
        return body(response).path("data");
    }

    JsonNode put(String path, Object json) throws IOException, InterruptedException {
        return body(send("PUT", path, Json.bytes(json)));
    }

    JsonNode post(String path, Object json) throws IOException, InterruptedException {
        return body(send("POST", path, Json.bytes(json)));
    }

    JsonNode delete(String path) throws IOException, InterruptedException {
        return body(send("DELETE", path, new byte[0]));
    }

    /** Status and message of a refusal. */
    static String refusal(HttpResponse<byte[]> response) {
        return response.statusCode() + " " + body(response).path("message").asText();
    }

    static JsonNode body(HttpResponse<byte[]> response) {
        return Json.parse(response.body());
    }

    static ObjectNode person(String ref, String first, String last) {
        return Json.object()
                .put("personReferenceId", ref)
                .put("firstName", first)
                .put("lastName", last);
    }

    static ObjectNode company(String ref, String name) {
        return Json.object().put("companyReferenceId", ref).put("name", name);
    }
}
