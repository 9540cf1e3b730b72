package dev.caravan.console;

import dev.caravan.desk.Answer;
import java.util.List;

/** When consents end, the next one first. Stateless. */
final class ConsentsPage implements Page {
    private static final int FULL = 50;

    @Override
    public String title() {
        return "Consents";
    }

    @Override
    public String body(Look look) {
        Filter filter =
                new Filter(look, "consents")
                        .choice("provider", "Provider", look.providers())
                        .choice("days", "End within days", "any", List.of("1", "7", "14", "30"));
        Answer found =
                look.filtered(
                        "consents",
                        List.of("provider", "days", "after"),
                        "--last",
                        String.valueOf(FULL));
        return filter.html()
                + "<p>A consent that ends stops the pulls. Send its user a new link in time: POST"
                + " /connections/{id}/link.</p>"
                + Table.of("Consents by their end", found)
                        .cell("user", ConnectionsPage::user)
                        .connections()
                        .empty("No consent ends in that time.")
                        .html()
                + filter.more(Table.rows(found), FULL, "connection");
    }
}
