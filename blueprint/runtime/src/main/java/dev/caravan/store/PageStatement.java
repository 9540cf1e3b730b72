package dev.caravan.store;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The one statement that stores a page: it asks which keys are new or differ, maps only those, and
 * upserts them. A page without a change reads one index entry a record and writes nothing.
 * Immutable.
 */
final class PageStatement {
    /** What becomes of records that are in the store already, or that the page does not name. */
    enum Mode {
        /** What the page does not name is left alone. */
        MERGE,
        /** What the page does not name is gone. */
        REPLACE,
        /** A page of several: equal records without ids are counted on, identities are told. */
        PAGE,
        /** What is in the store already is left alone too. */
        STUB
    }

    private final Map<Mode, String> statements = new EnumMap<>(Mode.class);
    private final String gone;
    private final Renames renames;

    PageStatement(Mapping mapping, Table table, Part part) {
        for (Mode mode : Mode.values()) {
            statements.put(mode, sql(mapping, table, part, mode));
        }
        this.gone = gone("caravan." + table.name(), table, part, "identity <> all (?::text[])");
        this.renames = Renames.of(mapping, table, part);
    }

    /** What a page is stored under. */
    record Scope(
            Object id,
            Object connection,
            String context,
            String[] items,
            String[] envelope,
            String part,
            String before,
            long pull) {}

    PageResult run(Connection store, byte[] body, Scope scope, Mode mode) throws SQLException {
        PageResult result = once(store, body, scope, mode);
        // nothing is written where rows go by other keys now: they get them, and it is done again
        while (result == null) {
            result = once(store, body, scope, mode);
        }
        return result;
    }

