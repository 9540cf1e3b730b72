package dev.caravan.sandbox.leatherback;

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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;

/** A third party as the contract has it, with a key of its own. Throws what the wire throws. */
final class Tpp {
    static final SigningKey KEY = SigningKey.fresh();
    static final List<String> PERMISSIONS =
            List.of(
                    "ReadAccountsDetail",
                    "ReadBalances",
                    "ReadBeneficiariesDetail",
                    "ReadTransactionsDetail",
                    "ReadTransactionsCredits",
                    "ReadTransactionsDebits");
    private final LeatherbackTwin twin;
    private final Clock clock;
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    Tpp(LeatherbackTwin twin, Clock clock) {
        this.twin = twin;
        this.clock = clock;
    }

    /** Settings that know this party's key. */
    static LeatherbackSettings known() {
        return LeatherbackSettings.defaults()
                .clientJwk(new String(Json.bytes(jwk()), StandardCharsets.UTF_8));
    }

    static ObjectNode jwk() {
        return Jwk.write(KEY.open(), KEY.kid());
    }

    HttpResponse<byte[]> token(Map<String, String> fields) throws Exception {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("client_id", twin.settings().clientId());
        all.put("password", twin.settings().certificate());
        all.put("scope", "account");
        all.putAll(fields);
        String body =
                all.entrySet().stream()
                        .map(one -> one.getKey() + "=" + encode(one.getValue()))
                        .collect(Collectors.joining("&"));
        return send("POST", "/auth/token", body, "application/x-www-form-urlencoded");
    }

    String clientToken() throws Exception {
        return body(token(Map.of("grant_type", "client_credentials")))
                .path("access_token")
                .asText();
    }

    HttpResponse<byte[]> exchange(String code) throws Exception {
        String redirect = twin.settings().callbackUrl();
        return token(
                Map.of("grant_type", "authorization_code", "code", code, "redirect_uri", redirect));
    }

    HttpResponse<byte[]> refresh(String token) throws Exception {
        return token(Map.of("grant_type", "refresh_token", "refresh_token", token));
    }

    ObjectNode consentWish(String... permissions) {
        ObjectNode wish = Json.object();
        ObjectNode data = wish.putObject("Data");
        List.of(permissions).forEach(data.putArray("Permissions")::add);
        data.put("ExpirationDateTime", "2027-02-18T00:00:00Z");
        data.put("TransactionFromDateTime", "2026-08-20T00:00:00Z");
        wish.putObject("Risk");
        return wish;
    }

    HttpResponse<byte[]> createConsent(JsonNode wish, String... headers) throws Exception {
        return api("POST", "/account-access-consents", clientToken(), wish, headers);
    }

    String consent() throws Exception {
        ObjectNode wish = consentWish(PERMISSIONS.toArray(String[]::new));
        return body(createConsent(wish)).path("Data").path("ConsentId").asText();
    }

    ObjectNode claims(String consentId) {
        long now = clock.instant().getEpochSecond();
        ObjectNode claims = Json.object();
        claims.put("response_type", "code id_token");
        claims.put("client_id", twin.settings().clientId());
        claims.put("redirect_uri", twin.settings().callbackUrl());
        claims.put("scope", "accounts");
        claims.putObject("claims")
                .putObject("id_token")
                .putObject("openbanking_intent_id")
                .put("value", consentId)
                .put("essential", true);
        claims.put("iss", twin.settings().clientId()).put("aud", twin.issuer());
        claims.put("exp", now + 300).put("nbf", now).put("iat", now);
        claims.put("jti", UUID.randomUUID().toString());
        return claims.put("state", "state-" + UUID.randomUUID()).put("nonce", "nonce-1");
    }

    static String sign(ObjectNode claims) {
        return sign(Json.object().put("alg", "PS256").put("kid", KEY.kid()), claims);
    }

    static String sign(ObjectNode header, ObjectNode claims) {
        String input = Jws.input(header, claims);
        byte[] bytes = input.getBytes(StandardCharsets.US_ASCII);
        return input + "." + Jws.text(Jws.ps256(KEY.secret(), bytes));
    }

    URI link(ObjectNode claims) {
        return link(sign(claims), claims);
    }

    URI link(String jwt, ObjectNode claims) {
        return URI.create(
                twin.authorizeUrl()
                        + "?request="
                        + jwt
                        + "&state="
                        + encode(claims.path("state").asText())
                        + "&client_id="
                        + encode(claims.path("client_id").asText())
                        + "&response_type="
                        + encode(claims.path("response_type").asText())
                        + "&scope="
                        + encode(claims.path("scope").asText()));
    }

    /** Goes through the whole dialogue as the first customer. */
    JsonNode connect() throws Exception {
        Callback back = new Browser().allow(link(claims(consent())));
        return body(exchange(back.get("code")));
    }

    HttpResponse<byte[]> get(String path, String token, String... headers) throws Exception {
        return api("GET", path, token, null, headers);
    }

    JsonNode json(String path, String token) throws Exception {
        HttpResponse<byte[]> answer = get(path, token);
        if (answer.statusCode() != 200) {
            throw new IllegalStateException(
                    answer.statusCode() + new String(answer.body(), StandardCharsets.UTF_8));
        }
        return body(answer);
    }

    String error(HttpResponse<byte[]> answer) {
        return answer.statusCode()
                + " "
                + body(answer).path("Errors").path(0).path("ErrorCode").asText();
    }

    /** Every row of every page, in order, and how many pages there were. */
    List<JsonNode> walk(String path, String token) throws Exception {
        List<JsonNode> rows = new ArrayList<>();
        String next = path;
        while (!next.isEmpty()) {
            JsonNode page = json(next, token);
            page.path("Data").path("Transaction").forEach(rows::add);
            String url = page.path("Links").path("Next").asText("");
            next = url.replace(twin.base().toString(), "");
        }
        return rows;
    }

    HttpResponse<byte[]> api(
            String method, String path, String token, JsonNode body, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = request(path).header("Authorization", "Bearer " + token);
        if (headers.length > 0) {
            request.headers(headers);
        }
        if (body != null && List.of(headers).stream().noneMatch("Content-Type"::equals)) {
            request.header("Content-Type", "application/json");
        }
        byte[] bytes = body == null ? new byte[0] : Json.bytes(body);
        return HTTP.send(
                request.method(method, HttpRequest.BodyPublishers.ofByteArray(bytes)).build(),
                HttpResponse.BodyHandlers.ofByteArray());
    }

    HttpResponse<byte[]> send(String method, String path, String body, String type)
            throws IOException, InterruptedException {
        return HTTP.send(
                request(path)
                        .header("Content-Type", type)
                        .method(method, HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofByteArray());
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(twin.base() + path))
                .timeout(Duration.ofSeconds(20));
    }

    HttpClient http() {
        return HTTP;
    }

    static JsonNode body(HttpResponse<byte[]> answer) {
        return Json.parse(answer.body());
    }

    static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
