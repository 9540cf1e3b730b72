package dev.caravan.launch;

import java.math.BigDecimal;
import java.util.Map;
import java.util.TreeMap;

/**
 * How many records of one kind somebody holds, by his own count. Immutable.
 *
 * @param kind the canonical table that holds such records, or would
 * @param sum of the amounts; null where there are none or nobody added them up
 * @param digest over what the provider knows the records by, sorted by code point and joined by
 *     line feeds; "" where it is not told
 */
record Holding(String kind, long rows, BigDecimal sum, String digest) {

    /** Words of a twin for what the store keeps under another name. */
    private static final Map<String, String> OTHER_NAMES =
            Map.of(
                    "consent", "connection",
                    "pending_transaction", "transaction_pending",
                    "report_activity", "screening_event");

    /**
     * What the store holds of one provider, from {@code GET /records} of the admin interface: one
     * for each kind that the store knows, without rows where it has none.
     */
    static Map<String, Holding> ofStore(String json, String provider) {
        var answer = Json.object(json);
        var holdings = new TreeMap<String, Holding>();
        for (var kind : Json.list(answer, "known")) {
            holdings.put(String.valueOf(kind), new Holding(String.valueOf(kind), 0, null, ""));
        }
        Json.objects(answer, "kinds").stream()
                .filter(kind -> Json.string(kind, "provider").equals(provider))
                .map(kind -> of(kind, "rows"))
                .forEach(holding -> holdings.put(holding.kind(), holding));
        return holdings;
    }

    /** What a twin holds, from its {@code GET /twin/truth}. */
    static Map<String, Holding> ofTwin(String json) {
        var holdings = new TreeMap<String, Holding>();
        Json.objects(json).stream()
                .map(kind -> of(kind, "count"))
                .forEach(holding -> holdings.put(holding.kind(), holding));
        return holdings;
    }

    private static Holding of(Map<String, Object> entry, String count) {
        var kind = Json.string(entry, "kind");
        var sum = Json.string(entry, "sum");
        return new Holding(
                OTHER_NAMES.getOrDefault(kind, kind),
                Json.number(entry, count),
                sum.isEmpty() ? null : new BigDecimal(sum),
                Json.string(entry, "digest"));
    }

    /** Whether both are the same, as far as both tell. */
    boolean agrees(Holding other) {
        return rows == other.rows
                && (sum == null || other.sum == null || sum.compareTo(other.sum) == 0)
                && (digest.isEmpty() || other.digest.isEmpty() || digest.equals(other.digest));
    }

    /** In what both differ: count, sum or identities. */
    String difference(Holding other) {
        if (rows != other.rows) {
            return Screen.count(rows) + " rows, not " + Screen.count(other.rows);
        }
        return sum != null && other.sum != null && sum.compareTo(other.sum) != 0
                ? "a sum of " + sum.toPlainString() + ", not " + other.sum.toPlainString()
                : "as many rows, but not the same ones";
    }
}
