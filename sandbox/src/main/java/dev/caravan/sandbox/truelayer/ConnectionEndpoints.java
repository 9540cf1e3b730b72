package dev.caravan.sandbox.truelayer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.sandbox.Json;
import dev.caravan.sandbox.http.Reply;
import dev.caravan.sandbox.http.Request;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Extend, re-authenticate, delete and debug (contract 2.6 and 2.7). None of them reads an account.
 * Safe for use by many threads.
 */
final class ConnectionEndpoints {
    private static final Duration LATEST = Duration.ofDays(90);
    private final Supplier<TwinSettings> settings;
    private final AuthServer auth;
    private final Connections connections;
    private final Clock clock;

    ConnectionEndpoints(
            Supplier<TwinSettings> settings,
            AuthServer auth,
            Connections connections,
            Clock clock) {
        this.settings = settings;
        this.auth = auth;
        this.connections = connections;
        this.clock = clock;
    }

    /** {@code POST /connections/extend}: the mock user decides which of the three answers it is. */
    Reply extend(Request request) {
        JsonNode body = request.json();
        Map<String, String> fields = request.fields();
        validate(body);
        TwinSettings now = settings.get();
        if (!now.clientId().equals(fields.get("client_id"))
                || !now.clientSecret().equals(fields.get("client_secret"))) {
            throw ApiError.problemOf(401, "Unauthorized", "client credentials are wrong");
        }
        String token = fields.get("refresh_token");
        Connection connection =
                connections
                        .byToken(token)
                        .filter(found -> found.refreshToken().equals(token) && !found.revoked())
                        .orElseThrow(
                                () ->
                                        ApiError.problemOf(
                                                401, "Unauthorized", "Invalid refresh_token"));
        if (tooLate(connection)) {
            throw ApiError.problemOf(
                    422, "Unprocessable Entity", "the connection expired too long ago");
        }
        return Reply.json(200, extended(connection, fields));
    }

    private ObjectNode extended(Connection connection, Map<String, String> fields) {
        String action = connection.mockUser().action();
        if (action.equals("no_action_needed")) {
            connection.reconfirmed(clock.instant(), connections.consent());
            ObjectNode tokens = connections.issueBoth(connection);
            tokens.remove("scope");
            return tokens.put("action_needed", action);
        }
        boolean confirmOnly = action.equals("reconfirmation_of_consent_needed");
        return Json.object()
                .put("action_needed", action)
                .put("user_input_link", auth.link(connection, fields, confirmOnly));
    }

    private void validate(JsonNode body) {
        JsonNode user = body.path("user");
        String fault = "";
        if (!body.path("user_has_reconfirmed_consent").asBoolean(false)) {
            fault = "user_has_reconfirmed_consent must be true";
        } else if (!user.has("name") || !(user.has("email") || user.has("phone"))) {
            fault = "user needs name and one of email, phone";
        } else if (!body.hasNonNull("refresh_token")) {
            fault = "refresh_token is required";
        } else if (!settings.get().redirectUris().contains(body.path("redirect_uri").asText())) {
            fault = "redirect_uri is not registered";
        }
        if (!fault.isEmpty()) {
            throw ApiError.problemOf(400, "Validation Error", fault);
        }
    }

    /** {@code POST /v1/reauthuri}. */
    Reply reauth(Request request) {
        Map<String, String> fields = request.fields();
        if (!settings.get().redirectUris().contains(fields.getOrDefault("redirect_uri", ""))) {
            throw ApiError.because(401, "unauthorized_client", "Invalid redirect_uri");
        }
        Connection connection =
                connections
                        .byToken(fields.getOrDefault("refresh_token", ""))
                        .filter(
                                found ->
                                        found.refreshToken().equals(fields.get("refresh_token"))
                                                && !tooLate(found))
                        .orElseThrow(
                                () ->
                                        ApiError.because(
                                                401, "invalid_request", "Invalid refresh_token"));
        String link = auth.link(connection, fields, false);
        return Reply.json(200, Json.object().put("result", link).put("success", true));
    }

    /** {@code DELETE /api/delete}. */
    Reply delete(Connection connection) {
        connection.revoke();
        connection.expireAccessTokens();
        connection.killRefreshToken();
        return Reply.empty(200);
    }

    /** {@code POST /api/debug}. */
    Reply debug(Request request) {
        String token = request.fields().getOrDefault("access_token", "");
        Connection connection =
                connections
                        .byToken(token)
                        .orElseThrow(() -> ApiError.of(401, "invalid_token", "Unknown token."));
        return Reply.json(
                200,
                Json.object()
                        .put("credentials_id", connection.credentialsId())
                        .put("debug_id", Mix.hex(Mix.of(1, token)))
                        .put("provider_id", "mock"));
    }

    private boolean tooLate(Connection connection) {
        return clock.instant().isAfter(connection.consentExpiresAt().plus(LATEST));
    }
}
