package dev.caravan.console;

import dev.caravan.desk.Answer;
import dev.caravan.desk.Commands;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The pages of the console: what the desk says, for people who would rather look. It asks the same
 * commands and knows no figures of its own. Safe for any number of threads.
 */
final class Console {
    /** The pages of the menu by path, each with its title. */
    static final Map<String, String> PAGES = new LinkedHashMap<>();

    static {
        PAGES.put("overview", "Overview");
        PAGES.put("connections", "Connections");
        PAGES.put("consents", "Consents");
        PAGES.put("runs", "Pulls");
        PAGES.put("budget", "Budget");
        PAGES.put("rejects", "Rejected records");
        PAGES.put("inbox", "Inbox");
    }

    private final Commands desk;

    Console(Commands desk) {
        this.desk = desk;
    }

    /**
     * The inside of a page.
     *
     * @param id what is looked at more closely, null for the list
     * @return null where there is no such page
     */
    String body(String page, String id) {
        if (!PAGES.containsKey(page)) {
            return null;
        }
        if (page.equals("overview")) {
            return overview();
        }
        if (id != null) {
            return one(page, id);
        }
        Answer answer =
                page.equals("connections")
                        ? desk.run(List.of("status"))
                        : page.equals("consents") || page.equals("budget")
                                ? desk.run(List.of(page))
                                : desk.run(List.of(page, "--last", "200"));
        return Html.table(PAGES.get(page), answer, links(page));
    }

    private String overview() {
        return Html.table("Providers", desk.run(List.of("providers")), (column, value) -> null)
                + rows()
                + Html.table("How it is", desk.run(List.of("doctor")), (column, value) -> null)
                + Html.table("By day", desk.run(List.of("days")), (column, value) -> null);
    }

    /** New and changed rows of all providers by day, the oldest first. */
    private String rows() {
        Answer days = desk.run(List.of("days"));
        TreeMap<String, Double> sums = new TreeMap<>();
        for (List<Object> row : days.rows()) {
            double sum = number(days, row, "inserted") + number(days, row, "changed");
            sums.merge(row.get(days.columns().indexOf("day")).toString(), sum, Double::sum);
        }
        List<Bars.Bar> bars = new ArrayList<>();
        sums.forEach((day, sum) -> bars.add(new Bars.Bar(day.substring(day.length() - 2), sum)));
        return bars.isEmpty() ? "" : Bars.of("Rows that were new or changed, by day", "rows", bars);
    }

    private static double number(Answer answer, List<Object> row, String column) {
        Object value = row.get(answer.columns().indexOf(column));
        return value instanceof Number number ? number.doubleValue() : 0;
    }

    private String one(String page, String id) {
        String command = page.equals("connections") ? "status" : page;
        Answer answer = desk.run(List.of(command, id));
        if (answer.rows().isEmpty()) {
            return "<p>" + Html.escaped(answer.remark()) + "</p>";
        }
        String told =
                answer.rows().size() == 1
                        ? Html.upright(PAGES.get(page) + " " + id, answer, links(page))
                        : Html.table(PAGES.get(page) + " " + id, answer, links(page));
        return page.equals("connections")
                ? told
                        + Html.table("Its pulls", desk.run(List.of("runs", id)), links("runs"))
                        + Html.table("Its budget", desk.run(List.of("budget", id)), links("budget"))
                : told;
    }

    private static Html.Links links(String page) {
        return (column, value) -> {
            if (column.equals("connection")) {
                return "/console/connections?id=" + value;
            }
            return column.equals("id") ? "/console/" + page + "?id=" + value : null;
        };
    }
}
