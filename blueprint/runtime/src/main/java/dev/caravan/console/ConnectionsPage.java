package dev.caravan.console;

import dev.caravan.desk.Answer;
import java.util.List;

/** Users at providers, and the page of one connection. Stateless. */
final class ConnectionsPage implements RecordPage {
    static final List<String> STATES =
            List.of(
                    "pending",
                    "authorised",
                    "active",
                    "expiring",
                    "expired",
                    "reauth_required",
                    "revoked",
                    "declined",
                    "abandoned");

    @Override
    public String title() {
        return "Connections";
    }

    @Override
    public String question() {
        return "connections";
    }

    @Override
    public String list(Look look) {
        Filter filter =
                new Filter(look, "connections")
                        .text("find", "User or id", "a part of the user's reference, or a whole id")
                        .choice("provider", "Provider", look.providers())
                        .choice("state", "State", STATES);
        Answer found = found(look);
        return filter.html()
                + Table.of("Connections", found)
                        .cell("user", ConnectionsPage::user)
                        .connections()
                        .empty(
                                "No connection fits. Show all, or make one with POST /connections;"
                                        + " docs/operating.md has the call.")
                        .html()
                + filter.more(Table.rows(found), FULL, "connection");
    }

    /** A whole id of ours is found by the key; anything else by going through all of them. */
    private static Answer found(Look look) {
        if (look.get("find").matches("[0-9a-fA-F-]{36}")) {
            Answer one = look.ask("connections", look.get("find"));
            if (!one.rows().isEmpty()) {
                return one;
            }
        }
        return look.filtered(
                "connections",
                List.of("find", "provider", "state", "after"),
                "--last",
                String.valueOf(FULL));
    }

    static String user(Table.Row row) {
        return Html.link(
                "/console/connections?id=" + row.get("connection"),
                "<bdi>" + Html.escaped(row.get("user")) + "</bdi>");
    }

    @Override
    public String one(Look look, Table.Row known) {
        String id = String.valueOf(known.get("connection"));
        List<Table.Row> now = Table.rows(look.ask("status", id));
        if (now.size() != 1) {
            return look.trouble() == null ? null : "";
        }
        return new Facts(known.with(now.get(0)))
                        .cell("connection", each -> "<span class=\"id\">" + id(each) + "</span>")
                        .html(
                                "user",
                                "provider",
                                "state",
                                "connection",
                                "consent_ends",
                                "days_left",
                                "runs",
                                "last_pull",
                                "last_ok",
                                "next_due",
                                "lag",
                                "paused",
                                "paused_until",
                                "last_fault")
                + "<div class=\"acts\">"
                + look.button(Act.PULL, id, "Pull connection " + id + " now")
                + look.button(Act.PAUSE, id, "Pause connection " + id)
                + look.button(Act.RESUME, id, "Resume connection " + id)
                + "</div>"
                + Table.of("Its accounts", look.ask("accounts", id))
                        .empty("It has no accounts yet, or its provider knows none.")
                        .html()
                + Table.of("Its pulls", look.ask("runs", id))
                        .without("connection", "provider")
                        .empty("It was not pulled yet. Pull it now, or wait for its schedule.")
                        .html()
                + BudgetPage.table("Its budget", look.ask("budget", id))
                + Table.of("Its refused records", look.ask("rejects", "--connection", id))
                        .without("connection", "provider", "payload")
                        .cell("id", RejectsPage::link)
                        .empty("The store refused nothing of it.")
                        .html();
    }

    private static String id(Table.Row row) {
        return Html.escaped(row.get("connection"));
    }
}
