package dev.caravan.console;

import dev.caravan.desk.Answer;
import java.util.List;

/** Webhook events and what became of them; their bodies are not shown. Stateless. */
final class InboxPage implements RecordPage {
    private static final List<String> STATES = List.of("new", "waiting", "done", "ignored", "dead");

    @Override
    public String title() {
        return "Inbox";
    }

    @Override
    public String question() {
        return "inbox";
    }

    @Override
    public String list(Look look) {
        Filter filter =
                new Filter(look, "inbox")
                        .choice("provider", "Provider", look.providers())
                        .choice("state", "State", STATES);
        Answer found =
                look.filtered(
                        "inbox",
                        List.of("provider", "state", "after"),
                        "--last",
                        String.valueOf(FULL));
        return filter.html()
                + Table.of("Webhook events, the newest first", found)
                        .connections()
                        .cell(
                                "id",
                                row ->
                                        Html.link(
                                                "/console/inbox?id=" + row.get("id"),
                                                Html.escaped(row.get("id"))))
                        .column("action", row -> replay(look, row))
                        .empty(
                                "No event fits. Where webhooks should come, ledger.webhook says"
                                        + " whether they do.")
                        .html()
                + filter.more(Table.rows(found), FULL, "id");
    }

    /** An event that waits for its turn needs no button. */
    private static String replay(Look look, Table.Row row) {
        return "new".equals(row.get("state"))
                ? ""
                : look.button(
                        Act.EVENT, String.valueOf(row.get("id")), "Replay event " + row.get("id"));
    }

    @Override
    public String one(Look look, Table.Row row) {
        return new Facts(row).connection().html(row.columns().toArray(String[]::new))
                + "<div class=\"acts\">"
                + replay(look, row)
                + Html.link("/console/inbox", "All events")
                + "</div>";
    }
}
