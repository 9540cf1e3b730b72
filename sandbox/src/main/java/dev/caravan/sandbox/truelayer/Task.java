package dev.caravan.sandbox.truelayer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.sandbox.Json;
import dev.caravan.sandbox.http.Reply;
import java.net.URI;
import java.time.Instant;
import java.util.Optional;

/**
 * One asynchronous call, from its acceptance to its result (contract 5). A task that ended ends
 * once more only where a fault asks for it. Safe for use by many threads.
 */
public final class Task {
    /** The words of the contract, as they are written on the wire. */
    public enum Status {
        Queued,
        Running,
        Succeeded,
        Failed
    }

    /** What a task does once it runs, and how it looks before. */
    interface Work {
        /** Raises {@link ApiError} as a synchronous call would. */
        Reply answer(Task task, Optional<PageFault> fault);

        /** The envelope under a word that promises no data. */
        default Reply without(Task task, String word) {
            ObjectNode body = Json.object();
            body.putArray("results");
            return Reply.json(200, body.put("status", word));
        }
    }

    /** What a task came to: the answer, or the error of contract section 8. */
    record Outcome(Optional<Reply> answer, int httpStatus, JsonNode error) {
        static Outcome of(Reply answer) {
            return new Outcome(Optional.of(answer), 200, Json.object());
        }

        static Outcome failed(Reply refusal) {
            return new Outcome(Optional.empty(), refusal.status(), envelope(refusal));
        }

        /** A gateway's HTML is no error of TrueLayer's: it makes one of it. */
        private static JsonNode envelope(Reply refusal) {
            try {
                JsonNode body = Json.parse(refusal.bytes());
                if (body.path("error").isTextual()) {
                    return body;
                }
            } catch (IllegalArgumentException notJson) {
                // falls through to the one that fits everything
            }
            return Json.object()
                    .put("error", "provider_error")
                    .put("error_description", "The bank answered " + refusal.status() + ".");
        }
    }

    private final String id;
    private final Call call;
    private final URI resultsUri;
    private final Optional<URI> webhook;
    private final Work work;
    private Status status = Status.Queued;
    private Instant endedAt = Instant.MAX;
    private Outcome outcome;
    private int reads;

    Task(String id, Call call, URI resultsUri, Optional<URI> webhook, Work work) {
        this.id = id;
        this.call = call;
        this.resultsUri = resultsUri;
        this.webhook = webhook;
        this.work = work;
    }

    synchronized void runs() {
        status = Status.Running;
    }

    synchronized void ends(Outcome with, Instant now) {
        outcome = with;
        endedAt = now;
        status = with.answer().isPresent() ? Status.Succeeded : Status.Failed;
    }

    public String id() {
        return id;
    }

    public String user() {
        return call.user();
    }

    /** The template of the call, such as {@code accounts/{id}/transactions}. */
    public String endpoint() {
        return call.route().endpoint();
    }

    public String accountId() {
        return call.accountId();
    }

    public Instant acceptedAt() {
        return call.startedAt();
    }

    public URI resultsUri() {
        return resultsUri;
    }

    /** Where the caller wants to hear of the end; its query is the caller's secret. */
    public Optional<URI> webhook() {
        return webhook;
    }

    public synchronized Status status() {
        return status;
    }

    public synchronized boolean ended() {
        return outcome != null;
    }

    /** The end on the twin's clock; {@link Instant#MAX} before. */
    public synchronized Instant endedAt() {
        return endedAt;
    }

    /** The error code of a failed task; empty for all others. */
    public synchronized String error() {
        return outcome == null ? "" : outcome.error().path("error").asText();
    }

    /** How often the result was fetched after the end. */
    public synchronized int reads() {
        return reads;
    }

    Work work() {
        return work;
    }

    Call call() {
        return call;
    }

    synchronized Outcome outcome() {
        return outcome;
    }

    synchronized Outcome read() {
        reads++;
        return outcome;
    }

    /** For the control surface; the query of the webhook stays masked. */
    synchronized ObjectNode json() {
        ObjectNode json = Json.object().put("task_id", id).put("user", user());
        json.put("endpoint", endpoint()).put("account", accountId());
        json.put("status", status.name()).put("error", error()).put("reads", reads);
        json.put("webhook", webhook.map(WebhookDelivery::masked).orElse(""));
        return json.put("accepted_at", acceptedAt().toString());
    }

    @Override
    public String toString() {
        return json().toString();
    }
}
