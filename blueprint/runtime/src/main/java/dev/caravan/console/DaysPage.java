package dev.caravan.console;

import dev.caravan.desk.Answer;
import java.util.List;

/** Rows, calls, uptime and latency by day and provider. Stateless. */
final class DaysPage implements Page {
    /** Columns of how providers answered, which have a table of their own here. */
    private static final String[] ANSWERED = {
        "calls",
        "failed_calls",
        "throttled",
        "refused",
        "uptime",
        "error_rate",
        "average_millis",
        "p95_millis"
    };

    @Override
    public String title() {
        return "By day";
    }

    @Override
    public String body(Look look) {
        Filter filter =
                new Filter(look, "days")
                        .choice("provider", "Provider", look.providers())
                        .choice("last", "Last days", "14", List.of("7", "30", "90"));
        Answer days = look.filtered("days", List.of("provider", "last"));
        StringBuilder html = new StringBuilder(filter.html());
        Chart rows = new Chart("rows", "Rows that were new or changed", "rows");
        for (Table.Row row : Table.rows(days)) {
            rows.add(
                    String.valueOf(row.get("day")),
                    String.valueOf(row.get("provider")),
                    number(row, "inserted") + number(row, "changed"));
        }
        html.append(rows.bars());
        html.append(
                Table.of("What was pulled, by day", days)
                        .without(ANSWERED)
                        .empty("Nothing was pulled in these days.")
                        .html());
        Answer figures = look.filtered(ProvidersPage.UPTIME, List.of("provider", "last"));
        Chart latency = new Chart("latency", "Average time of an answer", "ms");
        Chart uptime = new Chart("uptime", "Uptime", "%");
        for (Table.Row row : Table.rows(figures)) {
            String day = String.valueOf(row.get("day"));
            String provider = String.valueOf(row.get("provider"));
            if (row.get("average_ms") != null) {
                latency.add(day, provider, number(row, "average_ms"));
            }
            if (row.get("uptime") != null) {
                uptime.add(day, provider, number(row, "uptime"));
            }
        }
        html.append(uptime.lines())
                .append(latency.lines())
                .append(
                        Table.of("How providers answered, by day", figures)
                                .empty("No provider was asked in these days.")
                                .html());
        return html.toString();
    }

    private static double number(Table.Row row, String column) {
        return row.get(column) instanceof Number number ? number.doubleValue() : 0;
    }
}
