package dev.caravan.sandbox.pliance;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caravan.sandbox.http.Request;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import java.util.function.Supplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Checks the token that a customer minted for itself (contract section 2), with the JDK alone.
 * Refuses with 401 and says why. Safe for use by many threads.
 */
final class TokenCheck {
    private static final ObjectMapper STRICT =
            new ObjectMapper().enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);
    private final Supplier<PlianceSettings> settings;
    private final Clock clock;

    TokenCheck(Supplier<PlianceSettings> settings, Clock clock) {
        this.settings = settings;
        this.clock = clock;
    }

    /** The issuer that the token claims to have, unproven; empty where it cannot be read. */
    static String claimedIssuer(Request request) {
        try {
            return part(bearer(request)[1]).path("iss").asText();
        } catch (Failure unreadable) {
            return "";
        }
    }

    Actor actor(Request request) {
        String[] parts = bearer(request);
        JsonNode header = part(parts[0]);
        require(header.path("alg").asText().equals("HS256"), "alg: expected HS256");
        boolean typed = header.path("typ").asText("JWT").equalsIgnoreCase("JWT");
        require(typed, "typ: expected JWT or nothing");
        require(!header.has("crit"), "crit: not understood");
        JsonNode claims = part(parts[1]);
        PlianceCustomer customer = customer(claims).orElseThrow(() -> refused("iss: unknown"));
        byte[] expected = sign(customer.secret(), parts[0] + "." + parts[1]);
        require(MessageDigest.isEqual(expected, decode(parts[2])), "signature: does not fit");
        require(audience(claims.path("aud")), "aud: expected pliance.io");
        times(claims);
        return new Actor(customer.iss(), word(claims, "given_name"), word(claims, "sub"));
    }

    private static String[] bearer(Request request) {
        String header = request.header("authorization").orElse("");
        require(header.regionMatches(true, 0, "Bearer ", 0, 7), "no bearer token");
        String[] parts = header.substring(7).strip().split("\\.", -1);
        require(parts.length == 3, "the token has not three parts");
        return parts;
    }

    private Optional<PlianceCustomer> customer(JsonNode claims) {
        String iss = claims.path("iss").isTextual() ? claims.path("iss").asText() : "";
        return settings.get().customers().stream()
                .filter(customer -> customer.iss().equals(iss))
                .findFirst();
    }

    private void times(JsonNode claims) {
        PlianceSettings now = settings.get();
        Instant instant = clock.instant();
        long issued = seconds(claims, "iat");
        long from = seconds(claims, "nbf");
        long until = seconds(claims, "exp");
        Instant latest = instant.plusSeconds(now.notBeforeToleranceSeconds());
        require(!Instant.ofEpochSecond(issued).isAfter(latest), "iat: lies ahead");
        require(!Instant.ofEpochSecond(from).isAfter(latest), "nbf: lies ahead");
        Instant end = Instant.ofEpochSecond(until).plusSeconds(now.expiryToleranceSeconds());
        require(end.isAfter(instant), "exp: is over");
        require(
                until - Math.min(issued, from) <= now.maxTokenSeconds(),
                "exp: the token lives longer than " + now.maxTokenSeconds() + " s");
    }

    private static long seconds(JsonNode claims, String name) {
        JsonNode value = claims.path(name);
        boolean readable = value.isIntegralNumber() && value.canConvertToLong();
        require(readable && Math.abs(value.asLong()) < 1L << 40, name + ": expected whole seconds");
        return value.asLong();
    }

    private static boolean audience(JsonNode aud) {
        if (aud.isTextual()) {
            return aud.asText().equals("pliance.io");
        }
        boolean among = false;
        if (aud.isArray()) {
            for (JsonNode one : aud) {
                among |= one.isTextual() && one.asText().equals("pliance.io");
            }
        }
        return among;
    }

    private static String word(JsonNode claims, String name) {
        JsonNode value = claims.path(name);
        require(value.isTextual() && !value.asText().isBlank(), name + ": expected a word");
        return value.asText();
    }

    private static byte[] sign(String secret, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return mac.doFinal(text.getBytes(StandardCharsets.US_ASCII));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static JsonNode part(String encoded) {
        try {
            JsonNode tree = STRICT.readTree(decode(encoded));
            require(tree.isObject(), "the token is not made of JSON objects");
            return tree;
        } catch (IOException unreadable) {
            throw refused("the token is not made of JSON objects");
        }
    }

    private static byte[] decode(String part) {
        try {
            require(part.indexOf('=') < 0, "base64url: padded");
            return Base64.getUrlDecoder().decode(part);
        } catch (IllegalArgumentException unreadable) {
            throw refused("base64url: unreadable");
        }
    }

    private static void require(boolean condition, String reason) {
        if (!condition) {
            throw refused(reason);
        }
    }

    private static Failure refused(String reason) {
        return new Failure(401, "The token is refused. " + reason);
    }
}
