package dev.caravan.console;

import dev.caravan.desk.Answer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The providers, and one of them: how it is, what was edited, how it answers. Stateless. */
final class ProvidersPage implements Page {
    static final String UPTIME = "uptime";

    @Override
    public String title() {
        return "Providers";
    }

    @Override
    public String body(Look look) {
        String id = look.get("id");
        return id.isEmpty() ? table(look) : one(look, id);
    }

    static String table(Look look) {
        Answer providers = look.ask("providers");
        Map<Object, Table.Row> today = new HashMap<>();
        Table.rows(look.ask(UPTIME, "--last", "1"))
                .forEach(row -> today.put(row.get("provider"), row));
        return Table.of("Providers", providers)
                .without("edited", "why")
                .cell("provider", ProvidersPage::link)
                .column("uptime today", row -> figure(today, row, "uptime"))
                .column("average today", row -> figure(today, row, "average_ms"))
                .column("files of its own", row -> Html.value("", row.get("edited")))
                .column("why", row -> Html.value("", row.get("why")))
                .empty(
                        "No provider is installed. Install its feature, or lay a folder of routes"
                                + " under routes/; docs/operating.md says how.")
                .html();
    }

    private static String figure(Map<Object, Table.Row> today, Table.Row row, String column) {
        Table.Row figures = today.get(row.get("provider"));
        Object value = figures == null ? null : figures.get(column);
        return value == null
                ? "<span class=\"faint\">no calls</span>"
                : Html.escaped(value) + (column.equals("uptime") ? " %" : " ms");
    }

    private static String link(Table.Row row) {
        return Html.link(
                "/console/providers?id=" + Html.part(row.get("provider")),
                Html.escaped(row.get("provider")));
    }

    private static String one(Look look, String id) {
        List<Table.Row> rows =
                Table.rows(look.ask("providers")).stream()
                        .filter(row -> id.equals(row.get("provider")))
                        .toList();
        if (rows.isEmpty()) {
            return null;
        }
        StringBuilder html = new StringBuilder();
        Table.Row row = rows.get(0);
        html.append(new Facts(row).html(row.columns().toArray(String[]::new)))
                .append("<div class=\"acts\">")
                .append(look.button(Act.PAUSE_PROVIDER, id, "Pause " + id))
                .append(look.button(Act.RESUME_PROVIDER, id, "Resume " + id))
                .append(
                        Html.link(
                                "/console/connections?provider=" + Html.part(id),
                                "Its connections"))
                .append("</div>");
        String changed = look.ask("diff", id).remark();
        html.append(
                Html.section(
                        "What this installation changed",
                        "<pre class=\"diff\" tabindex=\"0\">" + Html.escaped(changed) + "</pre>"));
        return html.append(
                        Table.of(
                                        "How it answered, by day",
                                        look.ask(UPTIME, "--provider", id, "--last", "14"))
                                .without("provider")
                                .empty("Nothing was asked of it in the last fourteen days.")
                                .html())
                .append(
                        Table.of(
                                        "Its last pulls",
                                        look.ask("runs", "--provider", id, "--last", "20"))
                                .without("provider")
                                .connections()
                                .empty("Nothing was pulled yet.")
                                .html())
                .toString();
    }
}
