package dev.caravan.console;

import dev.caravan.desk.Answer;
import java.util.List;

/** What wants a person's eye, what the providers do, and what runs now. Stateless. */
final class OverviewPage implements Page {
    @Override
    public String title() {
        return "Overview";
    }

    @Override
    public String body(Look look) {
        // the doctor knows a dead store as a finding and would be asked in vain for each of its
        // figures
        String states =
                Table.of("Connections by state", look.ask("counts"))
                        .cell("connections", row -> count(row))
                        .empty(
                                "Nobody is connected yet. POST /connections makes the link that a"
                                        + " user follows; docs/operating.md has the call.")
                        .html();
        return attention(look) + ProvidersPage.table(look) + PullsPage.running(look) + states;
    }

    private static String count(Table.Row row) {
        return Html.link(
                "/console/connections?provider="
                        + Html.part(row.get("provider"))
                        + "&state="
                        + Html.part(row.get("state")),
                Html.escaped(row.get("connections")));
    }

    /** What the doctor finds; only what is not well. */
    private static String attention(Look look) {
        Answer found = look.ask("doctor");
        List<List<Object>> bad =
                found.rows().stream().filter(row -> "bad".equals(row.get(0))).toList();
        if (bad.isEmpty() && found.code() == Answer.GOOD) {
            return Html.section(
                    "Needs attention", "<p class=\"note good\">Nothing: all is well.</p>");
        }
        return Table.of(
                        "Needs attention",
                        bad.isEmpty() ? found : Answer.table(found.columns(), bad))
                .without("is")
                .html();
    }
}
