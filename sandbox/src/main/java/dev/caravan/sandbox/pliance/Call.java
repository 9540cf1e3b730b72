package dev.caravan.sandbox.pliance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.sandbox.Json;

/** One admitted call: who asks, on whose books, with what. Immutable. */
record Call(Actor actor, Books books, Fields in, PlianceSettings settings) {
    /** Answers with the whole envelope, or raises a {@link Failure}. */
    @FunctionalInterface
    interface Handler {
        ObjectNode answer(Call call);
    }

    int pageNumber() {
        int number = in.number("page.no", 0);
        if (number < 0) {
            throw new Failure(400, "page.no: expected 0 or more");
        }
        return number;
    }

    int pageSize() {
        int size = in.number("page.size", 100);
        if (size < 1) {
            throw new Failure(400, "page.size: expected 1 or more");
        }
        int most = settings.maxPageSize();
        return most > 0 ? Math.min(size, most) : size;
    }

    /** A page of rows that do not move. */
    <T> java.util.List<T> page(java.util.List<T> rows) {
        long from = Math.min(rows.size(), (long) pageNumber() * pageSize());
        return rows.subList((int) from, (int) Math.min(rows.size(), from + pageSize()));
    }

    /** The answer to a plain command. */
    static ObjectNode done(String checkpoint) {
        ObjectNode envelope = Json.object().put("status", "Success").put("success", true);
        return envelope.putNull("message").put("checkpoint", checkpoint);
    }

    static ObjectNode done(String checkpoint, JsonNode data) {
        ObjectNode envelope = done(checkpoint);
        envelope.set("data", data);
        return envelope;
    }

    /** The answer to a question. */
    static ObjectNode data(JsonNode data) {
        return done(Books.NO_CHECKPOINT, data);
    }

    static ObjectNode failed(String message) {
        ObjectNode envelope = Json.object().put("status", "Error").put("success", false);
        return envelope.put("message", message).put("checkpoint", Books.NO_CHECKPOINT);
    }
}
