package dev.caravan.sandbox.truelayer;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.sandbox.Json;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Makes codes and tokens and remembers each one, so that a test can look for them where they must
 * not be. No two are alike. Safe for use by many threads.
 */
final class Secrets {
    private final SecureRandom random = new SecureRandom();
    private final Set<String> issued = ConcurrentHashMap.newKeySet();

    /** 64 upper-case hexadecimal digits, as in contract 2.3. */
    String refreshToken() {
        return remember(HexFormat.of().formatHex(bytes(32)).toUpperCase(Locale.ROOT));
    }

    String code() {
        return remember(url(bytes(24)));
    }

    /** 44 characters of plain base64, which may hold {@code + / =}. */
    String credentialsId() {
        return Base64.getEncoder().encodeToString(bytes(32));
    }

    /** Shaped like an RS256 JWT. The signature is random: nobody but this twin may read it. */
    String accessToken(String connectionId, List<String> scopes, Instant until) {
        ObjectNode claims = Json.object().put("exp", until.getEpochSecond());
        claims.put("connector_id", "mock").put("consent_id", connectionId);
        scopes.forEach(claims.putArray("scope")::add);
        ObjectNode header = Json.object().put("alg", "RS256").put("typ", "JWT");
        return remember(
                String.join(
                        ".", url(Json.bytes(header)), url(Json.bytes(claims)), url(bytes(256))));
    }

    String linkId() {
        return remember(url(bytes(18)));
    }

    Set<String> issued() {
        return Set.copyOf(issued);
    }

    /** The S256 challenge of a verifier (RFC 7636 section 4.2). */
    static String challenge(String verifier) {
        try {
            byte[] ascii = verifier.getBytes(StandardCharsets.US_ASCII);
            return url(MessageDigest.getInstance("SHA-256").digest(ascii));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private String remember(String secret) {
        issued.add(secret);
        return secret;
    }

    private byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }

    private static String url(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
