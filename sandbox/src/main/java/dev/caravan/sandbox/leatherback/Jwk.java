package dev.caravan.sandbox.leatherback;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.sandbox.Json;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.RSAPublicKeySpec;

/**
 * A public RSA key as JSON (RFC 7517) and back. Private parts, short moduli and keys that are meant
 * for something else are refused with the reason. Stateless.
 */
final class Jwk {
    private static final int LEAST_BITS = 2048;

    private Jwk() {}

    static RSAPublicKey read(JsonNode jwk) {
        refuse(jwk.has("d"), "the JWK holds its private part");
        refuse(!jwk.path("kty").asText().equals("RSA"), "kty: expected RSA");
        refuse(!jwk.path("use").asText("sig").equals("sig"), "use: expected sig");
        refuse(!jwk.path("alg").asText("PS256").equals("PS256"), "alg of the JWK: expected PS256");
        BigInteger modulus = number(jwk, "n");
        refuse(modulus.bitLength() < LEAST_BITS, "n: expected 2048 bits or more");
        try {
            return (RSAPublicKey)
                    KeyFactory.getInstance("RSA")
                            .generatePublic(new RSAPublicKeySpec(modulus, number(jwk, "e")));
        } catch (GeneralSecurityException unusable) {
            throw new IllegalArgumentException("the JWK is no RSA key", unusable);
        }
    }

    static ObjectNode write(RSAPublicKey key, String kid) {
        ObjectNode jwk = bare(key);
        return jwk.put("use", "sig").put("alg", "PS256").put("kid", kid);
    }

    /** RFC 7638: the hash over the needed members in the order of the alphabet. */
    static String thumbprint(RSAPublicKey key) {
        ObjectNode jwk = bare(key);
        String text =
                "{\"e\":\""
                        + jwk.path("e").asText()
                        + "\",\"kty\":\"RSA\",\"n\":\""
                        + jwk.path("n").asText()
                        + "\"}";
        return Jws.text(Jws.sha256(text));
    }

    private static ObjectNode bare(RSAPublicKey key) {
        return Json.object()
                .put("kty", "RSA")
                .put("e", unsigned(key.getPublicExponent()))
                .put("n", unsigned(key.getModulus()));
    }

    private static String unsigned(BigInteger number) {
        byte[] bytes = number.toByteArray();
        int skip = bytes.length > 1 && bytes[0] == 0 ? 1 : 0;
        return Jws.text(java.util.Arrays.copyOfRange(bytes, skip, bytes.length));
    }

    private static BigInteger number(JsonNode jwk, String member) {
        refuse(!jwk.path(member).isTextual(), member + ": missing in the JWK");
        return new BigInteger(1, Jws.bytes(jwk.path(member).asText()));
    }

    private static void refuse(boolean wrong, String reason) {
        if (wrong) {
            throw new IllegalArgumentException(reason);
        }
    }
}
