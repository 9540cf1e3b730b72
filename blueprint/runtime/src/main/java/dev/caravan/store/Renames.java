package dev.caravan.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;

/**
 * Rows keep their place when what tells them apart changes: a record of a new key whose mapping
 * says what it was known by before (columns {@code former_key}, {@code former_fingerprint}) takes
 * its old row over. Only where nothing else of the page goes by the old key, no row has the new
 * one, and amount and day are the row's, so that an id that was reused takes nothing over.
 * Immutable.
 */
final class Renames {
    /** What a record carries through the page statement. */
    static final String BEFORE = ", before_key, before_print, before_amount";

    /** The column that tells which rows are to be renamed, null where none is. */
    static final String MADE =
            ", (select jsonb_object_agg(id, identity) from aside)::text as renames";

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Mapping mapping;
    private final Table table;
    private final Part part;

    private Renames(Mapping mapping, Table table, Part part) {
        this.mapping = mapping;
        this.table = table;
        this.part = part;
    }

    /** Null where the mapping says nothing of a former key. */
    static Renames of(Mapping mapping, Table table, Part part) {
        return mapping.renames() ? new Renames(mapping, table, part) : null;
    }

    /** What is read of a record. */
    String told() {
        return ", "
                + given("former_key", "text", "before_key")
                + ", "
                + given("former_fingerprint", "text", "before_print")
                + ", "
                + given("amount", "numeric", "before_amount");
    }

    private String given(String column, String type, String as) {
        return (mapping.yields(column) ? column + "::" : "null::") + type + " as " + as;
    }

    /** The rows that go by another key now, and what is fresh where there are none. */
    String fresh() {
        String same =
                (mapping.yields("amount") && table.columns().contains("amount")
                                ? " and t.amount = d.before_amount"
                                : "")
                        + (mapping.yields("booking_date")
                                        && table.columns().contains("booking_date")
                                ? " and t.booking_date is not distinct from d.booked"
                                : "");
        return """
        differing as materialized (
          select position, line, identity, digest, scope, booked, before_amount, (${prefix} || before_key) collate "C" as was_named,
            (${prefix} || 'f:' || encode(sha256(convert_to(before_print || '|' || row_number() over
              (partition by scope, before_print order by position, line), 'UTF8')), 'hex')) collate "C" as was_unnamed
          from keyed k where ${isFresh}),
        aside as materialized (
          select distinct on (id) id, identity from (
            select d.position, d.identity, coalesce(
              (select t.id from ${t} t where t.${scope} = d.scope and t.identity = d.was_named${same}
                and (d.scope, d.was_named) not in (select o.scope, o.identity from keyed o)),
              (select t.id from ${t} t where t.${scope} = d.scope and t.identity = d.was_unnamed${same}
                and (d.scope, d.was_unnamed) not in (select o.scope, o.identity from keyed o))) as id
            from differing d
            where (d.was_named is not null or d.was_unnamed is not null)
              and not exists (select from ${t} n where n.${scope} = d.scope and n.identity = d.identity) offset 0) found
          where id is not null order by id, position),
        fresh as materialized (
          select position, line, identity, digest, scope from differing where not exists (select from aside)),\
        """
                .replace("${same}", same);
    }

    /**
     * Gives rows the keys that they go by now; their content is looked at anew.
     *
     * @param told row to identity as JSON, null where there are none
     */
    boolean made(Connection store, String told) throws SQLException {
        if (told == null) {
            return false;
        }
        try {
            Map<String, String> rows = JSON.readValue(told, new TypeReference<>() {});
            return Database.update(
                            store,
                            "update caravan."
                                    + table.name()
                                    + " t set identity = r.identity, digest = null from"
                                    + " unnest(?::bigint[], ?::text[]) r(id, identity) where t.id ="
                                    + " r.id",
                            store.createArrayOf(
                                    "bigint", rows.keySet().stream().map(Long::valueOf).toArray()),
                            store.createArrayOf("text", rows.values().toArray()))
                    > 0;
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
