package dev.caravan.sandbox.pockit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Reads an {@code x-jws-signature} by contract 3, with nothing but the JDK's own HMAC. The
 * algorithm is HS256 whatever the header says. Immutable.
 */
final class JwsVerifier {
    private static final Pattern BASE64URL = Pattern.compile("[A-Za-z0-9_-]*");
    private static final long FAR_FUTURE = 1_000_000_000_000_000L;
    private final Signing rules;
    private final String app;
    private final byte[] secret;

    JwsVerifier(Signing rules, String app, byte[] secret) {
        this.rules = rules;
        this.app = app;
        this.secret = secret.clone();
    }

    /**
     * What is wrong with the token, or nothing.
     *
     * @param path the path it must name, without host and version
     * @param payload whether a decoded payload stands for the body of this request
     */
    Optional<String> complaint(String token, String path, Predicate<byte[]> payload, Instant now) {
        String[] parts = token.split("\\.", -1);
        if (parts.length != 3) {
            return Optional.of("three parts expected, found " + parts.length);
        }
        for (String part : parts) {
            if (decoded(part).isEmpty()) {
                return Optional.of("base64url without padding expected, found " + part);
            }
        }
        byte[] expected = hmac(parts[0] + "." + parts[1]);
        if (!MessageDigest.isEqual(expected, decoded(parts[2]).orElseThrow())) {
            return Optional.of("the HMAC does not fit");
        }
        Optional<ObjectNode> header = StrictJson.object(decoded(parts[0]).orElseThrow());
        if (header.isEmpty()) {
            return Optional.of("the header is no JSON object, or has a name twice");
        }
        return headerComplaint(header.get(), path, now)
                .or(
                        () ->
                                payload.test(decoded(parts[1]).orElseThrow())
                                        ? Optional.empty()
                                        : Optional.of("the payload is not the body"));
    }

    private Optional<String> headerComplaint(ObjectNode header, String path, Instant now) {
        if (header.has("crit")) {
            return Optional.of("crit: nothing critical is understood here");
        }
        return wrong(header, "alg", "HS256")
                .or(() -> wrong(header, "typ", "JWT"))
                .or(() -> wrong(header, "app", app))
                .or(() -> wrong(header, "path", path))
                .or(() -> iatComplaint(header.path("iat"), now));
    }

    private Optional<String> iatComplaint(JsonNode iat, Instant now) {
        if (!iat.isIntegralNumber() || !iat.canConvertToLong()) {
            return Optional.of("iat: expected a JSON integer, found " + iat);
        }
        boolean seconds = rules.iat() == Signing.IatUnit.SECONDS;
        // clamped before the multiplication: an absurd value must be refused, not overflow
        long clamped = Math.max(0, Math.min(iat.asLong(), FAR_FUTURE));
        long age = now.toEpochMilli() - (seconds ? clamped * 1000 : clamped);
        boolean fresh =
                age <= rules.iatMaxAgeSeconds() * 1000 && age >= -rules.iatMaxAheadSeconds() * 1000;
        return fresh
                ? Optional.empty()
                : Optional.of(
                        "iat: expected "
                                + now.getEpochSecond()
                                + " or near it in "
                                + rules.iat()
                                + ", found "
                                + iat);
    }

    private static Optional<String> wrong(ObjectNode header, String name, String expected) {
        JsonNode found = header.path(name);
        return found.isTextual() && found.asText().equals(expected)
                ? Optional.empty()
                : Optional.of(name + ": expected " + expected + ", found " + found);
    }

    /** Refuses padding, the other alphabet and stray bits at the end. */
    private static Optional<byte[]> decoded(String part) {
        if (!BASE64URL.matcher(part).matches()) {
            return Optional.empty();
        }
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(part);
            String back = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
            return back.equals(part) ? Optional.of(bytes) : Optional.empty();
        } catch (IllegalArgumentException impossibleLength) {
            return Optional.empty();
        }
    }

    private byte[] hmac(String signed) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            return mac.doFinal(signed.getBytes(StandardCharsets.US_ASCII));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