    private PageResult once(Connection store, byte[] body, Scope scope, Mode mode)
            throws SQLException {
        try (PreparedStatement statement = store.prepareStatement(statements.get(mode))) {
            int i = 0;
            statement.setBytes(++i, body);
            statement.setArray(++i, store.createArrayOf("text", scope.items()));
            statement.setArray(++i, store.createArrayOf("text", scope.envelope()));
            i = given(statement, i, scope);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                if (renames != null
                        && mode != Mode.STUB
                        && renames.made(store, row.getString("renames"))) {
                    return null;
                }
                return new PageResult(
                        row.getString("envelope"),
                        row.getString("shape"),
                        row.getInt("seen"),
                        row.getInt("inserted"),
                        row.getInt("changed"),
                        row.getInt("removed"),
                        0,
                        row.getString("oldest"),
                        row.getString("newest"),
                        row.getString("latest"),
                        mode == Mode.PAGE ? row.getString("counts") : null,
                        mode == Mode.PAGE ? texts(row.getArray("identities")) : List.of());
            }
        }
    }

    /** Ends a set that was told in pages: what none of them named is gone. */
    int gone(Connection store, Scope scope, Collection<String> named) throws SQLException {
        try (PreparedStatement statement = store.prepareStatement(gone)) {
            int i = given(statement, 0, scope);
            statement.setArray(++i, store.createArrayOf("text", named.toArray()));
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getInt(1);
            }
        }
    }

    private static int given(PreparedStatement statement, int from, Scope scope)
            throws SQLException {
        int i = from;
        statement.setString(++i, scope.context());
        statement.setObject(++i, scope.id());
        statement.setObject(++i, scope.connection());
        statement.setString(++i, scope.part());
        statement.setString(++i, scope.before());
        statement.setLong(++i, scope.pull());
        return i;
    }

    private static List<String> texts(Array array) throws SQLException {
        List<String> texts = new ArrayList<>();
        if (array != null) {
            for (Object text : (Object[]) array.getArray()) {
                texts.add((String) text);
            }
        }
        return texts;
    }

    /** Makes the server parse and check the statements, without running them. */
    void prepare(Connection store) throws SQLException {
        List<String> all = new ArrayList<>(statements.values());
        all.add(gone);
        for (String sql : all) {
            try (PreparedStatement statement = store.prepareStatement(sql)) {
                statement.getMetaData();
            }
        }
    }

    private static final String GIVEN =
            """
            given as materialized (select ?::jsonb as context, ?::%s as scope, ?::uuid as connection, ?::text as part,
              ?::jsonb as before, ?::bigint as pull, caravan.now() as at)\
            """;

    private static String sql(Mapping mapping, Table table, Part part, Mode mode) {
        Set<String> columns = mapping.canonical();
        String t = "caravan." + table.name();
        Renames renames = mode == Mode.STUB ? null : Renames.of(mapping, table, part);
        boolean owned = mapping.yields("account_key") && table.scope().equals("account_id");
        boolean rows = mapping.yields("line");
        return """
        with body as materialized (select convert_from(?, 'UTF8')::jsonb as whole),
        asked as materialized (select ?::text[] as items, ?::text[] as status),
        listed as materialized (
          select (select found from unnest(a.items) with ordinality p(path, nth)
                  cross join lateral (select whole #> string_to_array(path, '.') as found offset 0) f
                  where jsonb_typeof(found) in ('array', 'object') order by nth limit 1) as items,
            case when cardinality(a.status) > 0 then whole #>> a.status end as envelope
          from body, asked a),
        ${given},
        record as materialized (
          select e.item, e.position::int as position
          from listed, jsonb_array_elements(case jsonb_typeof(items)
            when 'array' then items when 'object' then jsonb_build_array(items) else '[]' end)
            with ordinality e(item, position)),
        page as (select item, position, (select context from given) as context from record),
        told as ${toldHow} (
          select position, line, coalesce(provider_key, fingerprint) as key, provider_key is not null as named, digest, booked,
            latest, parent, ${scopeOf} as scope${before}
          from (select position, ${line} as line, ${key} as provider_key, ${fingerprint} as fingerprint${told},
                  jsonb_hash_extended(${content}, ${seed}) as digest, ${booked} as booked, ${latest} as latest,
                  ${parent} as parent, ${account} as account_key
                from (${select}) mapped) known
          -- offset 0: what is sorted next is the key and the digest, not the record
          offset 0),
        numbered as (
          select position, line, key, named, digest, booked, latest, scope${before},
            row_number() over (partition by scope, key order by position, line) ${counted} as nth,
            count(*) over (partition by scope, key) as many,
            row_number() over (partition by scope, key order by position, line) as here
          from told ${parents}),
        keyed as materialized (
          select position, line, digest, booked, latest, scope, named, key${before},
            (${prefix} || case when named then key
            else 'f:' || encode(sha256(convert_to(key || '|' || nth, 'UTF8')), 'hex') end) collate "C" as identity
          from numbered where not named or here = many),
        ${fresh}
        written as (
          insert into ${t} as t (${scope}, identity, digest, pull_id, first_seen_at, changed_at, derivation_id, kept_whole, ${listed})
          select f.scope, f.identity, ${digest}, (select pull from given), (select at from given),
            (select at from given), (select ${derivation} from given g), ${whole}, ${mapped}
          from fresh f join (${select}) m ${join} left join record r on r.position = f.position
          on conflict (${scope}, identity) do ${conflict}
          returning t.id, (xmax = 0) as inserted, changed_at = (select at from given) as changed,
            case when xmax <> 0 and changed_at = (select at from given) then to_jsonb(t) end as is_now),
        gone as (${gone}),
        ${logged}
        select l.envelope, jsonb_typeof(l.items) as shape, (select count(*) from record) as seen,
          (select count(*) from written where inserted) as inserted,
          (select count(*) from written where changed and not inserted) as changed,
          (select count(*) from gone) as removed,
          (select min(booked) from keyed) as oldest, (select max(booked) from keyed) as newest,
          (select max(latest) from keyed) as latest${renamed}${more}
        from listed l
        """
                .replace("${fresh}", renames == null ? FRESH : renames.fresh())
                .replace("${told}", renames == null ? "" : renames.told())
                .replace("${before}", renames == null ? "" : Renames.BEFORE)
                .replace("${renamed}", renames == null ? "" : Renames.MADE)
                .replace("${given}", GIVEN.formatted(table.scopeType()))
                .replace("${toldHow}", part.each() ? "materialized" : "")
                .replace(
                        "${scopeOf}",
                        owned
                                ? "(select a.id from caravan.account a where a.connection_id ="
                                        + " (select connection from given) and"
                                        + " a.provider_account_id = account_key order by"
                                        + " a.removed_at desc nulls first limit 1)"
                                : "(select scope from given)")
                .replace("${line}", rows ? "line::int" : "1")
                .replace("${key}", given(mapping, "provider_key", "text"))
                .replace("${fingerprint}", given(mapping, "fingerprint", "text"))
                .replace("${account}", given(mapping, "account_key", "text"))
                .replace("${content}", mapping.yields("content") ? "content" : "raw")
                .replace("${seed}", String.valueOf(mapping.seed()))
                .replace("${booked}", given(mapping, "booking_date", "date"))
                .replace("${latest}", latest(mapping))
                .replace("${parent}", part.each() ? part.column() : "null::text")
                .replace("${parents}", part.each() ? "where key is not null" : "")
                .replace(
                        "${counted}",
                        mode == Mode.PAGE
                                ? "+ coalesce(((select before from given) ->> md5(concat_ws('|',"
                                        + " scope, ${set} || key)))::int, 0)"
                                : "")
                .replace("${prefix}", part.identityPrefix())
                .replace("${isFresh}", mode == Mode.STUB ? unknown(t, table) : differs(t, table))
                .replace("${digest}", mode == Mode.STUB ? "null" : "f.digest")
                .replace("${whole}", mapping.yields("raw") ? "r.item = m.raw" : "false")
                .replace("${derivation}", mapping.derivation(table.name(), part))
                .replace("${join}", rows ? "using (position, line)" : "using (position)")
                .replace("${conflict}", mode == Mode.STUB ? "nothing" : update(columns))
                .replace("${gone}", goneOf(t, table, part, mode, renames != null))
                .replace("${logged}", ChangeLog.ofPage(table))
                .replace("${more}", mode == Mode.PAGE ? MORE : "")
                .replace("${set}", part.identityPrefix())
                .replace("${listed}", String.join(", ", columns))
                .replace("${mapped}", qualified(columns, "m."))
                .replace("${scope}", table.scope())
                .replace("${t}", t)
                .replace("${select}", mapping.select());
    }

    private static final String FRESH =
            """
            fresh as materialized (
              select position, line, identity, digest, scope from keyed k
              where ${isFresh}),\
            """;

    private static final String MORE =
            """
            ,
              (select jsonb_object_agg(hash, times) from (
                select md5(concat_ws('|', scope, ${set} || key)) as hash, count(*) as times from keyed where not named group by 1) c) as counts,
              (select array_agg(identity) from keyed) as identities
            """;

    private static String given(Mapping mapping, String column, String type) {
        return mapping.yields(column) ? column + "::" + type : "null::" + type;
    }

    private static String latest(Mapping mapping) {
        return mapping.yields("watermark")
                ? "watermark::timestamptz"
                : given(mapping, "booked_at", "timestamptz");
    }

    private static String differs(String t, Table table) {
        return "(select t.digest from "
                + t
                + " t where t."
                + table.scope()
                + " = k.scope and t.identity = k.identity) is distinct from k.digest";
    }

    private static String unknown(String t, Table table) {
        return "not exists (select from "
                + t
                + " t where t."
                + table.scope()
                + " = k.scope and t.identity = k.identity)";
    }

    private static String update(Set<String> columns) {
        String differs =
                "(t.removed_at is not null or ("
                        + qualified(columns, "t.")
                        + ") is distinct from ("
                        + qualified(columns, "excluded.")
                        + "))";
        return """
        update set digest = excluded.digest, pull_id = excluded.pull_id, removed_at = null,
            derivation_id = excluded.derivation_id, kept_whole = excluded.kept_whole, told_at = null,
            changed_at = case when %1$s then excluded.changed_at else t.changed_at end,
            changed_xid = case when %1$s then pg_current_xact_id() else t.changed_xid end,
            %2$s\
        """
                .formatted(
                        differs,
                        columns.stream()
                                .map(column -> column + " = excluded." + column)
                                .collect(Collectors.joining(", ")));
    }

    private static String goneOf(String t, Table table, Part part, Mode mode, boolean renames) {
        return mode == Mode.REPLACE
                ? removal(
                                t,
                                table,
                                part,
                                "not exists (select from keyed k where k.identity = t.identity)"
                                        + (renames ? " and not exists (select from aside)" : ""))
                        + " returning t.id"
                : "select null::bigint as id where false";
    }

    private static String gone(String t, Table table, Part part, String unnamed) {
        return "with "
                + GIVEN.formatted(table.scopeType())
                + ", told as (select null::text as parent where false), gone as ("
                + removal(t, table, part, unnamed)
                + " returning t.id), "
                + ChangeLog.ofGone(table)
                + " select count(*) from gone";
    }

    private static String removal(String t, Table table, Part part, String unnamed) {
        return """
        update %s t set removed_at = caravan.now(), digest = null, changed_at = caravan.now(),
            changed_xid = pg_current_xact_id(), pull_id = (select pull from given)
          where t.%s = (select scope from given) and t.removed_at is null and %s and %s
        """
                .formatted(t, table.scope(), part.condition(), unnamed);
    }

    private static String qualified(Set<String> columns, String alias) {
        return columns.stream().map(alias::concat).collect(Collectors.joining(", "));
    }
}
