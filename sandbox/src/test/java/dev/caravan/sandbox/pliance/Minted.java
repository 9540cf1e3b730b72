package dev.caravan.sandbox.pliance;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.sandbox.Json;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.function.Consumer;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Mints the tokens of a customer, good ones and bad ones. */
record Minted(ObjectNode header, ObjectNode claims, byte[] key) {
    static Minted good(Instant now) {
        return good(now, "caravan", PlianceSettings.NOT_A_SECRET);
    }

    static Minted good(Instant now, String iss, String secret) {
        ObjectNode claims = Json.object().put("aud", "pliance.io").put("iss", iss);
        claims.put("iat", now.getEpochSecond() - 10).put("nbf", now.getEpochSecond() - 10);
        claims.put("exp", now.getEpochSecond() + 240);
        claims.put("given_name", "Caravan").put("sub", "svc:caravan");
        return new Minted(
                Json.object().put("typ", "JWT").put("alg", "HS256"),
                claims,
                secret.getBytes(StandardCharsets.UTF_8));
    }

    Minted header(Consumer<ObjectNode> change) {
        ObjectNode copy = header.deepCopy();
        change.accept(copy);
        return new Minted(copy, claims, key);
    }

    Minted claims(Consumer<ObjectNode> change) {
        ObjectNode copy = claims.deepCopy();
        change.accept(copy);
        return new Minted(header, copy, key);
    }

    Minted key(byte[] other) {
        return new Minted(header, claims, other);
    }

    String token() {
        return signed(Json.bytes(header), Json.bytes(claims), key);
    }

    static String signed(byte[] header, byte[] claims, byte[] key) {
        String text = url(header) + "." + url(claims);
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return text + "." + url(mac.doFinal(text.getBytes(StandardCharsets.US_ASCII)));
        } catch (java.security.GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    static String url(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
