package dev.caravan.sandbox.trac;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.sandbox.Json;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Turns a place of a scan into a lastKey and back. A key is good for one path, cannot be made up,
 * survives a restart, and always holds characters that must be encoded in a query string. Safe for
 * use by many threads.
 */
final class StartKey {
    private static final int SEAL = 10;
    // base64 of these two bytes and nothing after them ends in +/8=
    private static final byte[] AWKWARD = {(byte) 0xFB, (byte) 0xFF};

    /** A place, and where a lastKey that goes in circles leads back to after so many steps. */
    record Opened(Scan.Place place, Optional<Scan.Place> circle, int step) {}

    private final byte[] secret;

    StartKey(long seed) {
        this.secret = ByteBuffer.allocate(8).putLong(Mix.of(seed, "start key")).array();
    }

    String seal(String path, Opened key) {
        ObjectNode json = tree(key.place());
        key.circle().ifPresent(back -> json.put("step", key.step()).set("back", tree(back)));
        byte[] text = Json.bytes(json);
        int padded = (text.length + SEAL + 2) / 3 * 3 - SEAL;
        byte[] spaced = Arrays.copyOf(text, padded);
        Arrays.fill(spaced, text.length, padded, (byte) ' ');
        byte[] all =
                ByteBuffer.allocate(padded + SEAL + AWKWARD.length)
                        .put(spaced)
                        .put(seal(path, spaced))
                        .put(AWKWARD)
                        .array();
        return Base64.getEncoder().encodeToString(all);
    }

    /** Empty for anything that was not sealed for this path. */
    Optional<Opened> open(String path, String key) {
        try {
            byte[] all = Base64.getDecoder().decode(key);
            int length = Math.max(0, all.length - SEAL - AWKWARD.length);
            byte[] text = Arrays.copyOf(all, length);
            byte[] seal = Arrays.copyOfRange(all, length, length + SEAL);
            if (!MessageDigest.isEqual(seal, seal(path, text))) {
                return Optional.empty();
            }
            JsonNode json = Json.parse(text);
            Optional<Scan.Place> back =
                    json.has("back") ? Optional.of(place(json.path("back"))) : Optional.empty();
            return Optional.of(new Opened(place(json), back, json.path("step").asInt()));
        } catch (IllegalArgumentException notBase64) {
            return Optional.empty();
        }
    }

    private byte[] seal(String path, byte[] text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            mac.update(path.getBytes(StandardCharsets.UTF_8));
            return Arrays.copyOf(mac.doFinal(text), SEAL);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static ObjectNode tree(Scan.Place place) {
        return Json.object()
                .put("list", place.list())
                .put("at", place.slot())
                .put("empty", place.empties());
    }

    private static Scan.Place place(JsonNode json) {
        return new Scan.Place(
                json.path("list").asText(), json.path("at").asInt(), json.path("empty").asInt());
    }
}
