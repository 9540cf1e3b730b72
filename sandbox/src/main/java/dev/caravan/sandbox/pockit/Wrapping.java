package dev.caravan.sandbox.pockit;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.sandbox.Effect;
import dev.caravan.sandbox.Json;
import dev.caravan.sandbox.http.JsonBytes;
import dev.caravan.sandbox.http.Reply;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Puts a page into its envelope, row by row, so that a long one is never whole in memory.
 * Immutable.
 */
final class Wrapping {
    private static final Set<String> ONE_OBJECT = Set.of("account", "balance", "product");
    private final Answers answers;
    private final String resource;
    private final String listName;

    Wrapping(Answers answers, String resource, String listName) {
        this.answers = answers;
        this.resource = resource;
        this.listName = listName;
    }

    Reply reply(Pages.Page page, String self, Optional<Effect> own) {
        List<Supplier<ObjectNode>> rows = spoilt(page.items(), own);
        ObjectNode links = Json.object().put("Self", self);
        boolean inLinks =
                answers.paging() == Answers.Paging.LINKS_NEXT
                        && answers.listForm() != Answers.ListForm.BARE;
        if (inLinks) {
            page.next().ifPresent(next -> links.put("Next", next));
        }
        ObjectNode meta = Json.object().put("TotalPages", page.totalPages());
        Reply reply =
                Reply.of(
                        200,
                        "application/json; charset=utf-8",
                        out -> write(out, rows, links, meta));
        return inLinks || page.next().isEmpty()
                ? reply
                : reply.header("Link", "<" + page.next().get() + ">; rel=\"next\"");
    }

    private void write(
            JsonBytes out, List<Supplier<ObjectNode>> rows, ObjectNode links, ObjectNode meta)
            throws IOException {
        boolean flat = answers.shape() == Answers.Shape.F;
        if (answers.listForm() == Answers.ListForm.BARE) {
            list(out, rows);
        } else if (flat && ONE_OBJECT.contains(resource) && rows.size() == 1) {
            row(out, rows.get(0));
        } else if (flat) {
            out.raw("{").quoted(listName).raw(":");
            list(out, rows);
            if (links.has("Next")) {
                out.raw(",\"Links\":").raw(Json.bytes(links));
            }
            out.raw("}");
        } else {
            out.raw("{\"Data\":{").quoted(listName).raw(":");
            list(out, rows);
            out.raw("},\"Links\":").raw(Json.bytes(links));
            out.raw(",\"Meta\":").raw(Json.bytes(meta)).raw("}");
        }
    }

    private void list(JsonBytes out, List<Supplier<ObjectNode>> rows) throws IOException {
        if (answers.listForm() == Answers.ListForm.LONE_OBJECT && rows.size() == 1) {
            row(out, rows.get(0));
            return;
        }
        out.raw('[');
        for (int at = 0; at < rows.size(); at++) {
            if (at > 0) {
                out.raw(',');
            }
            row(out, rows.get(at));
        }
        out.raw(']');
    }

    private void row(JsonBytes out, Supplier<ObjectNode> row) throws IOException {
        out.raw(Json.bytes(FieldNames.spelt(row.get(), answers.fieldStyle())));
    }

    private List<Supplier<ObjectNode>> spoilt(List<Pages.Item> items, Optional<Effect> own) {
        List<Supplier<ObjectNode>> rows = new ArrayList<>();
        items.forEach(item -> rows.add(item.body()));
        if (rows.isEmpty() || own.isEmpty()) {
            return rows;
        }
        int at = sample(rows);
        Supplier<ObjectNode> row = rows.get(at);
        if (own.get() instanceof PageFault.RepeatedRow) {
            rows.add(row);
        } else if (own.get() instanceof PageFault.TwoVersions) {
            rows.add(at, () -> row.get().put("TransactionInformation", "AN OLDER VERSION"));
        } else if (own.get() instanceof PageFault.ExtraRow extra) {
            rows.add(() -> extra.change().apply(row.get().put(idName(), "EXTRA")));
        }
        return rows;
    }

    /** A booked row with an id, if there is one: of the others two may rightly be alike. */
    private int sample(List<Supplier<ObjectNode>> rows) {
        for (int at = 0; at < rows.size(); at++) {
            ObjectNode row = rows.get(at).get();
            if (row.has(idName()) && row.path("Status").asText("Booked").equals("Booked")) {
                return at;
            }
        }
        return 0;
    }

    private String idName() {
        return switch (resource) {
            case "transactions" -> "TransactionId";
            case "beneficiaries" -> "BeneficiaryId";
            default -> "AccountId";
        };
    }
}
