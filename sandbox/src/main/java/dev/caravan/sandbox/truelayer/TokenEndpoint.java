package dev.caravan.sandbox.truelayer;

import dev.caravan.sandbox.http.Reply;
import dev.caravan.sandbox.http.Request;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * {@code POST /connect/token} (contract 2.3 and 2.4), form or JSON. A code is spent by the attempt,
 * successful or not. Safe for use by many threads.
 */
final class TokenEndpoint {
    private final Supplier<TwinSettings> settings;
    private final AuthServer auth;
    private final Connections connections;
    private final Clock clock;

    TokenEndpoint(
            Supplier<TwinSettings> settings,
            AuthServer auth,
            Connections connections,
            Clock clock) {
        this.settings = settings;
        this.auth = auth;
        this.connections = connections;
        this.clock = clock;
    }

    Reply token(Request request) {
        Map<String, String> fields = request.fields();
        TwinSettings now = settings.get();
        if (!now.clientId().equals(fields.get("client_id"))
                || !now.clientSecret().equals(fields.get("client_secret"))) {
            throw ApiError.of(400, "invalid_client", "Client credentials are wrong.");
        }
        return switch (fields.getOrDefault("grant_type", "")) {
            case "authorization_code" -> exchange(fields);
            case "refresh_token" -> refresh(fields.getOrDefault("refresh_token", ""));
            default -> throw ApiError.of(400, "unsupported_grant_type", "Unknown grant_type.");
        };
    }

    private Reply exchange(Map<String, String> fields) {
        String value = fields.getOrDefault("code", "");
        AuthServer.Code code =
                auth.redeem(value)
                        .orElseThrow(
                                () ->
                                        auth.issued(value)
                                                ? lateOrReused()
                                                : invalidGrant("The code is unknown."));
        if (!clock.instant().isBefore(code.issuedAt().plusSeconds(settings.get().codeSeconds()))) {
            throw lateOrReused();
        }
        AuthLink link = code.link();
        if (!link.redirectUri().equals(fields.get("redirect_uri"))) {
            throw invalidGrant("redirect_uri is not the one of the link.");
        }
        if (!link.challenge().isEmpty()
                && !link.challenge()
                        .equals(Secrets.challenge(fields.getOrDefault("code_verifier", "")))) {
            throw invalidGrant("code_verifier does not fit the challenge.");
        }
        return Reply.json(200, connections.issueBoth(connection(code)))
                .header("Cache-Control", "no-store");
    }

    private Connection connection(AuthServer.Code code) {
        Optional<Connection> existing = code.link().existing();
        if (code.link().confirmOnly() && existing.isPresent()) {
            existing.get().reconfirmed(clock.instant(), connections.consent());
            return existing.get();
        }
        return connections.authenticate(code.user(), code.link().scopes(), existing);
    }

    private Reply refresh(String token) {
        return connections
                .byToken(token)
                .flatMap(connection -> connections.refresh(connection, token))
                .map(body -> Reply.json(200, body).header("Cache-Control", "no-store"))
                .orElseThrow(() -> invalidGrant("The refresh token is not good (any more)."));
    }

    private static ApiError invalidGrant(String why) {
        return ApiError.of(400, "invalid_grant", why);
    }

    private static ApiError lateOrReused() {
        return ApiError.of(
                400, "invalid_authorization_code", "The code is older than 5 minutes or was used.");
    }
}
