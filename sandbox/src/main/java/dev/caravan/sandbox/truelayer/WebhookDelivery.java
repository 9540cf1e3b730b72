package dev.caravan.sandbox.truelayer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.sandbox.Json;
import java.net.URI;

/**
 * One attempt to deliver a webhook. Immutable; the query of the URI is the receiver's secret and
 * stays out of every text form.
 *
 * @param status what the receiver answered; 0 where it did not
 * @param answer the receiver's body, at most 64 kB
 * @param error why there was no answer; empty where there was one
 */
public record WebhookDelivery(
        URI uri, JsonNode body, int status, String answer, String error, long millis) {

    public String taskId() {
        return body.path("task_id").asText();
    }

    /** The word of the body, such as {@code Succeeded}. */
    public String word() {
        return body.path("status").asText();
    }

    public boolean arrived() {
        return status >= 200 && status < 300;
    }

    static String masked(URI uri) {
        String text = uri.toString();
        int mark = text.indexOf('?');
        return mark < 0 ? text : text.substring(0, mark) + "?***";
    }

    ObjectNode json() {
        ObjectNode json = Json.object().put("uri", masked(uri)).put("task_id", taskId());
        json.put("word", word()).put("status", status).put("error", error);
        return json.put("millis", millis);
    }

    @Override
    public String toString() {
        return json().toString();
    }
}
