package dev.caravan.sandbox.leatherback;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.sandbox.Effect;
import dev.caravan.sandbox.Json;
import dev.caravan.sandbox.Refusal;
import dev.caravan.sandbox.http.Reply;
import dev.caravan.sandbox.http.Request;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * {@code POST /auth/token} with its three grants (contract, steps 2 and 7). Its {@code expires_in}
 * is the second of the day at which the token ends, unless that is switched off. Safe for use by
 * many threads.
 */
final class TokenEndpoint {
    private static final int DAY = 86_400;
    private final Supplier<LeatherbackSettings> settings;
    private final Clock clock;
    private final Register register;
    private final Tokens tokens;
    private final IdTokens idTokens;
    private final Bank bank;

    TokenEndpoint(
            Supplier<LeatherbackSettings> settings,
            Clock clock,
            Register register,
            Tokens tokens,
            IdTokens idTokens,
            Bank bank) {
        this.settings = settings;
        this.clock = clock;
        this.register = register;
        this.tokens = tokens;
        this.idTokens = idTokens;
        this.bank = bank;
    }

    Reply answer(Request request, Optional<Effect> effect) {
        String type = request.header("content-type").orElse("");
        if (!type.split(";")[0].trim().equalsIgnoreCase("application/x-www-form-urlencoded")) {
            throw new Refusal(Reply.empty(415));
        }
        Map<String, String> form = request.fields();
        Client client = client(form);
        ObjectNode answer =
                switch (field(form, "grant_type")) {
                    case "client_credentials" -> {
                        scope(form);
                        yield bearer(tokens.forClient(client));
                    }
                    case "authorization_code" -> {
                        scope(form);
                        yield exchange(client, form, effect);
                    }
                    case "refresh_token" -> refresh(client, form, effect);
                    default -> throw ObieError.oauth(400, "unsupported_grant_type", "grant_type");
                };
        return Reply.json(200, answer).header("Cache-Control", "no-store");
    }

    private Client client(Map<String, String> form) {
        String id = field(form, "client_id");
        String password = field(form, "password");
        return register.client(id)
                .filter(one -> one.certificate().equals(password))
                .orElseThrow(() -> ObieError.oauth(401, "invalid_client", "client or password"));
    }

    private void scope(Map<String, String> form) {
        String expected = settings.get().tokenScope();
        if (!field(form, "scope").equals(expected)) {
            throw ObieError.oauth(400, "invalid_scope", "scope: expected " + expected);
        }
    }

    private ObjectNode exchange(Client client, Map<String, String> form, Optional<Effect> effect) {
        String value = field(form, "code");
        Code code =
                tokens.code(value)
                        .filter(one -> one.clientId().equals(client.id()))
                        .orElseThrow(() -> invalidGrant("code: unknown"));
        if (code.used() || !tokens.spend(code)) {
            // RFC 6749 section 4.1.2: what a stolen code brought must not live on
            tokens.kill(code.consentId());
            throw invalidGrant("code: used before");
        }
        if (clock.instant().getEpochSecond() >= code.expiresAt()) {
            throw invalidGrant("code: expired");
        }
        checkRedirect(form, code);
        Consent consent = granted(client, code.consentId());
        Optional<RefreshToken> refresh =
                settings.get().refreshTokens()
                        ? Optional.of(tokens.refreshToken(client.id(), consent.id()))
                        : Optional.empty();
        return forCustomer(client, consent, refresh, code.nonce(), effect);
    }

    private void checkRedirect(Map<String, String> form, Code code) {
        RedirectUriRule rule = settings.get().redirectUriAtExchange();
        String given = form.get("redirect_uri");
        if (given == null && rule == RedirectUriRule.REQUIRED
                || given != null && rule == RedirectUriRule.REFUSED) {
            throw ObieError.oauth(400, "invalid_request", "redirect_uri: is " + rule);
        }
        if (given != null && !given.equals(code.redirectUri())) {
            throw invalidGrant("redirect_uri: not the one of the link");
        }
    }

    private ObjectNode refresh(Client client, Map<String, String> form, Optional<Effect> effect) {
        String value = field(form, "refresh_token");
        if (form.containsKey("scope")) {
            scope(form);
        }
        boolean rotates = settings.get().rotateRefreshTokens();
        RefreshToken before =
                tokens.refreshToken(value)
                        .filter(one -> one.clientId().equals(client.id()))
                        .orElseThrow(() -> invalidGrant("refresh_token: unknown"));
        Consent consent = granted(client, before.consentId());
        RefreshToken next =
                (rotates
                                ? tokens.rotate(value)
                                : Optional.of(before).filter(one -> one.alive(clock.instant())))
                        .orElseThrow(() -> invalidGrant("refresh_token: used, killed or expired"));
        return forCustomer(client, consent, Optional.of(next), "", effect);
    }

    private Consent granted(Client client, String consentId) {
        return register.consent(consentId, client.id())
                .filter(one -> one.status().equals(Consent.AUTHORISED))
                .filter(one -> !one.expired(clock.instant()))
                .orElseThrow(() -> invalidGrant("the consent is over"));
    }

    private ObjectNode forCustomer(
            Client client,
            Consent consent,
            Optional<RefreshToken> refresh,
            String nonce,
            Optional<Effect> effect) {
        boolean other = effect.orElse(null) instanceof OwnEffect.OtherConsentInToken;
        String shown = other ? Scatter.uuid(clock.millis()) : consent.id();
        Customer owner = bank.customer(consent.owner());
        AccessToken token = tokens.forCustomer(client, consent.id(), shown, owner);
        ObjectNode answer = bearer(token);
        IdTokenForm form = settings.get().tokenIdToken();
        if (form == IdTokenForm.OPAQUE) {
            answer.put("id_token", tokens.random("oa_stg_"));
        } else if (form == IdTokenForm.SIGNED) {
            long expiry = refresh.map(RefreshToken::expiresAt).orElse(0L);
            answer.put("id_token", idTokens.back(consent, nonce, token.value(), expiry));
        }
        answer.put("access_token_id", Scatter.uuid(token.value().hashCode()));
        refresh.ifPresent(one -> answer.put("refresh_token", one.value()));
        return answer;
    }

    private ObjectNode bearer(AccessToken token) {
        long life = token.expiresAt() - clock.instant().getEpochSecond();
        boolean odd = settings.get().secondOfDayExpiresIn();
        return Json.object()
                .put("access_token", token.value())
                .put("token_type", "Bearer")
                .put("expires_in", odd ? token.expiresAt() % DAY : life);
    }

    private static String field(Map<String, String> form, String name) {
        String value = form.getOrDefault(name, "");
        if (value.isEmpty()) {
            throw ObieError.oauth(400, "invalid_request", name + ": missing");
        }
        return value;
    }

    private static Refusal invalidGrant(String description) {
        return ObieError.oauth(400, "invalid_grant", description);
    }
}
