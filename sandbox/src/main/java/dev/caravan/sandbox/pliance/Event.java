package dev.caravan.sandbox.pliance;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.sandbox.Json;
import java.time.Instant;

/**
 * Something that happened, as a webhook tells it. Sent again it is the same, byte by byte.
 * Immutable as long as nobody writes into the trees.
 *
 * @param type one of {@link EventType}, or a word that nobody knows
 * @param referenceId of the subject
 */
public record Event(
        String type,
        String checkpoint,
        String referenceId,
        Instant at,
        ObjectNode metadata,
        ObjectNode body) {

    /** The body of the POST. */
    public byte[] payload() {
        ObjectNode json = Json.object().put("type", type).put("checkpoint", checkpoint);
        json.set("metadata", metadata);
        json.set("body", body);
        return Json.bytes(json);
    }
}
