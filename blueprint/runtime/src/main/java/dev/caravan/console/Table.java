package dev.caravan.console;

import dev.caravan.desk.Answer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** An answer of the desk as a table of a page. Of one request. */
final class Table {
    private final String caption;
    private final Answer answer;
    private final Set<String> left = new java.util.HashSet<>();
    private final Map<String, Function<Row, String>> cells = new HashMap<>();
    private final Map<String, Function<Row, String>> more = new LinkedHashMap<>();
    private String empty = "There is nothing.";

    private Table(String caption, Answer answer) {
        this.caption = caption;
        this.answer = answer;
    }

    static Table of(String caption, Answer answer) {
        return new Table(caption, answer);
    }

    /** One row, its values by column. */
    record Row(List<String> columns, List<Object> values) {
        /** The columns of both. */
        Row with(Row more) {
            List<String> all = new ArrayList<>(columns);
            all.addAll(more.columns);
            List<Object> both = new ArrayList<>(values);
            both.addAll(more.values);
            return new Row(all, both);
        }

        /** Null where there is none, or no such column. */
        Object get(String column) {
            int at = columns.indexOf(column);
            return at < 0 ? null : values.get(at);
        }
    }

    /** The rows of an answer. */
    static List<Row> rows(Answer answer) {
        return answer.rows().stream().map(row -> new Row(answer.columns(), row)).toList();
    }

    /** Columns that this page does not show. */
    Table without(String... columns) {
        left.addAll(List.of(columns));
        return this;
    }

    /** How the cells of a column are written, as markup. */
    Table cell(String column, Function<Row, String> written) {
        cells.put(column, written);
        return this;
    }

    /** A further column at the end, as markup. */
    Table column(String title, Function<Row, String> written) {
        more.put(title, written);
        return this;
    }

    /** A connection leads to its page, called by its user where that is known. */
    Table connections() {
        return cell("connection", Table::connection);
    }

    /** The connection of a row as a link, nothing where it has none. */
    static String connection(Row row) {
        return row.get("connection") == null
                ? ""
                : Html.link(
                        "/console/connections?id=" + row.get("connection"),
                        Html.brief(row.get("connection")));
    }

    /** What is said instead of a table without rows: what that means and what to do next. */
    Table empty(String sentence) {
        empty = sentence;
        return this;
    }

    String html() {
        if (answer.code() == Answer.TROUBLE && answer.rows().isEmpty()
                || answer.code() == Answer.USAGE) {
            return Html.section(
                    caption, "<p class=\"note bad\">" + Html.escaped(answer.remark()) + "</p>");
        }
        if (answer.rows().isEmpty()) {
            return Html.section(caption, "<p class=\"note\">" + Html.escaped(empty) + "</p>");
        }
        List<String> columns = new ArrayList<>(answer.columns());
        columns.removeAll(left);
        StringBuilder html = new StringBuilder();
        html.append("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"")
                .append(Html.escaped(caption))
                .append("\"><table><caption>")
                .append(Html.escaped(caption))
                .append("</caption><thead><tr>");
        columns.forEach(column -> head(html, column, number(column)));
        more.keySet().forEach(title -> head(html, title, false));
        html.append("</tr></thead><tbody>");
        for (Row row : rows(answer)) {
            html.append("<tr>");
            for (String column : columns) {
                Function<Row, String> written =
                        cells.getOrDefault(column, each -> Html.value(column, each.get(column)));
                html.append(number(column) ? "<td class=\"number\">" : "<td>")
                        .append(written.apply(row))
                        .append("</td>");
            }
            more.values()
                    .forEach(
                            written ->
                                    html.append("<td>").append(written.apply(row)).append("</td>"));
            html.append("</tr>");
        }
        return html.append("</tbody></table></div>").toString();
    }

    private boolean number(String column) {
        return rows(answer).stream()
                .map(row -> row.get(column))
                .filter(java.util.Objects::nonNull)
                .findFirst()
                .filter(Number.class::isInstance)
                .isPresent();
    }

    private static void head(StringBuilder html, String title, boolean number) {
        html.append(number ? "<th scope=\"col\" class=\"number\">" : "<th scope=\"col\">")
                .append(Html.escaped(title.replace('_', ' ')))
                .append("</th>");
    }
}
