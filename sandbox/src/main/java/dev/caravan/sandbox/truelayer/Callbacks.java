package dev.caravan.sandbox.truelayer;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.sandbox.Json;
import java.net.URI;
import java.util.function.Supplier;

/**
 * Tells the caller that a task has ended (contract 7.1): where and how it was, never the data.
 * Stateless; safe for use by many threads.
 */
final class Callbacks {
    private static final String ZERO_DATE = "0001-01-01T00:00:00Z";
    private final Supplier<URI> base;
    private final Webhooks webhooks;

    Callbacks(Supplier<URI> base, Webhooks webhooks) {
        this.base = base;
        this.webhooks = webhooks;
    }

    void ended(Task task) {
        task.webhook().ifPresent(to -> webhooks.send(to, body(task)));
    }

    private ObjectNode body(Task task) {
        ObjectNode body = Json.object().put("request_timestamp", ZERO_DATE);
        body.put("request_uri", base.get() + task.call().request().target());
        body.put("results_uri", task.resultsUri().toString());
        body.put("credentials_id", task.call().connection().credentialsId());
        body.put("task_id", task.id()).put("status", task.status().name());
        if (task.status() == Task.Status.Failed) {
            body.put("error", task.error());
            body.put(
                    "error_description", task.outcome().error().path("error_description").asText());
        }
        return body;
    }
}
