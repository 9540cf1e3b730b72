package dev.caravan.sandbox.trac;

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
import java.util.ArrayList;
import java.util.List;

/** A plain client of the twin, with an app key made for this run. Throws what the wire throws. */
record Caller(TracTwin twin, Clock clock, HttpClient http) {
    static final AppKeys KEYS = AppKeys.generate(2048);
    static final AppKeys OTHER_KEYS = AppKeys.generate(2048);

    /** What came back for one page. */
    record Page(List<JsonNode> rows, String lastKey, boolean bare) {}

    static Caller of(TracTwin twin, Clock clock) {
        return new Caller(twin, clock, HttpClient.newHttpClient());
    }

    static ObjectNode header() {
        return Json.object().put("alg", "RS256").put("typ", "JWT");
    }

    ObjectNode claims() {
        long now = clock.instant().getEpochSecond();
        return Json.object()
                .put("iss", "caravan")
                .put("aud", twin.base().toString())
                .put("iat", now - 30)
                .put("exp", now + 570);
    }

    String jwt() {
        return KEYS.sign(header(), claims());
    }

    HttpResponse<byte[]> send(String method, String path, String authorization, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(twin.api() + "/" + path))
                        .timeout(Duration.ofSeconds(20))
                        .method(method, HttpRequest.BodyPublishers.noBody());
        if (!authorization.isEmpty()) {
            request.header("Authorization", authorization);
        }
        if (headers.length > 0) {
            request.headers(headers);
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    HttpResponse<byte[]> post(String path, String authorization, Object body)
            throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(twin.base().resolve(path))
                        .header("Authorization", authorization)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(Json.bytes(body)))
                        .build(),
                HttpResponse.BodyHandlers.ofByteArray());
    }

    /** Status and message of an app call. */
    String app(String method, String path, String jwt) throws IOException, InterruptedException {
        return said(send(method, path, "Bearer " + jwt));
    }

    String data(String path, String token) throws IOException, InterruptedException {
        return said(send("GET", path, "token " + token));
    }

    static String said(HttpResponse<byte[]> response) {
        String message = body(response).path("message").asText();
        return message.isEmpty()
                ? Integer.toString(response.statusCode())
                : response.statusCode() + " " + message;
    }

    JsonNode token(String installationId) throws IOException, InterruptedException {
        String path = "app/installations/" + installationId + "/access-tokens";
        return body(send("POST", path, "Bearer " + jwt()));
    }

    Page page(String name, String path, String token) throws IOException, InterruptedException {
        HttpResponse<byte[]> response = send("GET", path, "token " + token);
        JsonNode body = body(response);
        if (response.statusCode() != 200) {
            throw new IllegalStateException(response.statusCode() + " " + body);
        }
        List<JsonNode> rows = new ArrayList<>();
        (body.isArray() ? body : body.path(name)).forEach(rows::add);
        return new Page(rows, body.path("lastKey").asText(""), body.isArray());
    }

    /** All pages in their order, the way contract 5 asks for. */
    List<Page> pages(String name, String path, String token)
            throws IOException, InterruptedException {
        List<Page> pages = new ArrayList<>();
        String mark = path.contains("?") ? "&" : "?";
        Page page = page(name, path, token);
        pages.add(page);
        while (!page.lastKey().isEmpty() && pages.size() < 1000) {
            page = page(name, path + mark + "start_key=" + encode(page.lastKey()), token);
            pages.add(page);
        }
        return pages;
    }

    List<JsonNode> all(String name, String path, String token)
            throws IOException, InterruptedException {
        return pages(name, path, token).stream().flatMap(page -> page.rows().stream()).toList();
    }

    static List<String> ids(List<JsonNode> rows, String id) {
        return rows.stream().map(row -> row.path("meta").path(id).asText()).toList();
    }

    static JsonNode body(HttpResponse<byte[]> response) {
        try {
            return response.body().length == 0 ? Json.object() : Json.parse(response.body());
        } catch (IllegalArgumentException notJson) {
            return Json.object()
                    .put("message", new String(response.body(), StandardCharsets.UTF_8));
        }
    }

    static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
