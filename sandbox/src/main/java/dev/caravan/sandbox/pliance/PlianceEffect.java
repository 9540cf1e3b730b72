package dev.caravan.sandbox.pliance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.sandbox.Effect;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a fault of this provider's own does to an answer; the books behind it stay true. Immutable.
 */
public record PlianceEffect(Kind kind, String word) implements Effect {
    /** Each is named by what the caller sees. */
    public enum Kind {
        FAILS_UNDER_200,
        DISAGREES,
        WITHOUT_DATA,
        SAYS,
        MISSING_SUBJECT,
        TOKEN_REFUSED,
        EXTRA_FIELDS,
        UNKNOWN_WORDS,
        NUL_IN_NAME,
        LONG_NAME,
        HUGE_SCORE,
        NULL_SCORE,
        FLAT_HITS,
        WITHOUT_HITS,
        UNREADABLE_TIMESTAMP,
        EMPTY_PAGE,
        SAME_PAGE,
        REPEATS_A_ROW,
        SKIPS_A_ROW
    }

    static Optional<Effect> named(String kind, JsonNode wish) {
        String name = kind.toUpperCase(Locale.ROOT);
        return Arrays.stream(Kind.values())
                .filter(one -> one.name().equals(name))
                .findFirst()
                .map(one -> new PlianceEffect(one, wish.path("word").asText("Sandbox")));
    }

    /** Before any work is done. */
    void before() {
        switch (kind) {
            case MISSING_SUBJECT -> throw new Failure(400, "subject does not exist");
            case TOKEN_REFUSED -> throw new Failure(401, "The token is refused. " + word);
            default -> {}
        }
    }

    /** Replaces or spoils the finished envelope. */
    ObjectNode after(ObjectNode envelope) {
        JsonNode data = envelope.path("data");
        switch (kind) {
            case FAILS_UNDER_200 -> {
                return Call.failed(word);
            }
            case DISAGREES -> envelope.put("status", "Error");
            case WITHOUT_DATA -> envelope.remove("data");
            case SAYS -> envelope.put("message", word);
            case EXTRA_FIELDS -> {
                envelope.putObject("sandboxExtra").put("new", true);
                if (data instanceof ObjectNode object) {
                    object.putArray("sandboxExtra").add("new");
                }
            }
            case EMPTY_PAGE, REPEATS_A_ROW, SKIPS_A_ROW -> rows(data);
            default -> {
                if (data instanceof ObjectNode object) {
                    subject(object);
                }
            }
        }
        return envelope;
    }

    private void rows(JsonNode data) {
        for (JsonNode one : data) {
            if (one instanceof ArrayNode rows && !rows.isEmpty()) {
                switch (kind) {
                    case EMPTY_PAGE -> rows.removeAll();
                    case REPEATS_A_ROW -> rows.set(rows.size() - 1, rows.get(0));
                    default -> rows.remove(rows.size() - 1);
                }
            }
        }
    }

    private void subject(ObjectNode data) {
        switch (kind) {
            case UNKNOWN_WORDS -> {
                data.put("gender", word).put("operationalStatus", word);
                hits(data).forEach(hit -> hit.put("classification", word));
            }
            case NUL_IN_NAME -> name(data, "Nul\u0000in name");
            case LONG_NAME -> name(data, "x".repeat(1_000_000));
            case HUGE_SCORE -> hits(data).forEach(hit -> hit.put("score", 17));
            case NULL_SCORE -> hits(data).forEach(hit -> hit.putNull("score"));
            case WITHOUT_HITS -> data.remove("hits");
            case FLAT_HITS -> {
                List<ObjectNode> all = hits(data);
                all.forEach(data.putArray("hits")::add);
            }
            case UNREADABLE_TIMESTAMP ->
                    data.withObject("/lastChanged").put("timestampUtc", "yesterday");
            default -> {}
        }
    }

    private static void name(ObjectNode data, String text) {
        data.put(data.has("lastName") ? "lastName" : "name", text);
    }

    private static List<ObjectNode> hits(ObjectNode data) {
        List<ObjectNode> all = new java.util.ArrayList<>();
        for (JsonNode group : data.path("hits")) {
            group.forEach(hit -> all.add((ObjectNode) hit));
        }
        return all;
    }
}
