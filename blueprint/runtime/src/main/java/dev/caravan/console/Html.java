package dev.caravan.console;

import dev.caravan.desk.Answer;
import java.util.List;
import java.util.Set;

/** Pieces of pages. Every value that comes from outside is escaped. Stateless. */
final class Html {
    private static final Set<String> GOOD =
            Set.of("runs", "active", "complete", "done", "good", "executed");
    private static final Set<String> BAD =
            Set.of(
                    "refused",
                    "failed",
                    "dead",
                    "bad",
                    "reauth_required",
                    "expired",
                    "rejected",
                    "unknown");

    private Html() {}

    static String escaped(Object value) {
        return value == null
                ? ""
                : value.toString()
                        .replace("&", "&amp;")
                        .replace("<", "&lt;")
                        .replace(">", "&gt;")
                        .replace("\"", "&quot;")
                        .replace("'", "&#39;");
    }

    /** What a cell of a column leads to. */
    interface Links {
        /** An address, or null where it is plain. */
        String of(String column, Object value);
    }

    static String table(String caption, Answer answer, Links links) {
        if (answer.rows().isEmpty()) {
            return "<section><h2>"
                    + escaped(caption)
                    + "</h2><p>"
                    + escaped(answer.remark())
                    + "</p></section>";
        }
        StringBuilder html =
                new StringBuilder(
                                "<div class=\"scroll\" tabindex=\"0\" role=\"region\""
                                        + " aria-label=\"")
                        .append(escaped(caption))
                        .append("\"><table><caption>")
                        .append(escaped(caption))
                        .append("</caption><thead><tr>");
        answer.columns()
                .forEach(
                        column ->
                                html.append("<th scope=\"col\">")
                                        .append(escaped(column.replace('_', ' ')))
                                        .append("</th>"));
        html.append("</tr></thead><tbody>");
        for (List<Object> row : answer.rows()) {
            html.append("<tr>");
            for (int i = 0; i < row.size(); i++) {
                html.append(cell(answer.columns().get(i), row.get(i), links));
            }
            html.append("</tr>");
        }
        return html.append("</tbody></table></div>").toString();
    }

    private static String cell(String column, Object value, Links links) {
        String text = escaped(value);
        String address = value == null ? null : links.of(column, value);
        String shown =
                address == null
                        ? mark(text)
                        : "<a href=\"" + escaped(address) + "\">" + text + "</a>";
        return value instanceof Number
                ? "<td class=\"number\">" + shown + "</td>"
                : "<td>" + shown + "</td>";
    }

    /** Words that say how it is are coloured as well, never coloured alone. */
    private static String mark(String text) {
        if (GOOD.contains(text)) {
            return "<span class=\"good\">" + text + "</span>";
        }
        return BAD.contains(text) ? "<span class=\"bad\">" + text + "</span>" : text;
    }

    /** One answer's only row, upright. */
    static String upright(String caption, Answer answer, Links links) {
        StringBuilder html =
                new StringBuilder("<section><h2>").append(escaped(caption)).append("</h2><dl>");
        for (int i = 0; i < answer.columns().size(); i++) {
            Object value = answer.rows().get(0).get(i);
            String address = value == null ? null : links.of(answer.columns().get(i), value);
            html.append("<dt>")
                    .append(escaped(answer.columns().get(i).replace('_', ' ')))
                    .append("</dt><dd>");
            html.append(
                    address == null
                            ? "<pre>" + escaped(value == null ? "-" : value) + "</pre>"
                            : "<a href=\"" + escaped(address) + "\">" + escaped(value) + "</a>");
            html.append("</dd>");
        }
        return html.append("</dl></section>").toString();
    }
}
