package dev.caravan.sandbox.truelayer;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.sandbox.Json;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;

/** A plain client of the twin. Throws what the wire throws. */
record Caller(URI base, HttpClient http) {
    static Caller of(TrueLayerTwin twin) {
        return new Caller(twin.base(), HttpClient.newHttpClient());
    }

    /** A path of the Data API, or a whole URI that the twin gave. */
    HttpResponse<byte[]> get(String path, String token, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(
                                path.startsWith("http")
                                        ? URI.create(path)
                                        : base.resolve("/data/v1/" + path))
                        .timeout(Duration.ofSeconds(20))
                        .header("Authorization", "Bearer " + token);
        if (headers.length > 0) {
            request.headers(headers);
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    JsonNode results(String path, String token) throws IOException, InterruptedException {
        HttpResponse<byte[]> response = get(path, token);
        if (response.statusCode() != 200) {
            throw new IllegalStateException(
                    response.statusCode() + new String(response.body(), StandardCharsets.UTF_8));
        }
        return Json.parse(response.body()).path("results");
    }

    String error(String path, String token) throws IOException, InterruptedException {
        HttpResponse<byte[]> response = get(path, token);
        return response.statusCode() + " " + Json.parse(response.body()).path("error").asText();
    }

    HttpResponse<byte[]> form(String path, Map<String, String> fields)
            throws IOException, InterruptedException {
        String body =
                fields.entrySet().stream()
                        .map(field -> field.getKey() + "=" + encode(field.getValue()))
                        .collect(Collectors.joining("&"));
        return post(path, "application/x-www-form-urlencoded", body.getBytes());
    }

    HttpResponse<byte[]> json(String path, Object body) throws IOException, InterruptedException {
        return post(path, "application/json", Json.bytes(body));
    }

    HttpResponse<byte[]> json(String path, Object body, String authorization)
            throws IOException, InterruptedException {
        return post(path, "application/json", Json.bytes(body), "Authorization", authorization);
    }

    private HttpResponse<byte[]> post(String path, String type, byte[] body, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(base.resolve(path))
                        .timeout(Duration.ofSeconds(20))
                        .header("Content-Type", type)
                        .POST(HttpRequest.BodyPublishers.ofByteArray(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    static JsonNode body(HttpResponse<byte[]> response) {
        return Json.parse(response.body());
    }

    static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
