package dev.caravan.sandbox.leatherback;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.sandbox.Json;
import java.util.List;
import java.util.Map;

/** Leatherback's own wrapper around an answer: shapes B and C of contract section 4. Stateless. */
final class Wrapper {
    private Wrapper() {}

    static ObjectNode succeeded() {
        return head(true, "", "", "");
    }

    /** An error although HTTP says 200. */
    static ObjectNode failed(String responseCode, String message) {
        return head(false, message, message, responseCode).putNull("value");
    }

    private static ObjectNode head(boolean success, String error, String message, String code) {
        return Json.object()
                .put("isSuccess", success)
                .put("error", error)
                .put("message", message)
                .put("responseCode", code);
    }

    /** One page of a list, by pageNumber and pageSize of the query. */
    static ObjectNode paged(List<ObjectNode> all, Map<String, String> query, int standardSize) {
        int size = positive(query, "pageSize", standardSize);
        int number = positive(query, "pageNumber", 1);
        int count = Math.max(1, (all.size() + size - 1) / size);
        int first = Math.min((number - 1) * size, all.size());
        int last = Math.min(first + size, all.size());
        ObjectNode answer = succeeded();
        ObjectNode value = answer.putObject("value");
        value.putObject("pageData")
                .put("pageNumber", number)
                .put("pageCount", count)
                .put("pageSize", size)
                .put("hasNextPage", number < count)
                .put("hasPreviousPage", number > 1)
                .put("firstItemOnPage", first == last ? 0 : first + 1)
                .put("lastItemOnPage", last)
                .put("totalItemCount", all.size());
        ArrayNode records = value.putArray("record");
        all.subList(first, last).forEach(records::add);
        return answer;
    }

    private static int positive(Map<String, String> query, String name, int otherwise) {
        String text = query.getOrDefault(name, otherwise + "");
        if (!text.matches("[1-9][0-9]{0,3}")) {
            throw ObieError.badRequest(ObieError.FIELD_INVALID, name + ": found " + text, name);
        }
        return Integer.parseInt(text);
    }
}
