package dev.caravan.sandbox.truelayer;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.sandbox.http.Request;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The body of a batch call (contract 6). What is no batch request is refused with the member that
 * is wrong. Immutable.
 *
 * @param dates {@code from} and {@code to} where they were given
 * @param whitelist empty lets every account pass
 */
record BatchRequest(
        Map<String, String> dates,
        boolean pending,
        boolean balance,
        Optional<String> webhook,
        Set<String> whitelist) {

    static BatchRequest of(Request request) {
        JsonNode body = request.json();
        if (!body.isObject()) {
            throw refused("body", "a JSON object");
        }
        Map<String, String> dates = new LinkedHashMap<>();
        text(body, "from").ifPresent(from -> dates.put("from", from));
        text(body, "to").ifPresent(to -> dates.put("to", to));
        Windows.requireDates(dates);
        return new BatchRequest(
                Map.copyOf(dates),
                flag(body, "pending"),
                flag(body, "balance"),
                text(body, "webhook_uri"),
                whitelist(body));
    }

    boolean wants(BankAccount account) {
        return whitelist.isEmpty() || whitelist.contains(account.id());
    }

    private static Optional<String> text(JsonNode body, String member) {
        JsonNode value = body.path(member);
        if (!value.isMissingNode() && !value.isNull() && !value.isTextual()) {
            throw refused(member, "a text");
        }
        return Optional.ofNullable(value.textValue());
    }

    private static boolean flag(JsonNode body, String member) {
        JsonNode value = body.path(member);
        if (!value.isMissingNode() && !value.isNull() && !value.isBoolean()) {
            throw refused(member, "true or false");
        }
        return value.asBoolean(false);
    }

    private static Set<String> whitelist(JsonNode body) {
        JsonNode list = body.path("account_ids_whitelist");
        if (!list.isMissingNode() && !list.isNull() && !list.isArray()) {
            throw refused("account_ids_whitelist", "an array of texts");
        }
        Set<String> ids = new LinkedHashSet<>();
        for (JsonNode id : list) {
            if (!id.isTextual()) {
                throw refused("account_ids_whitelist", "an array of texts");
            }
            ids.add(id.textValue());
        }
        return Set.copyOf(ids);
    }

    private static ApiError refused(String member, String expected) {
        return ApiError.of(400, "validation_error", member + ": expected " + expected);
    }
}
