package dev.caravan.sandbox.leatherback;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.sandbox.Effect;
import dev.caravan.sandbox.Json;

/** Works the faults that concern rows into a page of them. Stateless. */
final class RowFaults {
    private RowFaults() {}

    static void work(ArrayNode rows, Effect effect) {
        if (effect instanceof OwnEffect.ExtraRow extra) {
            ObjectNode row = rows.isEmpty() ? Json.object() : rows.get(0).deepCopy();
            extra.changes()
                    .fields()
                    .forEachRemaining(
                            change -> {
                                if (change.getValue().isNull()) {
                                    row.remove(change.getKey());
                                } else {
                                    row.set(change.getKey(), change.getValue());
                                }
                            });
            rows.add(row);
        } else if (effect instanceof OwnEffect.RepeatedRow) {
            firstWithId(rows).ifPresent(row -> rows.add(row.deepCopy()));
        } else if (effect instanceof OwnEffect.TwoVersions) {
            firstWithId(rows)
                    .ifPresent(
                            row -> {
                                ObjectNode before = row.deepCopy();
                                ((ObjectNode) before.path("Amount")).put("Amount", "0.01");
                                rows.insert(0, before);
                            });
        }
    }

    private static java.util.Optional<ObjectNode> firstWithId(ArrayNode rows) {
        for (var row : rows) {
            if (row.has("TransactionId")) {
                return java.util.Optional.of((ObjectNode) row);
            }
        }
        return java.util.Optional.empty();
    }
}
