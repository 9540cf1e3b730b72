package dev.caravan.console;

import dev.caravan.desk.Answer;
import java.util.List;

/** What pulls did, and what is being pulled now. Stateless. */
final class PullsPage implements Page {
    private static final int FULL = 50;
    private static final List<String> OUTCOMES =
            List.of("running", "complete", "partial", "failed", "interrupted");

    @Override
    public String title() {
        return "Pulls";
    }

    @Override
    public String body(Look look) {
        Filter filter =
                new Filter(look, "runs")
                        .choice("provider", "Provider", look.providers())
                        .choice("outcome", "Outcome", OUTCOMES);
        Answer found =
                look.filtered(
                        "runs",
                        List.of("provider", "outcome", "after"),
                        "--last",
                        String.valueOf(FULL));
        return running(look)
                + filter.html()
                + Table.of("What pulls did, the newest first", found)
                        .connections()
                        .empty("Nothing was pulled that fits.")
                        .html()
                + filter.more(Table.rows(found), FULL, "pull");
    }

    static String running(Look look) {
        return Table.of("Running now", look.ask("running"))
                .cell("user", ConnectionsPage::user)
                .connections()
                .empty(
                        "Nothing is being pulled at this moment. Schedules and the Pull button"
                                + " begin pulls.")
                .html();
    }
}
