package dev.caravan.launch;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * One row of the summary: a provider's records of one kind, in the store and at its twin.
 * Immutable.
 *
 * @param stored null where the store has no table for the kind
 * @param twin null where the twin does not name the kind
 * @param calls requests that were made for such records
 * @param rejected records that were kept aside
 */
record Line(String provider, String kind, Holding stored, Holding twin, long calls, long rejected) {

    /** Work that is called otherwise than the records that it brings. */
    private static final Map<String, String> TABLES =
            Map.ofEntries(
                    Map.entry("cards", "account"),
                    Map.entry("purses", "account"),
                    Map.entry("info", "holder"),
                    Map.entry("me", "connection"),
                    Map.entry("members", "party"),
                    Map.entry("person", "party"),
                    Map.entry("company", "party"),
                    Map.entry("company_v2", "party"),
                    Map.entry("persons", "listed_party"),
                    Map.entry("companies", "listed_party"),
                    Map.entry("companies_v2", "listed_party"),
                    Map.entry("entries", "watchlist_entry"),
                    Map.entry("person_reports", "screening_event"),
                    Map.entry("company_reports", "screening_event"),
                    Map.entry("sales", "transaction"),
                    Map.entry("topups", "transaction"),
                    Map.entry("pending", "transaction_pending"));

    /** What a twin names and the store keeps in another form, by provider and kind: where it is. */
    private static final Map<String, String> KEPT_OTHERWISE =
            Map.of(
                    "leatherback account_identifier", "in columns of account",
                    // the contract assumes one for each consent
                    "leatherback organization", "as the connection");

    /** The rows of one provider, by kind; what nobody has and nobody asked for is left out. */
    static List<Line> of(
            String provider,
            Map<String, Holding> store,
            Map<String, Holding> twin,
            List<Progress.Kind> work) {
        var calls = new HashMap<String, Long>();
        var rejected = new HashMap<String, Long>();
        for (var one : work) {
            if (one.provider().equals(provider)) {
                calls.merge(table(one.kind(), store), one.calls(), Long::sum);
                rejected.merge(table(one.kind(), store), one.rejected(), Long::sum);
            }
        }
        var kinds = new TreeSet<>(store.keySet());
        kinds.addAll(twin.keySet());
        kinds.addAll(calls.keySet());
        var lines = new ArrayList<Line>();
        for (var kind : kinds) {
            var line =
                    new Line(
                            provider,
                            kind,
                            KEPT_OTHERWISE.containsKey(provider + " " + kind)
                                    ? null
                                    : store.get(kind),
                            twin.get(kind),
                            calls.getOrDefault(kind, 0L),
                            rejected.getOrDefault(kind, 0L));
            if (line.saysSomething()) {
                lines.add(line);
            }
        }
        return lines;
    }

    /** Whether both sides are known, so that they can be held against each other. */
    boolean compared() {
        return stored != null && twin != null;
    }

    boolean agrees() {
        return compared()
                ? stored.agrees(twin)
                : twin == null || twin.rows() == 0 || !where().isEmpty();
    }

    /** Where the store keeps what it has no kind for, else "". */
    String where() {
        return KEPT_OTHERWISE.getOrDefault(provider + " " + kind, "");
    }

    /** What is to be said beside the figures, else "". */
    String remark() {
        if (agrees()) {
            return where();
        }
        return compared() ? stored.difference(twin) : "the store has no place for it";
    }

    private boolean saysSomething() {
        return stored != null && stored.rows() > 0
                || twin != null && twin.rows() > 0
                || calls > 0
                || rejected > 0;
    }

    private static String table(String work, Map<String, Holding> store) {
        var name = work.replace('-', '_');
        var one = name.replaceFirst("ies$", "y").replaceFirst("s$", "");
        return TABLES.getOrDefault(name, store.containsKey(one) ? one : name);
    }
}
