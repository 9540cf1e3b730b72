package dev.caravan.sandbox.trac;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.sandbox.Json;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a store must hold of one canonical kind. Immutable.
 *
 * @param sum pounds, negative for money out of the purses; null but for transactions
 * @param digest SHA-256 over the ids, sorted by code point and joined by line feeds; null for a
 *     kind without ids
 */
public record KindTruth(String kind, long count, BigDecimal sum, String digest) {
    static KindTruth of(String kind, Stream<String> ids) {
        // all ids are ASCII, so the order of String is that of the code points
        List<String> sorted = ids.sorted().toList();
        String text = sorted.stream().collect(Collectors.joining("\n"));
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256")
                            .digest(text.getBytes(StandardCharsets.UTF_8));
            return new KindTruth(kind, sorted.size(), null, HexFormat.of().formatHex(hash));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    static KindTruth counted(String kind, long count) {
        return new KindTruth(kind, count, null, null);
    }

    KindTruth worth(BigDecimal pounds) {
        return new KindTruth(kind, count, pounds, digest);
    }

    ObjectNode json() {
        ObjectNode json = Json.object().put("kind", kind).put("count", count);
        if (sum != null) {
            json.put("sum", sum.toPlainString());
        }
        return digest == null ? json : json.put("digest", digest);
    }
}
