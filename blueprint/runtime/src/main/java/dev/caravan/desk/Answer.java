package dev.caravan.desk;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What a command says: a table, and how it went. Immutable.
 *
 * @param code the exit code: {@link #GOOD}, {@link #NOTHING}, {@link #TROUBLE} or {@link #USAGE}
 * @param columns names of the columns
 * @param rows values in the order of the columns; null is nothing known
 * @param remark a sentence below the table, or alone; empty where there is nothing to say
 * @param parts further tables by what they hold, above the remark
 */
public record Answer(
        int code,
        List<String> columns,
        List<List<Object>> rows,
        String remark,
        Map<String, Answer> parts) {
    /** It was done, or found. */
    public static final int GOOD = 0;

    /** There is nothing of the name. */
    public static final int NOTHING = 1;

    /** It was called wrongly; nothing was done. */
    public static final int USAGE = 2;

    /** It was refused or failed; the remark says why. */
    public static final int TROUBLE = 3;

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int WIDEST = 60;
    private static final int ACROSS = 8;

    public Answer {
        columns = List.copyOf(columns);
        rows = List.copyOf(rows);
        parts = new LinkedHashMap<>(parts);
    }

    /** One table and a sentence. */
    public Answer(int code, List<String> columns, List<List<Object>> rows, String remark) {
        this(code, columns, rows, remark, Map.of());
    }

    /** Several tables, each below what it holds; those without a row are left away. */
    static Answer parts(int code, Map<String, Answer> parts, String remark) {
        return new Answer(code, List.of(), List.of(), remark, parts);
    }

    /** A sentence alone. */
    public static Answer said(int code, String remark) {
        return new Answer(code, List.of(), List.of(), remark);
    }

    /** A table, with {@code nothing} below it where it has no row. */
    public static Answer table(List<String> columns, List<List<Object>> rows) {
        return new Answer(GOOD, columns, rows, rows.isEmpty() ? "nothing" : "");
    }

    /** Aligned columns for people; a single row stands upright, a line a column. */
    public String text() {
        StringBuilder text = new StringBuilder();
        if (rows.size() == 1 && columns.size() > 2) {
            upright(text, rows.get(0));
        } else if (!rows.isEmpty()) {
            across(text);
        }
        parts.forEach(
                (holds, part) -> {
                    if (!part.rows().isEmpty()) {
                        text.append(text.isEmpty() || text.toString().endsWith("\n\n") ? "" : "\n");
                        text.append(holds).append(":\n");
                        part.below(text);
                        text.append('\n');
                    }
                });
        if (!remark.isEmpty()) {
            text.append(remark).append('\n');
        }
        return text.toString();
    }

    /** A part: what is too wide for a line stands upright, row by row. */
    private void below(StringBuilder text) {
        if (columns.size() <= ACROSS) {
            across(text);
            return;
        }
        for (List<Object> row : rows) {
            upright(text, row);
            if (row != rows.get(rows.size() - 1)) {
                text.append('\n');
            }
        }
    }

    private void upright(StringBuilder text, List<Object> row) {
        int width = columns.stream().mapToInt(String::length).max().orElse(0);
        for (int i = 0; i < columns.size(); i++) {
            text.append(String.format("%-" + width + "s  ", columns.get(i)))
                    .append(shown(row.get(i)).replace("\n", "\n" + " ".repeat(width + 2)))
                    .append('\n');
        }
    }

    private void across(StringBuilder text) {
        List<List<String>> lines = new ArrayList<>();
        lines.add(columns);
        rows.forEach(row -> lines.add(cells(row)));
        int[] widths = new int[columns.size()];
        for (List<String> line : lines) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], line.get(i).length());
            }
        }
        for (List<String> line : lines) {
            StringBuilder one = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                one.append(String.format("%-" + (widths[i] + 2) + "s", line.get(i)));
            }
            text.append(one.toString().stripTrailing()).append('\n');
        }
    }

    /** What is long is cut, but for the last column. */
    private static List<String> cells(List<Object> row) {
        List<String> cells = new ArrayList<>();
        for (int i = 0; i < row.size(); i++) {
            String shown = shown(row.get(i)).replace('\n', ' ');
            boolean cut = shown.length() > WIDEST && i < row.size() - 1;
            cells.add(cut ? shown.substring(0, WIDEST - 1) + "…" : shown);
        }
        return cells;
    }

    /** A value as a terminal may show it: what could steer it is a question mark. */
    private static String shown(Object value) {
        return value == null
                ? "-"
                : value.toString()
                        .codePoints()
                        .mapToObj(
                                c ->
                                        c != '\n' && Character.isISOControl(c)
                                                ? "?"
                                                : Character.toString(c))
                        .collect(Collectors.joining());
    }

    /** {@code {"code","rows":[{...}],"remark"}} for programs, with a list for each part. */
    public String json() {
        ObjectNode json = JSON.createObjectNode().put("code", code);
        list(json.putArray("rows"));
        parts.forEach((holds, part) -> part.list(json.putArray(holds.replace(' ', '_'))));
        return json.put("remark", remark).toString();
    }

    private void list(ArrayNode list) {
        for (List<Object> row : rows) {
            ObjectNode each = list.addObject();
            for (int i = 0; i < columns.size(); i++) {
                each.set(columns.get(i), JSON.valueToTree(row.get(i)));
            }
        }
    }
}
