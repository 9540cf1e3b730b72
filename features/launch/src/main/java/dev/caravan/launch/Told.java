package dev.caravan.launch;

import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * How many events a provider told, and what became of them. Immutable.
 *
 * @param told by webhook: each was committed before it was answered
 * @param swept learned by a sweep first
 * @param worked worked on to the end, of those that were told
 * @param shown kept and shown without work, such as a sample post
 */
record Told(String provider, int told, int swept, int worked, int shown) {

    /**
     * @param events as {@code GET /inbox} of the admin interface tells them
     */
    static Told of(String provider, List<Map<String, Object>> events) {
        return new Told(
                provider,
                count(events, "webhook", null),
                count(events, "offer", null),
                count(events, "webhook", "done"),
                count(events, "webhook", "ignored"));
    }

    private static int count(List<Map<String, Object>> events, String source, String state) {
        return (int)
                events.stream()
                        .filter(event -> Json.string(event, "source").equals(source))
                        .filter(
                                event ->
                                        state == null
                                                || Objects.equals(
                                                        Json.string(event, "state"), state))
                        .count();
    }

    String line() {
        return "%s told %d events by webhook, all committed: %d worked on, %d sample posts kept; %d swept up"
                .formatted(provider, told, worked, shown, swept);
    }

    String json() {
        return "{\"provider\":%s,\"told\":%d,\"swept\":%d,\"worked\":%d,\"shown\":%d}"
                .formatted(Json.quote(provider), told, swept, worked, shown);
    }
}
