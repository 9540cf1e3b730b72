package dev.caravan.sandbox.leatherback;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.sandbox.Refusal;
import java.security.interfaces.RSAPublicKey;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Checks request objects (contract, step 4) against the profile that is set. Every complaint names
 * the claim, what was expected and what was found. Safe for use by many threads.
 */
final class RequestObjects {
    private static final long AN_HOUR = 3600;
    private final Supplier<LeatherbackSettings> settings;
    private final Supplier<String> issuer;
    private final Clock clock;
    private final Register register;
    private final ClientKeys keys;

    RequestObjects(
            Supplier<LeatherbackSettings> settings,
            Supplier<String> issuer,
            Clock clock,
            Register register,
            ClientKeys keys) {
        this.settings = settings;
        this.issuer = issuer;
        this.clock = clock;
        this.register = register;
        this.keys = keys;
    }

    /**
     * @throws Refusal with an error page
     */
    RequestObject check(Map<String, String> query) {
        String jwt = query.getOrDefault("request", "");
        if (jwt.isEmpty()) {
            throw refused("invalid_request", "request: missing in the query");
        }
        try {
            Jws.Parts parts = Jws.parse(jwt);
            checkSignature(parts);
            JsonNode claims = parts.claims();
            Client client = checkClient(claims);
            checkTimes(claims);
            checkQuery(claims, query);
            String state = claims.path("state").asText(query.getOrDefault("state", ""));
            return new RequestObject(
                    client.id(),
                    client.callbackUrl(),
                    checkIntent(claims, client),
                    state,
                    claims.path("nonce").asText(""),
                    claims.path("jti").asText(jwt));
        } catch (IllegalArgumentException wrong) {
            throw refused("invalid_request_object", wrong.getMessage());
        }
    }

    private void checkSignature(Jws.Parts parts) {
        JsonNode header = parts.header();
        expect("alg", "PS256", header.path("alg").asText(""));
        demand(!header.has("crit"), "crit: nothing critical is understood here");
        demand(header.path("kid").isTextual(), "kid: missing in the header");
        RSAPublicKey key = keys.key(header.path("kid").asText());
        demand(
                Jws.verifiesPs256(key, parts.signed(), parts.signature()),
                "signature: does not fit the key");
    }

    private Client checkClient(JsonNode claims) {
        String clientId = text(claims, "client_id");
        Client client =
                register.client(clientId)
                        .orElseThrow(
                                () -> new IllegalArgumentException("client_id: unknown client"));
        expect("redirect_uri", client.callbackUrl(), text(claims, "redirect_uri"));
        expect("response_type", "code id_token", words(text(claims, "response_type")));
        String scope = words(text(claims, "scope"));
        demand(
                settings.get().requestScopes().stream().anyMatch(one -> words(one).equals(scope)),
                "scope: expected one of " + settings.get().requestScopes() + ", found " + scope);
        if (strict() || claims.has("iss")) {
            expect("iss", clientId, text(claims, "iss"));
        }
        if (strict() || claims.has("aud")) {
            checkAudience(claims.path("aud"));
        }
        if (strict()) {
            List.of("jti", "state", "nonce").forEach(name -> text(claims, name));
        }
        return client;
    }

    private void checkAudience(JsonNode found) {
        String own = settings.get().requestAudience();
        String expected = own.isEmpty() ? issuer.get() : own;
        boolean named = found.isTextual() && found.asText().equals(expected);
        for (JsonNode one : found) {
            named |= one.asText().equals(expected);
        }
        demand(named, "aud: expected " + expected + ", found " + found);
    }

    private void checkTimes(JsonNode claims) {
        long now = clock.instant().getEpochSecond();
        long skew = settings.get().clockSkewSeconds();
        if (strict() || claims.has("exp")) {
            long exp = number(claims, "exp");
            demand(exp > now - skew, "exp: is over since " + (now - exp) + " s");
            demand(exp <= now + AN_HOUR + skew, "exp: more than 60 minutes ahead");
        }
        if (strict() || claims.has("nbf")) {
            long nbf = number(claims, "nbf");
            demand(nbf <= now + skew, "nbf: begins in " + (nbf - now) + " s");
            demand(nbf >= now - AN_HOUR - skew, "nbf: more than 60 minutes ago");
        }
        if (claims.has("exp") && claims.has("nbf")) {
            long life = number(claims, "exp") - number(claims, "nbf");
            demand(life > 0 && life <= AN_HOUR, "exp: expected within 60 minutes of nbf");
        }
        if (strict() || claims.has("iat")) {
            demand(number(claims, "iat") <= now + skew, "iat: lies in the future");
        }
    }

    private void checkQuery(JsonNode claims, Map<String, String> query) {
        if (claims.has("state") && query.containsKey("state")) {
            expect("state of the query", claims.path("state").asText(), query.get("state"));
        }
        for (String name : Set.of("client_id", "response_type", "scope")) {
            demand(!strict() || query.containsKey(name), name + ": missing in the query");
            if (query.containsKey(name)) {
                String doubled = words(query.get(name));
                expect(name + " of the query", words(claims.path(name).asText()), doubled);
            }
        }
    }

    private String checkIntent(JsonNode claims, Client client) {
        JsonNode intent = claims.path("claims").path("id_token").path("openbanking_intent_id");
        demand(intent.path("value").isTextual(), "claims.id_token.openbanking_intent_id: no value");
        demand(intent.path("essential").asBoolean(true), "openbanking_intent_id: is essential");
        String id = intent.path("value").asText();
        Consent consent =
                register.consent(id, client.id())
                        .orElseThrow(
                                () ->
                                        new IllegalArgumentException(
                                                "openbanking_intent_id: no such consent"));
        boolean again = consent.status().equals(Consent.AUTHORISED);
        demand(
                again || consent.status().equals(Consent.AWAITING),
                "openbanking_intent_id: the consent is " + consent.status());
        demand(
                !again || !consent.expired(clock.instant()),
                "openbanking_intent_id: the consent has expired");
        return id;
    }

    private boolean strict() {
        return settings.get().requestObjectProfile() == RequestObjectProfile.OBIE;
    }

    private static String words(String text) {
        List<String> words = new java.util.ArrayList<>(List.of(text.trim().split(" +")));
        words.sort(null);
        return String.join(" ", words);
    }

    private static String text(JsonNode claims, String name) {
        boolean there = claims.path(name).isTextual() && !claims.path(name).asText().isEmpty();
        demand(there, name + ": missing");
        return claims.path(name).asText();
    }

    private static long number(JsonNode claims, String name) {
        demand(claims.path(name).isNumber(), name + ": expected a number of seconds");
        return claims.path(name).asLong();
    }

    private static void expect(String name, String expected, String found) {
        demand(expected.equals(found), name + ": expected " + expected + ", found " + found);
    }

    private static void demand(boolean kept, String complaint) {
        if (!kept) {
            throw new IllegalArgumentException(complaint);
        }
    }

    private static Refusal refused(String code, String complaint) {
        return new Refusal(LoginPage.refusal(400, code, complaint));
    }
}
