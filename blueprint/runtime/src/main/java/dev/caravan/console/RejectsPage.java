package dev.caravan.console;

import dev.caravan.desk.Answer;
import java.util.List;

/**
 * Records that the store refused. What a provider sent is personal data: it is shown for one record
 * and only where it was asked for. Stateless.
 */
final class RejectsPage implements RecordPage {
    private static final String PAYLOAD = "payload";

    @Override
    public String title() {
        return "Rejected records";
    }

    @Override
    public String question() {
        return "rejects";
    }

    @Override
    public String list(Look look) {
        Filter filter =
                new Filter(look, "rejects").choice("provider", "Provider", look.providers());
        Answer found =
                look.filtered(
                        "rejects", List.of("provider", "after"), "--last", String.valueOf(FULL));
        return filter.html()
                + Table.of("Rejected records, the newest first", found)
                        .without(PAYLOAD)
                        .connections()
                        .cell("id", RejectsPage::link)
                        .empty("The store refused nothing.")
                        .html()
                + filter.more(Table.rows(found), FULL, "id");
    }

    static String link(Table.Row row) {
        return Html.link("/console/rejects?id=" + row.get("id"), Html.escaped(row.get("id")));
    }

    @Override
    public String one(Look look, Table.Row row) {
        String id = String.valueOf(row.get("id"));
        String[] columns =
                row.columns().stream()
                        .filter(column -> !column.equals(PAYLOAD))
                        .toArray(String[]::new);
        String facts = new Facts(row).connection().html(columns);
        String payload =
                look.get("show").equals(PAYLOAD)
                        ? "<pre tabindex=\"0\">" + Html.escaped(row.get(PAYLOAD)) + "</pre>"
                        : "<p>It may hold personal data. "
                                + Html.link(
                                        "/console/rejects?id=" + Html.part(id) + "&show=payload",
                                        "Show what the provider sent")
                                + "</p>";
        return facts
                + "<div class=\"acts\">"
                + (row.get("settled") == null
                        ? look.button(Act.REJECT, id, "Replay record " + id)
                        : "")
                + Html.link("/console/rejects", "All rejected records")
                + "</div>"
                + Html.section("What the provider sent", payload)
                + "<p>Mend the mapping or the data, then replay; the record goes when the store"
                + " takes it.</p>";
    }
}
