package dev.caravan.sandbox.trac;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.time.Clock;
import java.util.Base64;
import java.util.List;
import java.util.function.Supplier;

/**
 * Judges an app JWT (contract 2.1) with nothing but the JDK. Whatever is wrong with it is answered
 * 401 and named. Safe for use by many threads.
 */
final class AppJwt {
    private static final ObjectMapper STRICT =
            new ObjectMapper()
                    .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    private final Supplier<TracSettings> settings;
    private final Supplier<String> audience;
    private final Clock clock;
    private final Answers answers;

    AppJwt(
            Supplier<TracSettings> settings,
            Supplier<String> audience,
            Clock clock,
            Answers answers) {
        this.settings = settings;
        this.audience = audience;
        this.clock = clock;
        this.answers = answers;
    }

    void judge(String compact) {
        String[] parts = compact.split("\\.", -1);
        check(parts.length == 3, "three parts expected");
        JsonNode header = json(parts[0]);
        check("RS256".equals(header.path("alg").asText()), "alg must be RS256");
        check(header.path("typ").asText("JWT").equals("JWT"), "typ must be JWT");
        check(!header.has("crit"), "crit is not understood");
        check(signed(parts), "the signature fits none of the registered keys");
        claims(json(parts[1]));
    }

    private void claims(JsonNode claims) {
        TracSettings now = settings.get();
        check(now.slug().equals(claims.path("iss").textValue()), "iss is not a known app");
        check(audience.get().equals(claims.path("aud").textValue()), "aud is not this server");
        double iat = date(claims, "iat");
        double exp = date(claims, "exp");
        double moment = clock.millis() / 1000.0;
        long tolerance = now.clockToleranceSeconds();
        check(iat <= moment + tolerance, "iat is in the future");
        check(exp > moment - tolerance, "exp is over");
        check(exp > iat, "exp is before iat");
        check(exp - iat <= now.maximumJwtSeconds(), "exp is too far from iat");
        if (claims.has("nbf")) {
            check(date(claims, "nbf") <= moment + tolerance, "nbf is in the future");
        }
    }

    private double date(JsonNode claims, String name) {
        check(claims.path(name).isNumber(), name + " must be a number");
        return claims.path(name).asDouble();
    }

    private boolean signed(String[] parts) {
        byte[] signature = decoded(parts[2]);
        byte[] text = (parts[0] + '.' + parts[1]).getBytes(StandardCharsets.US_ASCII);
        return keys(settings.get()).stream().anyMatch(key -> fits(key, text, signature));
    }

    private static boolean fits(RSAPublicKey key, byte[] text, byte[] signature) {
        try {
            Signature rsa = Signature.getInstance("SHA256withRSA");
            rsa.initVerify(key);
            rsa.update(text);
            return rsa.verify(signature);
        } catch (GeneralSecurityException misfit) {
            return false;
        }
    }

    /** Refuses a key that is unreadable or too small, as Pebble would when it is handed over. */
    static void register(TracSettings settings) {
        for (String pem : List.of(settings.currentKey(), settings.nextKey())) {
            int bits =
                    pem.isBlank()
                            ? settings.minimumKeyBits()
                            : AppKeys.publicKey(pem).getModulus().bitLength();
            if (bits < settings.minimumKeyBits()) {
                throw new IllegalArgumentException(
                        "app key: expected "
                                + settings.minimumKeyBits()
                                + " bits or more, found "
                                + bits);
            }
        }
    }

    private static List<RSAPublicKey> keys(TracSettings settings) {
        List<String> pems =
                switch (settings.acceptedKey()) {
                    case "current" -> List.of(settings.currentKey());
                    case "next" -> List.of(settings.nextKey());
                    default -> List.of(settings.currentKey(), settings.nextKey());
                };
        return pems.stream().filter(pem -> !pem.isBlank()).map(AppKeys::publicKey).toList();
    }

    private JsonNode json(String part) {
        try {
            JsonNode tree = STRICT.readTree(decoded(part));
            check(tree != null && tree.isObject(), "header and claims must be objects");
            return tree;
        } catch (IOException notJson) {
            throw answers.badJwt("not JSON");
        }
    }

    private byte[] decoded(String part) {
        try {
            check(part.indexOf('=') < 0, "base64url has no padding");
            return Base64.getUrlDecoder().decode(part);
        } catch (IllegalArgumentException notBase64) {
            throw answers.badJwt("not base64url");
        }
    }

    private void check(boolean holds, String otherwise) {
        if (!holds) {
            throw answers.badJwt(otherwise);
        }
    }
}
