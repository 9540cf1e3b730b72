package dev.caravan.rehearsal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.store.Database;
import java.util.List;
import java.util.UUID;

/**
 * The rows of one connection as its readers see them, without what differs from store to store and
 * from day to day. Stateless.
 */
final class Rows {
    static final ObjectMapper JSON =
            new ObjectMapper()
                    .enable(
                            com.fasterxml.jackson.databind.DeserializationFeature
                                    .USE_BIG_DECIMAL_FOR_FLOATS)
                    .enable(
                            com.fasterxml.jackson.core.JsonGenerator.Feature
                                    .WRITE_BIGDECIMAL_AS_PLAIN)
                    .enable(SerializationFeature.INDENT_OUTPUT)
                    .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
                    .setNodeFactory(JsonNodeFactory.withExactBigDecimals(true));

    /** Views of what providers told; other views tell of us. */
    private static final String VIEWS =
            """
            select v.table_name, bool_or(v.column_name = 'account_id')
            from information_schema.columns v
            where v.table_schema = 'ledger' and (v.table_name = 'rejected_record' or exists (
              select from information_schema.columns t where t.table_schema = 'caravan' and t.table_name = v.table_name and t.column_name = 'identity'))
            group by 1 having bool_or(v.column_name = 'connection_id') order by 1
            """;

    /**
     * A row without numbers of ours; an account is called as the provider does, and an instant of
     * the last minutes is now.
     */
    private static final String ROW =
            """
            select coalesce(jsonb_agg(row order by row::text), '[]')::text from (
              select jsonb_object_agg(f.key, case
                  when f.value #>> '{}' ~ '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:' and abs(extract(epoch from (f.value #>> '{}')::timestamptz - caravan.now())) < 900
                    then '"now"' else f.value end)
                %s as row
              from ledger.%s v, jsonb_each(to_jsonb(v)) f
              where v.connection_id = ? and f.value <> 'null' and f.key not in ('connection_id', 'raw', 'first_seen_at', 'changed_at', 'settled_as', 'settled_tier',
                  'pull_id', 'changed_xid', 'page', 'seen_at', 'last_seen_at')
                and not (f.key like '%%\\_id' and jsonb_typeof(f.value) = 'number')
              group by v.*%s) rows
            """;

    private static final String ACCOUNT =
            """
            || case when v.account_id is null then '{}' else jsonb_build_object('account',
              (select a.provider_account_id from ledger.account a where a.account_id = v.account_id)) end\
            """;

    private Rows() {}

    private record View(String name, boolean account) {}

    /** View to rows, as JSON; only those with a row. */
    static JsonNode of(Database store, UUID connection) {
        ObjectNode all = JSON.createObjectNode();
        List<View> views = store.query(VIEWS, row -> new View(row.getString(1), row.getBoolean(2)));
        for (View view : views) {
            boolean named = view.account() && !view.name().equals("account");
            JsonNode rows =
                    parsed(
                            store.first(
                                            ROW.formatted(
                                                    named ? ACCOUNT : "",
                                                    view.name(),
                                                    named ? ", v.account_id" : ""),
                                            row -> row.getString(1),
                                            connection)
                                    .orElse("[]"));
            if (!rows.isEmpty()) {
                all.set(view.name(), rows);
            }
        }
        return all;
    }

    static JsonNode parsed(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("PostgreSQL writes JSON", e);
        }
    }

    /** Fields in order, so that two tellings of the same are the same text. */
    static String written(JsonNode json) {
        try {
            return JSON.writeValueAsString(JSON.treeToValue(json, Object.class)) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
