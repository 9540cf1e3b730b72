package dev.caravan.sandbox.pockit;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.sandbox.Json;
import dev.caravan.sandbox.http.Reply;
import dev.caravan.sandbox.http.Request;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * {@code POST /access-token}: a code or a refresh token for a new pair (contract 2.3 and 2.4). Two
 * calls with one token get one pair and one refusal. Safe for use by many threads.
 */
final class TokenEndpoint {
    private final Supplier<PockitSettings> settings;
    private final Gate gate;
    private final Consents consents;
    private final Secrets secrets;
    private final Refusals refusals;
    private final Clock clock;

    TokenEndpoint(
            Supplier<PockitSettings> settings,
            Gate gate,
            Consents consents,
            Secrets secrets,
            Refusals refusals,
            Clock clock) {
        this.settings = settings;
        this.gate = gate;
        this.consents = consents;
        this.secrets = secrets;
        this.refusals = refusals;
        this.clock = clock;
    }

    Reply answer(Request request, Spot spot) {
        gate.basic(request);
        String type = request.header("content-type").orElse("");
        if (!type.startsWith("application/x-www-form-urlencoded")) {
            throw refusals.auth(
                    415, "invalid_request", "application/x-www-form-urlencoded expected");
        }
        Map<String, String> fields = request.fields();
        gate.signedAuth(request, spot, Gate.object(fields));
        String grant = fields.getOrDefault("grant_type", "");
        return switch (grant) {
            case "authorization_code" -> exchange(field(request, fields, "code"));
            case "refresh_token" -> refresh(field(request, fields, "refresh_token"));
            default ->
                    throw refusals.auth(
                            400, "unsupported_grant_type", "grant_type: found " + grant);
        };
    }

    private String field(Request request, Map<String, String> fields, String name) {
        long pairs = new String(request.body(), StandardCharsets.UTF_8).split("&").length;
        if (!fields.keySet().equals(Set.of("grant_type", name)) || pairs != 2) {
            throw refusals.auth(
                    400, "invalid_request", "grant_type and " + name + " expected, once each");
        }
        return fields.get(name);
    }

    private Reply exchange(String code) {
        Instant now = clock.instant();
        Consent consent =
                consents.of(code)
                        .filter(one -> !one.revoked() && one.redeem(code, now))
                        .orElseThrow(
                                () -> refusals.invalidGrant("the code is unknown, used or late"));
        synchronized (consent) {
            rotate(consent, now);
            return Reply.json(200, pair(consent, now, true));
        }
    }

    private Reply refresh(String token) {
        Instant now = clock.instant();
        Granting granting = settings.get().granting();
        Consent consent =
                consents.of(token).orElseThrow(() -> refusals.invalidGrant("the token is unknown"));
        synchronized (consent) {
            if (consent.inGrace(token, now, Duration.ofSeconds(granting.rotationGraceSeconds()))) {
                return Reply.json(200, told(consent, consent.accessToken(), true));
            }
            if (!consent.refreshes(token, now)) {
                if (granting.reuseRevokes()) {
                    consent.revoke();
                }
                throw refusals.invalidGrant("the token was used before, or is too old");
            }
            boolean stays = granting.revocation() == Granting.Revocation.REFRESH_WORKS;
            if (consent.revoked() && !stays) {
                throw refusals.invalidGrant("the consent is no more");
            }
            if (!now.isBefore(consent.endsAt()) && !granting.honourExpiredConsents()) {
                throw refusals.invalidGrant("the consent has ended");
            }
            boolean omitted = granting.refreshOmitsToken();
            if (!omitted) {
                rotate(consent, now);
            }
            return Reply.json(200, pair(consent, now, !omitted));
        }
    }

    private void rotate(Consent consent, Instant now) {
        String refresh = secrets.token();
        Duration life = Duration.ofDays(settings.get().granting().refreshTokenDays());
        consent.rotate(refresh, now, life);
        consents.remember(refresh, consent);
    }

    private ObjectNode pair(Consent consent, Instant now, boolean withRefresh) {
        String access = secrets.token();
        Duration life = Duration.ofSeconds(settings.get().granting().accessTokenSeconds());
        consents.forget(consent.grant(access, now, life));
        consents.remember(access, consent);
        return told(consent, access, withRefresh);
    }

    private ObjectNode told(Consent consent, String access, boolean withRefresh) {
        Granting granting = settings.get().granting();
        ObjectNode answer = Json.object().put("access_token", access);
        if (withRefresh) {
            answer.put("refresh_token", consent.refreshToken());
        }
        answer.put("token_type", "Bearer");
        if (granting.saidExpiresIn() >= 0) {
            answer.put("expires_in", granting.saidExpiresIn());
        }
        return answer.put("scope", String.join(granting.scopeSeparator(), consent.scopes()));
    }

    /** A pair for a consent whose dialogue a test leaves out. */
    Tokens connect(Consent consent, String code) {
        consents.add(consent);
        exchange(code);
        return new Tokens(consent, consent.accessToken(), consent.refreshToken());
    }
}
