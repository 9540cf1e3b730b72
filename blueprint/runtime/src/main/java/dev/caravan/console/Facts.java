package dev.caravan.console;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/** One row upright: what is known of one thing. Of one request. */
final class Facts {
    private final Table.Row row;
    private final Map<String, Function<Table.Row, String>> cells = new HashMap<>();

    Facts(Table.Row row) {
        this.row = row;
    }

    /** How a value is written, as markup. */
    Facts cell(String column, Function<Table.Row, String> written) {
        cells.put(column, written);
        return this;
    }

    /** Its connection as a link. */
    Facts connection() {
        return cell("connection", Table::connection);
    }

    /** These columns in this order; what is not known is left out. */
    String html(String... columns) {
        StringBuilder html = new StringBuilder("<dl>");
        for (String column : columns) {
            Object value = row.get(column);
            if (value != null && !value.toString().isEmpty()) {
                Function<Table.Row, String> written =
                        cells.getOrDefault(column, each -> Html.value(column, each.get(column)));
                html.append("<dt>")
                        .append(Html.escaped(column.replace('_', ' ')))
                        .append("</dt><dd>")
                        .append(written.apply(row))
                        .append("</dd>");
            }
        }
        return html.append("</dl>").toString();
    }
}
