package dev.caravan.sandbox.trac;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.caravan.sandbox.Effect;
import dev.caravan.sandbox.Fault;
import dev.caravan.sandbox.FaultPoint;
import dev.caravan.sandbox.FaultTable;
import java.util.List;
import java.util.Optional;

/**
 * The way into the faults of the twin. Endpoints are named by template, such as {@code
 * orgs/{id}/transactions}; {@code *} is every endpoint. Immutable, its table safe for use by many
 * threads.
 */
public record TracFaults(FaultTable table) {
    /** The faults that every endpoint can have: statuses, Retry-After, HTML, the wire. */
    public FaultPoint on(String endpoint) {
        return new FaultPoint(table, endpoint);
    }

    /** The faults of a list. */
    public PagePoint pages(String endpoint) {
        return new PagePoint(on(endpoint));
    }

    public List<Fault> all() {
        return table.all();
    }

    /** Lifts all of them. */
    public void clear() {
        table.clear();
    }

    /** The twin's own kinds by the names that {@code POST /twin/faults} takes. */
    static Optional<Effect> named(String kind, JsonNode wish) {
        return Optional.ofNullable(
                switch (kind) {
                    case "poison" ->
                            new PageFault.Poison(
                                    JsonPointer.compile(wish.path("pointer").asText()),
                                    wish.has("value")
                                            ? wish.path("value")
                                            : MissingNode.getInstance());
                    case "null_amount" -> amount("null");
                    case "word_as_amount" -> amount("\"two pounds\"");
                    case "decimal_amount" -> amount("2.45");
                    case "huge_amount" -> amount("1e30");
                    case "impossible_date" ->
                            new PageFault.Poison(
                                    JsonPointer.compile("/meta/createdAt"),
                                    TextNode.valueOf("2026-02-30T25:61:00.000Z"));
                    case "extra_row" -> new PageFault.ExtraRow(row(wish.path("row")));
                    case "repeated_row" -> new PageFault.RepeatedRow();
                    case "two_versions" -> new PageFault.TwoVersions();
                    case "empty_page" -> new PageFault.EmptyPage();
                    case "repeated_key" -> new PageFault.Circle(1);
                    case "key_circle" -> new PageFault.Circle(wish.path("pages").asInt(3));
                    case "bare_array" -> new PageFault.BareArray();
                    case "renamed" -> new PageFault.Renamed(wish.path("name").asText("items"));
                    default -> null;
                });
    }

    private static ObjectNode row(JsonNode row) {
        if (row instanceof ObjectNode object) {
            return object;
        }
        throw new IllegalArgumentException("row: expected an object");
    }

    private static Effect amount(String json) {
        return new PageFault.Poison(
                JsonPointer.compile("/amountAsInteger"), PagePoint.literal(json));
    }
}
