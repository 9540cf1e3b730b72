package dev.caravan.rehearsal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.caravan.store.Database;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

/**
 * What a pull that is only tried would change, read from its transaction before that is undone and
 * compared with the rows as they are. Stateless.
 */
final class Differences {
    private static final ObjectMapper JSON =
            new ObjectMapper()
                    .enable(
                            com.fasterxml.jackson.databind.DeserializationFeature
                                    .USE_BIG_DECIMAL_FOR_FLOATS)
                    .setNodeFactory(JsonNodeFactory.withExactBigDecimals(true));

    /** What the store keeps for itself; a reader never sees it change. */
    private static final Set<String> OWN =
            Set.of(
                    "id",
                    "connection_id",
                    "account_id",
                    "identity",
                    "digest",
                    "pull_id",
                    "first_seen_at",
                    "changed_at",
                    "changed_xid",
                    "derivation_id",
                    "told_at",
                    "kept_whole");

    private Differences() {}

    /**
     * A row that would be new, changed or gone.
     *
     * @param changes column to what it says now and would say; of the payload only that it differs
     */
    record Row(String table, String what, String identity, Map<String, String> changes) {}

    private record Kept(String scope, String identity, JsonNode row) {
        String key() {
            return scope + " " + identity;
        }
    }

    /** All rows that the transaction touched. */
    static List<Row> of(Database tried, Database kept, UUID connection) {
        List<Row> rows = new ArrayList<>();
        tables(kept)
                .forEach(
                        (table, scope) -> {
                            List<Kept> after =
                                    rows(
                                            tried,
                                            table,
                                            scope,
                                            connection,
                                            "t.changed_xid = pg_current_xact_id()",
                                            new String[0]);
                            Map<String, JsonNode> before = new HashMap<>();
                            if (!after.isEmpty()) {
                                rows(
                                                kept,
                                                table,
                                                scope,
                                                connection,
                                                "t.identity = any (?)",
                                                after.stream()
                                                        .map(Kept::identity)
                                                        .toArray(String[]::new))
                                        .forEach(row -> before.put(row.key(), row.row()));
                            }
                            after.forEach(row -> rows.add(row(table, row, before.get(row.key()))));
                        });
        return rows;
    }

    private static Row row(String table, Kept after, JsonNode before) {
        Map<String, String> changes = new LinkedHashMap<>();
        new TreeMap<>(fields(after.row()))
                .forEach(
                        (column, value) -> {
                            JsonNode old = before == null ? null : before.get(column);
                            if (!OWN.contains(column) && !value.equals(old)) {
                                changes.put(column, said(column, old, value));
                            }
                        });
        String what =
                before == null
                        ? "new"
                        : after.row().get("removed_at").isNull() ? "changed" : "gone";
        return new Row(table, what, after.identity(), changes);
    }

    private static Map<String, JsonNode> fields(JsonNode row) {
        Map<String, JsonNode> fields = new HashMap<>();
        row.fields().forEachRemaining(field -> fields.put(field.getKey(), field.getValue()));
        return fields;
    }

    private static String said(String column, JsonNode old, JsonNode value) {
        if (column.equals("raw")) {
            return "differs";
        }
        return old == null ? value.asText() : old.asText() + " -> " + value.asText();
    }

    private static List<Kept> rows(
            Database store,
            String table,
            String scope,
            UUID connection,
            String which,
            String[] identities) {
        String sql =
                "select t."
                        + scope
                        + "::text, t.identity, to_jsonb(t)::text from caravan."
                        + table
                        + " t where "
                        + (scope.equals("connection_id")
                                ? "t.connection_id = ?"
                                : "t.account_id in (select a.id from caravan.account a where"
                                        + " a.connection_id = ?)")
                        + " and "
                        + which
                        + " order by 2";
        Object[] arguments =
                identities.length == 0
                        ? new Object[] {connection}
                        : new Object[] {connection, identities};
        return store.query(
                sql,
                row -> new Kept(row.getString(1), row.getString(2), parsed(row.getString(3))),
                arguments);
    }

    private static JsonNode parsed(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("PostgreSQL writes JSON", e);
        }
    }

    /** The tables of records and what their identities are unique in. */
    private static Map<String, String> tables(Database store) {
        Map<String, String> tables = new TreeMap<>();
        store.query(
                        """
                        select c.table_name, bool_or(c.column_name = 'account_id')
                        from information_schema.columns c where c.table_schema = 'caravan'
                        group by 1 having bool_or(c.column_name = 'identity') and bool_or(c.column_name = 'changed_xid')
                        """,
                        row ->
                                Map.entry(
                                        row.getString(1),
                                        row.getBoolean(2) ? "account_id" : "connection_id"))
                .forEach(table -> tables.put(table.getKey(), table.getValue()));
        return tables;
    }
}
