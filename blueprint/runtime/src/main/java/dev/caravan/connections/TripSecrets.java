package dev.caravan.connections;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caravan.vault.Sealer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.UUID;

/**
 * What only we know of a trip: the state (RFC 6749 section 10.12), the same as a UUIDv4, the PKCE
 * verifier (RFC 7636) and the nonce, all random. In the store they are hashes, or sealed together.
 * Immutable.
 */
record TripSecrets(String state, String uuid, String verifier, String nonce) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int LONG = 32;
    private static final int SHORT = 16;

    static TripSecrets fresh() {
        return named(UUID.randomUUID().toString());
    }

    /** The same for a trip that has its uuid already: a payment's goes by the payment's id. */
    static TripSecrets named(String uuid) {
        return new TripSecrets(secret(LONG), uuid, secret(LONG), secret(SHORT));
    }

    /** A link, a state: 256 random bits as base64url. */
    static String secret() {
        return secret(LONG);
    }

    /** What a browser keeps of its trip: 128 random bits as base64url. */
    static String cookie() {
        return secret(SHORT);
    }

    private static String secret(int bytes) {
        byte[] random = new byte[bytes];
        RANDOM.nextBytes(random);
        return base64(random);
    }

    /** What PKCE tells of the verifier, method S256. */
    String challenge() {
        return base64(hash(verifier));
    }

    String sealed(Sealer sealer) {
        try {
            return sealer.seal(JSON.writeValueAsString(this));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the secrets of a trip do not make JSON");
        }
    }

    static TripSecrets opened(Sealer sealer, String sealed) {
        try {
            return JSON.readValue(sealer.open(sealed), TripSecrets.class);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the secrets of a trip are no JSON");
        }
    }

    static byte[] hash(String secret) {
        try {
            return MessageDigest.getInstance("SHA-256")
                    .digest(secret.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    @Override
    public String toString() {
        return "the secrets of a trip";
    }
}
