package dev.caravan.sandbox.truelayer;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.sandbox.Json;
import java.math.BigDecimal;

/**
 * What a store must hold of one canonical kind, all accounts together. Immutable.
 *
 * @param sum signed; null but for transactions
 * @param digest as in {@link AccountTruth}, over ids or identities; "" where it was not asked for
 */
public record KindTruth(String kind, long count, BigDecimal sum, String digest) {
    ObjectNode json() {
        ObjectNode json = Json.object().put("kind", kind).put("count", count);
        if (sum != null) {
            json.put("sum", sum.toPlainString());
        }
        return digest.isEmpty() ? json : json.put("digest", digest);
    }
}
