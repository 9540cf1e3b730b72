package dev.caravan.sandbox.pockit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.sandbox.Json;
import java.util.Map;

/**
 * All that can be set at the twin, in groups; no two groups share a name, so a change needs none.
 * An unknown or impossible value is refused with its name. Immutable.
 */
public record PockitSettings(
        Listening listening,
        Holdings holdings,
        Application application,
        Signing signing,
        Granting granting,
        Metering metering,
        Answers answers,
        PaymentRules payments) {

    public static PockitSettings defaults() {
        return new PockitSettings(
                Listening.defaults(),
                Holdings.defaults(),
                Application.defaults(),
                Signing.defaults(),
                Granting.defaults(),
                Metering.defaults(),
                Answers.defaults(),
                PaymentRules.defaults());
    }

    /** A copy with one value changed: {@code with("shape", Answers.Shape.F)} or {@code "F"}. */
    public PockitSettings with(String name, Object value) {
        return with(Json.tree(Map.of(name, value)));
    }

    /** A copy with the given values; a text for a list is split at its commas. */
    public PockitSettings with(JsonNode changes) {
        ObjectNode tree = Json.tree(this);
        changes.properties().forEach(one -> place(tree, one.getKey(), one.getValue()));
        return Json.bind(tree, PockitSettings.class);
    }

    private static void place(ObjectNode tree, String name, JsonNode value) {
        for (JsonNode group : tree) {
            if (group.has(name)) {
                boolean list = group.get(name).isArray() && value.isTextual();
                ((ObjectNode) group).set(name, list ? split(value.asText()) : value);
                return;
            }
        }
        throw new IllegalArgumentException("no setting is called " + name);
    }

    private static ArrayNode split(String text) {
        ArrayNode list = Json.object().putArray("list");
        for (String one : text.split(",")) {
            list.add(one.trim());
        }
        return list;
    }
}
