package dev.caravan.launch;

import java.util.List;
import java.util.Map;

/**
 * What {@code GET /progress} of the admin interface says at one moment. Immutable.
 *
 * @param providers one for each provider that has a connection
 * @param kinds calls and rejections for each provider and kind of work
 * @param next when work is due next
 */
record Progress(List<Provider> providers, List<Kind> kinds, String next) {

    /**
     * One provider's connections.
     *
     * @param total all of them, whatever their state
     * @param active those that may be pulled
     * @param running those that are worked on now
     * @param complete those that were pulled whole
     * @param failed those whose last pull ended in a fault
     * @param fault one of these faults, else ""
     * @param unfinished ids of those that were not pulled whole yet, some at least
     */
    record Provider(
            String name,
            long total,
            long active,
            long running,
            long complete,
            long failed,
            String fault,
            List<String> unfinished) {

        static final Provider NONE = new Provider("", 0, 0, 0, 0, 0, "", List.of());

        private static Provider of(Map<String, Object> entry) {
            return new Provider(
                    Json.string(entry, "provider"),
                    Json.number(entry, "total"),
                    Json.number(entry, "active"),
                    Json.number(entry, "running"),
                    Json.number(entry, "complete"),
                    Json.number(entry, "failed"),
                    Json.string(entry, "fault"),
                    Json.list(entry, "unfinished").stream().map(String::valueOf).toList());
        }
    }

    /** One provider's work of one kind, by the word that its run records have for it. */
    record Kind(String provider, String kind, long rows, long calls, long rejected) {

        private static Kind of(Map<String, Object> entry) {
            return new Kind(
                    Json.string(entry, "provider"),
                    Json.string(entry, "kind"),
                    Json.number(entry, "rows"),
                    Json.number(entry, "calls"),
                    Json.number(entry, "rejected"));
        }
    }

    static Progress of(String json) {
        var answer = Json.object(json);
        return new Progress(
                Json.objects(answer, "providers").stream().map(Provider::of).toList(),
                Json.objects(answer, "kinds").stream().map(Kind::of).toList(),
                Json.string(answer, "next"));
    }

    Provider provider(String name) {
        return providers.stream()
                .filter(one -> one.name().equals(name))
                .findFirst()
                .orElse(Provider.NONE);
    }

    long running() {
        return providers.stream().mapToLong(Provider::running).sum();
    }

    long failed() {
        return providers.stream().mapToLong(Provider::failed).sum();
    }

    long rows() {
        return kinds.stream().mapToLong(Kind::rows).sum();
    }

    long calls() {
        return kinds.stream().mapToLong(Kind::calls).sum();
    }

    long rejected() {
        return kinds.stream().mapToLong(Kind::rejected).sum();
    }
}
