package dev.caravan.sandbox.truelayer;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.sandbox.Json;
import dev.caravan.sandbox.http.Reply;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Sends the signed webhooks of TrueLayer's other products (contract 7.2 and 7.3) with the crypto of
 * the JDK alone. Each is sent once, in the calling thread. Safe for use by many threads.
 */
final class SignedWebhooks {
    private static final String TIMESTAMP = "X-Tl-Webhook-Timestamp";
    private final Supplier<TwinSettings> settings;
    private final Supplier<URI> base;
    private final Clock clock;
    private final Webhooks webhooks;
    private final WebhookKeys keys = new WebhookKeys();

    SignedWebhooks(
            Supplier<TwinSettings> settings, Supplier<URI> base, Clock clock, Webhooks webhooks) {
        this.settings = settings;
        this.base = base;
        this.clock = clock;
        this.webhooks = webhooks;
    }

    WebhookKeys keys() {
        return keys;
    }

    /** {@code GET /.well-known/jwks}. */
    Reply jwks() {
        return Reply.json(200, keys.jwks())
                .header("Cache-Control", "public, max-age=" + settings.get().jwksMaxAgeSeconds());
    }

    WebhookDelivery send(URI to, String json, Signing how) {
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        String time = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
        Map<String, String> signed = new LinkedHashMap<>();
        signed.put(named(TIMESTAMP, how), how == Signing.CHANGED_HEADER ? later(time) : time);
        signed.put(named("Content-Type", how), "application/json");
        Map<String, String> sent = new LinkedHashMap<>();
        sent.put(TIMESTAMP, time);
        if (how == Signing.LEGACY_BESIDE) {
            sent.put("X-Tl-Signature", "bm90.aGVyZQ.bGVnYWN5");
        }
        if (how != Signing.MISSING) {
            sent.put("Tl-Signature", signature(payload(to, signed, body, how), signed, how));
        }
        return webhooks.post(to, sent, how == Signing.CHANGED_BODY ? changed(body) : body);
    }

    private static String named(String name, Signing how) {
        return how == Signing.LOWER_CASE_NAMES ? name.toLowerCase(Locale.ROOT) : name;
    }

    private static String later(String time) {
        return Instant.parse(time).plusSeconds(1).toString();
    }

    private static byte[] changed(byte[] body) {
        byte[] other = body.clone();
        for (int at = 0; at < other.length; at++) {
            if (Character.isLetterOrDigit(other[at])) {
                other[at] = (byte) (other[at] == 'a' ? 'b' : 'a');
                return other;
            }
        }
        return Arrays.copyOf(body, body.length + 1);
    }

    /** Rule 5: method and path, a line for each signed header, the body as it is. */
    private static byte[] payload(URI to, Map<String, String> headers, byte[] body, Signing how) {
        String path = to.getRawPath();
        String bare = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
        String other = path.endsWith("/") ? bare : path + "/";
        String signedPath =
                switch (how) {
                    case OTHER_SLASH -> other;
                    case CHANGED_PATH -> bare + "x";
                    default -> path;
                };
        StringBuilder head = new StringBuilder(how == Signing.CHANGED_METHOD ? "PUT" : "POST");
        head.append(' ').append(signedPath).append('\n');
        headers.forEach((name, value) -> head.append(name + ": " + value + "\n"));
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        whole.writeBytes(head.toString().getBytes(StandardCharsets.UTF_8));
        whole.writeBytes(body);
        return whole.toByteArray();
    }

    private String signature(byte[] payload, Map<String, String> headers, Signing how) {
        boolean rsa = how == Signing.RSA_KEY;
        WebhookKeys.Named key = rsa ? keys.rsa() : keys.next();
        ObjectNode header = Json.object();
        header.put("alg", rsa ? "RS512" : how == Signing.OTHER_ALG ? "ES256" : "ES512");
        header.put("kid", how == Signing.UNKNOWN_KID ? "nobodys-key" : key.kid());
        header.put("tl_version", "2");
        if (how == Signing.OTHER_VERSION) {
            header.put("tl_version", 2);
        }
        header.put("tl_headers", headers.keySet().stream().collect(Collectors.joining(",")));
        header.put("jku", how == Signing.FOREIGN_JKU ? foreign() : jku());
        String first = url(Json.bytes(header));
        byte[] input = (first + "." + url(payload)).getBytes(StandardCharsets.US_ASCII);
        String last =
                url(
                        signed(
                                how == Signing.FOREIGN_KEY
                                        ? new WebhookKeys.Named(key.kid(), WebhookKeys.stray())
                                        : key,
                                rsa ? "SHA512withRSA" : "SHA512withECDSAinP1363Format",
                                input));
        String middle = how == Signing.EMBEDDED_PAYLOAD ? url(payload) : "";
        return first + "." + middle + "." + last + (how == Signing.TRAILING_DOT ? "." : "");
    }

    private String jku() {
        String set = settings.get().webhookJku();
        return set.isEmpty() ? base.get() + "/.well-known/jwks" : set;
    }

    /** The host of somebody else, who serves the very same keys. */
    private String foreign() {
        return Objects.toString(base.get()).replace("127.0.0.1", "localhost") + "/.well-known/jwks";
    }

    private static byte[] signed(WebhookKeys.Named key, String algorithm, byte[] input) {
        try {
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign(key.key());
            signature.update(input);
            return signature.sign();
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static String url(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
