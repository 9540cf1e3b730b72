package dev.caravan.sandbox.trac;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Works a {@link PageFault} into the rows of a page and into the key to the next. Stateless. */
final class Spoiler {
    private static final List<String> IDS =
            List.of("transactionId", "memberId", "purseId", "orgId", "installationId");

    private Spoiler() {}

    /** Where the spoilt page leads to. */
    static Optional<StartKey.Opened> next(
            PageFault fault, StartKey.Opened from, Optional<StartKey.Opened> next) {
        if (fault instanceof PageFault.EmptyPage) {
            Scan.Place here = from.place();
            Scan.Place again = new Scan.Place(here.list(), here.slot(), here.empties() + 1);
            return Optional.of(new StartKey.Opened(again, from.circle(), from.step()));
        }
        if (fault instanceof PageFault.Circle circle) {
            Scan.Place first = from.circle().orElse(from.place());
            int step = (from.step() + 1) % circle.pages();
            Scan.Place then = next.map(StartKey.Opened::place).orElse(first);
            return Optional.of(
                    new StartKey.Opened(step == 0 ? first : then, Optional.of(first), step));
        }
        return next;
    }

    static void spoil(PageFault fault, List<ObjectNode> rows, Supplier<Optional<ObjectNode>> any) {
        if (fault instanceof PageFault.EmptyPage) {
            rows.clear();
        } else if (fault instanceof PageFault.ExtraRow extra) {
            rows.add(0, extra.row());
        } else if (fault instanceof PageFault.Poison poison) {
            Optional<ObjectNode> model = rows.stream().findFirst();
            model.or(any).ifPresent(row -> rows.add(0, poisoned(row.deepCopy(), poison)));
        } else if (fault instanceof PageFault.RepeatedRow && !rows.isEmpty()) {
            rows.add(rows.get(0));
        } else if (fault instanceof PageFault.TwoVersions && !rows.isEmpty()) {
            rows.add(0, older(rows.get(0).deepCopy()));
        }
    }

    private static ObjectNode poisoned(ObjectNode row, PageFault.Poison poison) {
        ObjectNode meta = row.withObjectProperty("meta");
        // the id that names the row itself, not the ids that it refers to
        IDS.stream()
                .filter(meta::has)
                .findFirst()
                .ifPresent(id -> meta.put(id, "POISON" + meta.path(id).asText()));
        JsonPointer pointer = poison.pointer();
        JsonNode parent = row.at(pointer.head());
        if (parent instanceof ObjectNode object) {
            String name = pointer.last().getMatchingProperty();
            if (poison.value().isMissingNode()) {
                object.remove(name);
            } else {
                object.set(name, poison.value());
            }
        }
        return row;
    }

    private static ObjectNode older(ObjectNode row) {
        if (row.has("amountAsInteger")) {
            row.put("amountAsInteger", row.path("amountAsInteger").asLong() - 1);
        } else if (row.has("balanceAsInteger")) {
            row.put("balanceAsInteger", row.path("balanceAsInteger").asLong() - 1);
        } else {
            row.put("displayName", "Former " + row.path("displayName").asText());
        }
        return row;
    }
}
