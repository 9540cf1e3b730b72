package dev.caravan.deferred;

import java.util.List;
import java.util.Map;

/**
 * How a provider speaks of deferred work, as its {@code answers.properties} states it: the fields
 * {@code deferred.task}, {@code deferred.uri} and {@code deferred.status} at the top of an answer,
 * and the words of the last that mean pending and failed. Immutable.
 */
record Shape(String task, String uri, String status, List<String> pending, String failed) {
    static Shape of(Map<String, String> answers) {
        return new Shape(
                answers.getOrDefault("deferred.task", "task_id").strip(),
                answers.getOrDefault("deferred.uri", "results_uri").strip(),
                answers.getOrDefault("deferred.status", "status").strip(),
                List.of(
                        answers.getOrDefault("deferred.pending", "Queued Running")
                                .strip()
                                .split("\\s+")),
                answers.getOrDefault("deferred.failed", "Failed").strip());
    }
}
