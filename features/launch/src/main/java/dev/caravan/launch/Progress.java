package dev.caravan.launch;

import java.util.List;
import java.util.Map;

/**
 * What {@code GET /progress} of the admin interface says at one moment. Immutable.
 *
 * @param connections all connections, whatever their state
 * @param active those that may be pulled
 * @param running pulls that run now
 * @param complete pulls that ended well
 * @param failed pulls that ended otherwise
 * @param accounts accounts and cards in the store
 * @param calls requests sent to providers
 * @param transactions transactions in the store
 * @param rejected records kept aside because of a value
 * @param kinds rows, calls and rejections for each provider and kind of record
 * @param next what happens next, as a sentence
 */
record Progress(
        long connections,
        long active,
        long running,
        long complete,
        long failed,
        long accounts,
        long calls,
        long transactions,
        long rejected,
        List<Kind> kinds,
        String next) {

    /** One provider's records of one kind. */
    record Kind(String provider, String kind, long rows, long calls, long rejected) {}

    static Progress of(String json) {
        var answer = Json.object(json);
        return new Progress(
                Json.number(answer, "connections.total"),
                Json.number(answer, "connections.active"),
                Json.number(answer, "pulls.running"),
                Json.number(answer, "pulls.complete"),
                Json.number(answer, "pulls.failed"),
                Json.number(answer, "accounts"),
                Json.number(answer, "calls"),
                Json.number(answer, "transactions"),
                Json.number(answer, "rejected"),
                Json.list(answer, "kinds").stream().map(Progress::kind).toList(),
                Json.string(answer, "next"));
    }

    @SuppressWarnings("unchecked")
    private static Kind kind(Object entry) {
        var kind = (Map<String, Object>) entry;
        return new Kind(
                Json.string(kind, "provider"),
                Json.string(kind, "kind"),
                Json.number(kind, "rows"),
                Json.number(kind, "calls"),
                Json.number(kind, "rejected"));
    }
}
