package dev.caravan.inbox;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Standard Webhooks, symmetric (standard-webhooks.md, "signature scheme"): HMAC-SHA256 over {@code
 * id.timestamp.body}, any of several signatures good, the timestamp within a tolerance. Safe for
 * any number of threads.
 */
final class StandardVerifier implements Verifier {
    private static final String PREFIX = "whsec_";
    private static final String VERSION = "v1,";

    /** More signatures than any rotation needs are not looked at. */
    private static final int MOST = 8;

    private final GoodSecrets proofs;
    private final Duration tolerance;
    private final Clock clock;

    StandardVerifier(GoodSecrets proofs, Duration tolerance, Clock clock) {
        this.proofs = proofs;
        this.tolerance = tolerance;
        this.clock = clock;
    }

    @Override
    public String flaw(Post post) {
        return flaw(post, proofs.of(post.connection()));
    }

    @Override
    public boolean surely(Post post) {
        List<String> held = proofs.held(post.connection());
        return !held.isEmpty() && flaw(post, held) == null;
    }

    private String flaw(Post post, List<String> secrets) {
        String id = post.header("webhook-id");
        String timestamp = post.header("webhook-timestamp");
        String signatures = post.header("webhook-signature");
        if (id == null || timestamp == null || signatures == null) {
            return "unsigned";
        }
        if (!timestamp.matches("\\d{1,12}")) {
            return "forged";
        }
        boolean fits = false;
        for (String secret : secrets) {
            fits |= signed(signature(secret, id, timestamp, post.body()), signatures);
        }
        long age = clock.instant().getEpochSecond() - Long.parseLong(timestamp);
        return !fits ? "forged" : Math.abs(age) > tolerance.toSeconds() ? "late" : null;
    }

    private static boolean signed(byte[] expected, String signatures) {
        String[] given = signatures.strip().split(" +", MOST + 1);
        boolean fits = false;
        for (int i = 0; i < Math.min(given.length, MOST); i++) {
            if (given[i].startsWith(VERSION)) {
                fits |= MessageDigest.isEqual(expected, decoded(given[i].substring(3)));
            }
        }
        return fits;
    }

    private static byte[] decoded(String base64) {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            return new byte[0];
        }
    }

    private static byte[] signature(String secret, String id, String timestamp, byte[] body) {
        try {
            String bare = secret.startsWith(PREFIX) ? secret.substring(PREFIX.length()) : secret;
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(Base64.getDecoder().decode(bare), "HmacSHA256"));
            ByteArrayOutputStream signed = new ByteArrayOutputStream();
            signed.writeBytes((id + "." + timestamp + ".").getBytes(StandardCharsets.UTF_8));
            signed.writeBytes(body);
            return mac.doFinal(signed.toByteArray());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
