package dev.caravan.sandbox.pockit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.sandbox.Json;
import java.util.Locale;

/** Spells the member names of an object in another style, at every depth. Stateless. */
final class FieldNames {
    private FieldNames() {}

    static JsonNode spelt(JsonNode node, Answers.FieldStyle style) {
        if (style == Answers.FieldStyle.PASCAL) {
            return node;
        }
        if (node instanceof ArrayNode array) {
            ArrayNode all = Json.object().putArray("all");
            array.forEach(one -> all.add(spelt(one, style)));
            return all;
        }
        if (!(node instanceof ObjectNode object)) {
            return node;
        }
        ObjectNode spelt = Json.object();
        object.properties()
                .forEach(one -> spelt.set(name(one.getKey(), style), spelt(one.getValue(), style)));
        return spelt;
    }

    private static String name(String pascal, Answers.FieldStyle style) {
        String joint =
                switch (style) {
                    case SNAKE -> "_";
                    case KEBAB -> "-";
                    default -> "";
                };
        return pascal.replaceAll("(?<=[a-z])(?=[A-Z])", joint).toLowerCase(Locale.ROOT);
    }
}
