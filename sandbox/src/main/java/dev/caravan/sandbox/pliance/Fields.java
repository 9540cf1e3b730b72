package dev.caravan.sandbox.pliance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.caravan.sandbox.http.Request;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What came with a call, from its query or its JSON body, whatever the case of its names; nested
 * query names keep their dots. A value that does not fit is a failure that names it. Immutable.
 */
final class Fields {
    private final Map<String, JsonNode> byName = new HashMap<>();
    private final boolean fromQuery;

    private Fields(boolean fromQuery) {
        this.fromQuery = fromQuery;
    }

    static Fields ofQuery(Request request) {
        Fields fields = new Fields(true);
        try {
            request.query().forEach((name, value) -> fields.put(name, TextNode.valueOf(value)));
        } catch (IllegalArgumentException unreadable) {
            throw new Failure(400, "the query cannot be read");
        }
        return fields;
    }

    static Fields ofBody(Request request) {
        String type = request.header("content-type").orElse("");
        if (!type.toLowerCase(Locale.ROOT).startsWith("application/json")) {
            throw new Failure(415, "Content-Type: expected application/json");
        }
        try {
            return of(request.json());
        } catch (IllegalArgumentException unreadable) {
            throw new Failure(400, "the body is not JSON");
        }
    }

    private static Fields of(JsonNode tree) {
        if (!tree.isObject()) {
            throw new Failure(400, "expected a JSON object");
        }
        Fields fields = new Fields(false);
        tree.fields().forEachRemaining(one -> fields.put(one.getKey(), one.getValue()));
        return fields;
    }

    /** The same fields with one replaced. */
    Fields with(String name, String value) {
        Fields other = new Fields(fromQuery);
        other.byName.putAll(byName);
        other.put(name, TextNode.valueOf(value));
        return other;
    }

    private void put(String name, JsonNode value) {
        if (!value.isNull()) {
            byName.put(name.toLowerCase(Locale.ROOT), value);
        }
    }

    private Optional<JsonNode> value(String name) {
        return Optional.ofNullable(byName.get(name.toLowerCase(Locale.ROOT)));
    }

    /** Empty where there is none. */
    String text(String name) {
        JsonNode value = value(name).orElse(TextNode.valueOf(""));
        if (!value.isTextual()) {
            throw new Failure(400, name + ": expected text");
        }
        return value.asText();
    }

    String required(String name) {
        String text = text(name);
        if (text.isBlank()) {
            throw new Failure(400, name + ": is required");
        }
        return text;
    }

    Optional<Boolean> flag(String name) {
        return value(name)
                .map(
                        value -> {
                            String text = value.asText().toLowerCase(Locale.ROOT);
                            boolean bare = value.isBoolean() || fromQuery;
                            if (!bare || !text.equals("true") && !text.equals("false")) {
                                throw new Failure(400, name + ": expected true or false");
                            }
                            return text.equals("true");
                        });
    }

    int number(String name, int otherwise) {
        return value(name)
                .map(
                        value -> {
                            boolean whole = value.isInt() || fromQuery;
                            if (!whole || !value.asText().matches("-?\\d{1,9}")) {
                                throw new Failure(400, name + ": expected a number");
                            }
                            return Integer.parseInt(value.asText());
                        })
                .orElse(otherwise);
    }

    /** A name in any case, or its number. */
    <E extends Enum<E>> E word(String name, Class<E> type, E otherwise) {
        String given = value(name).map(JsonNode::asText).orElse("");
        if (given.isEmpty()) {
            return otherwise;
        }
        for (E constant : type.getEnumConstants()) {
            boolean numbered = given.equals(Integer.toString(constant.ordinal()));
            if (numbered || constant.name().equalsIgnoreCase(given)) {
                return constant;
            }
        }
        throw new Failure(400, name + ": unknown word " + given);
    }

    /** The fields of a nested object; none where it is missing. */
    Fields object(String name) {
        return value(name).map(Fields::of).orElseGet(() -> new Fields(false));
    }

    List<Fields> objects(String name) {
        List<Fields> all = new ArrayList<>();
        array(name).forEach(one -> all.add(of(one)));
        return all;
    }

    List<String> texts(String name) {
        List<String> all = new ArrayList<>();
        array(name).forEach(one -> all.add(one.asText()));
        return all;
    }

    private Iterable<JsonNode> array(String name) {
        Optional<JsonNode> value = value(name);
        if (value.isPresent() && !value.get().isArray()) {
            throw new Failure(400, name + ": expected an array");
        }
        return value.map(array -> (Iterable<JsonNode>) array).orElse(List.of());
    }
}
