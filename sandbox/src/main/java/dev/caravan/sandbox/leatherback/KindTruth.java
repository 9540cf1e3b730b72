package dev.caravan.sandbox.leatherback;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.sandbox.Json;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * What a store must hold of one canonical kind. Immutable.
 *
 * @param sum signed; null for every kind but transaction
 * @param ids of the rows that have one; null where the kind has none
 */
public record KindTruth(String kind, long count, BigDecimal sum, List<String> ids) {

    /** SHA-256 over the ids, sorted by code point and joined by line feeds; empty without ids. */
    public String digest() {
        if (ids == null) {
            return "";
        }
        List<String> sorted = new ArrayList<>(ids);
        sorted.sort(null);
        try {
            byte[] text = String.join("\n", sorted).getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** Rows of the count that have no id and so are no part of the digest. */
    public long withoutId() {
        return ids == null ? 0 : count - ids.size();
    }

    ObjectNode json() {
        ObjectNode json = Json.object().put("kind", kind).put("count", count);
        if (sum != null) {
            json.put("sum", sum.toPlainString());
        }
        if (ids != null) {
            json.put("digest", digest());
        }
        return withoutId() == 0 ? json : json.put("without_id", withoutId());
    }
}
