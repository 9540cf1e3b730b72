package dev.caravan.sandbox.leatherback;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caravan.sandbox.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * JWS in compact form with the crypto of the JDK, so that it owes nothing to the product's library.
 * A doubled key, padding or anything but three parts is no JWS. Stateless.
 */
final class Jws {
    /** The three parts, the first two read; {@code signed} is what the signature covers. */
    record Parts(JsonNode header, JsonNode claims, byte[] signed, byte[] signature) {}

    private static final ObjectMapper STRICT =
            new ObjectMapper().enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);

    private Jws() {}

    /**
     * @throws IllegalArgumentException with the reason, when it is no JWS
     */
    static Parts parse(String compact) {
        String[] parts = compact.split("\\.", -1);
        if (parts.length != 3) {
            throw new IllegalArgumentException(
                    "expected 3 parts between dots, found " + parts.length);
        }
        byte[] signed = (parts[0] + '.' + parts[1]).getBytes(StandardCharsets.US_ASCII);
        return new Parts(object(parts[0]), object(parts[1]), signed, bytes(parts[2]));
    }

    static JsonNode object(String part) {
        try {
            JsonNode tree = STRICT.readTree(bytes(part));
            if (tree == null || !tree.isObject()) {
                throw new IllegalArgumentException("a part is no JSON object");
            }
            return tree;
        } catch (JsonProcessingException notJson) {
            throw new IllegalArgumentException(notJson.getOriginalMessage(), notJson);
        } catch (IOException fromMemory) {
            throw new IllegalStateException(fromMemory);
        }
    }

    static byte[] bytes(String part) {
        if (part.indexOf('=') >= 0) {
            throw new IllegalArgumentException("base64url has padding");
        }
        return Base64.getUrlDecoder().decode(part);
    }

    static String text(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** Header and payload as they are signed: base64url, dot, base64url. */
    static String input(JsonNode header, JsonNode claims) {
        return text(Json.bytes(header)) + '.' + text(Json.bytes(claims));
    }

    static boolean verifiesPs256(PublicKey key, byte[] signed, byte[] signature) {
        try {
            Signature check = pss();
            check.initVerify(key);
            check.update(signed);
            return check.verify(signature);
        } catch (SignatureException malformed) {
            return false;
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    static byte[] ps256(PrivateKey key, byte[] input) {
        try {
            Signature signer = pss();
            signer.initSign(key);
            signer.update(input);
            return signer.sign();
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    static byte[] rs256(PrivateKey key, byte[] input) {
        try {
            Signature signer = Signature.getInstance("SHA256withRSA");
            signer.initSign(key);
            signer.update(input);
            return signer.sign();
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    static byte[] hs256(byte[] key, byte[] input) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(input);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    static byte[] sha256(String ascii) {
        try {
            return MessageDigest.getInstance("SHA-256")
                    .digest(ascii.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** The left half of the hash, as c_hash, s_hash and at_hash are made (OIDC Core 3.3.2.11). */
    static String halfHash(String ascii) {
        return text(java.util.Arrays.copyOf(sha256(ascii), 16));
    }

    private static Signature pss() throws GeneralSecurityException {
        Signature signature = Signature.getInstance("RSASSA-PSS");
        signature.setParameter(
                new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1));
        return signature;
    }
}
