package dev.caravan.console;

import dev.caravan.desk.Answer;
import java.util.List;

/** Calls against the budget, those that are closest to their end first. Stateless. */
final class BudgetPage implements Page {
    private static final int FULL = 100;

    @Override
    public String title() {
        return "Budget";
    }

    @Override
    public String body(Look look) {
        Filter filter = new Filter(look, "budget").choice("provider", "Provider", look.providers());
        return filter.html()
                + "<p>Unattended calls of the last 24 hours, the most used first, at most "
                + FULL
                + ". A connection's own page has all of its own.</p>"
                + table(
                        "Calls against the budget",
                        look.filtered(
                                "budget", List.of("provider"), "--last", String.valueOf(FULL)));
    }

    static String table(String caption, Answer budget) {
        return Table.of(caption, budget)
                .connections()
                .cell("used", BudgetPage::used)
                .empty("No call counted in the last 24 hours.")
                .html();
    }

    /** The figure, with a bar for the eye where a limit is known. */
    private static String used(Table.Row row) {
        Object used = row.get("used");
        return row.get("of") instanceof Number of && used instanceof Number n
                ? "<meter min=\"0\" max=\"%d\" high=\"%s\" value=\"%d\" aria-label=\"%d of %d calls\"></meter> %d"
                        .formatted(
                                of.longValue(),
                                String.valueOf(of.longValue() - 0.5),
                                n.longValue(),
                                n.longValue(),
                                of.longValue(),
                                n.longValue())
                : Html.escaped(used);
    }
}
