package dev.caravan.desk;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.caravan.connections.Tryout;
import dev.caravan.rehearsal.Report;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What a try saw, as tables. Stateless. */
final class TriedAnswer {
    private static final ObjectMapper JSON =
            new ObjectMapper()
                    .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                    .setNodeFactory(JsonNodeFactory.withExactBigDecimals(true));

    private TriedAnswer() {}

    /**
     * @param rows how many rows of a table are shown
     */
    static Answer of(Report report, int rows) {
        Map<String, Answer> parts = new LinkedHashMap<>();
        parts.put(
                "calls",
                Answer.table(
                        List.of("method", "status", "millis", "bytes", "found", "url"),
                        report.calls().stream()
                                .map(
                                        call ->
                                                row(
                                                        call.method(),
                                                        call.status(),
                                                        call.millis(),
                                                        call.bytes(),
                                                        call.found(),
                                                        call.url()))
                                .toList()));
        parts.put("pages", pages(report.pages()));
        mapped(report.pages(), rows)
                .forEach((table, list) -> parts.put("mapped " + table, across(list)));
        parts.put("differences", counts(report.rows()));
        parts.put("changed rows", changed(report.rows(), rows));
        parts.put("refused records", refused(report.refused(), rows));
        return Answer.parts(
                report.fault() == null ? Answer.GOOD : Answer.TROUBLE, parts, remark(report));
    }

    private static List<Object> row(Object... cells) {
        return Arrays.asList(cells);
    }

    private static Answer pages(List<Tryout.Page> pages) {
        return Answer.table(
                List.of("kind", "records", "new", "changed", "gone", "refused", "more", "request"),
                pages.stream()
                        .map(
                                page ->
                                        row(
                                                page.kind(),
                                                page.seen(),
                                                page.inserted(),
                                                page.changed(),
                                                page.removed(),
                                                page.rejected(),
                                                page.more() ? "yes" : "no",
                                                page.request()))
                        .toList());
    }

    private static Map<String, List<JsonNode>> mapped(List<Tryout.Page> pages, int most) {
        Map<String, List<JsonNode>> tables = new TreeMap<>();
        for (Tryout.Page page : pages) {
            page.mapped()
                    .forEach(
                            (table, rows) -> {
                                List<JsonNode> kept =
                                        tables.computeIfAbsent(table, first -> new ArrayList<>());
                                rows.stream()
                                        .limit(Math.max(0, most - kept.size()))
                                        .map(TriedAnswer::parsed)
                                        .forEach(kept::add);
                            });
        }
        return tables;
    }

    private static JsonNode parsed(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            return JSON.createObjectNode().put("row", json);
        }
    }

    /** A column for each field that one of the rows has. */
    private static Answer across(List<JsonNode> rows) {
        Set<String> columns = new LinkedHashSet<>();
        rows.forEach(
                row ->
                        row.fields()
                                .forEachRemaining(
                                        field -> {
                                            if (!field.getValue().isNull()) {
                                                columns.add(field.getKey());
                                            }
                                        }));
        List<List<Object>> cells = new ArrayList<>();
        for (JsonNode row : rows) {
            List<Object> one = new ArrayList<>();
            columns.forEach(column -> one.add(cell(row.get(column))));
            cells.add(one);
        }
        return Answer.table(List.copyOf(columns), cells);
    }

    private static Object cell(JsonNode value) {
        return value == null || value.isNull()
                ? null
                : value.isValueNode() ? value.asText() : value.toString();
    }

    private static Answer counts(List<Report.Row> rows) {
        Map<String, Map<String, Integer>> tables = new TreeMap<>();
        rows.forEach(
                row ->
                        tables.computeIfAbsent(row.table(), first -> new TreeMap<>())
                                .merge(row.what(), 1, Integer::sum));
        List<List<Object>> counts = new ArrayList<>();
        tables.forEach(
                (table, by) ->
                        counts.add(
                                row(
                                        table,
                                        by.getOrDefault("new", 0),
                                        by.getOrDefault("changed", 0),
                                        by.getOrDefault("gone", 0))));
        return Answer.table(List.of("table", "new", "changed", "gone"), counts);
    }

    private static Answer changed(List<Report.Row> rows, int most) {
        Map<String, Integer> shown = new TreeMap<>();
        return Answer.table(
                List.of("table", "what", "identity", "changes"),
                rows.stream()
                        .filter(row -> !row.what().equals("new"))
                        .filter(row -> shown.merge(row.table(), 1, Integer::sum) <= most)
                        .map(row -> row(row.table(), row.what(), row.identity(), row.changes()))
                        .toList());
    }

    private static Answer refused(List<Report.Refused> refused, int most) {
        return Answer.table(
                List.of("kind", "position", "page", "reason"),
                refused.stream()
                        .limit(most)
                        .map(one -> row(one.kind(), one.position(), one.page(), one.reason()))
                        .toList());
    }

    private static String remark(Report report) {
        StringBuilder said = new StringBuilder();
        said.append(
                report.fault() == null
                        ? "the pull of " + report.connection() + " would be good"
                        : "the pull of " + report.connection() + " would not be whole: ");
        if (report.fault() != null) {
            said.append(report.fault());
        }
        if (report.cut()) {
            said.append("\nnot all was read: --max-pages or --max-calls ended it");
        }
        said.append(
                String.format(
                        java.util.Locale.ROOT,
                        "%n%d calls in %.1f s; wrote nothing",
                        report.calls().size(),
                        report.seconds()));
        if (report.spent() > 0) {
            said.append(" but ").append(report.spent()).append(" calls of the budget");
        }
        if (report.renewed()) {
            said.append(report.spent() > 0 ? " and" : " but")
                    .append(" new tokens of the connection");
        }
        return said.toString();
    }
}
