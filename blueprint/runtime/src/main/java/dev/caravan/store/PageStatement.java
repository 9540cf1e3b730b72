package dev.caravan.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The one statement that stores a page: it asks which keys are new or differ, maps only those, and
 * upserts them. A page without a change reads one index entry a record and writes nothing.
 * Immutable.
 */
final class PageStatement {
    private final String merge;
    private final String replace;

    PageStatement(Mapping mapping, Table table, Part part) {
        this.merge = sql(mapping, table, part, false);
        this.replace = sql(mapping, table, part, true);
    }

    /** What a page is stored under. */
    record Scope(Object id, String context, String[] items, String[] envelope, long pull) {}

    /**
     * @param whole whether records that the page does not name are gone
     */
    PageResult run(Connection store, byte[] body, Scope scope, boolean whole) throws SQLException {
        try (PreparedStatement statement = store.prepareStatement(whole ? replace : merge)) {
            int i = 0;
            statement.setBytes(++i, body);
            statement.setArray(++i, store.createArrayOf("text", scope.items()));
            statement.setArray(++i, store.createArrayOf("text", scope.envelope()));
            statement.setString(++i, scope.context());
            statement.setObject(++i, scope.id());
            statement.setLong(++i, scope.pull());
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return new PageResult(
                        row.getString("envelope"),
                        row.getString("shape"),
                        row.getInt("seen"),
                        row.getInt("inserted"),
                        row.getInt("changed"),
                        row.getInt("removed"),
                        0,
                        row.getString("oldest"),
                        row.getString("newest"));
            }
        }
    }

    /** Makes the server parse and check the statement, without running it. */
    void prepare(Connection store) throws SQLException {
        for (String sql : List.of(merge, replace)) {
            try (PreparedStatement statement = store.prepareStatement(sql)) {
                statement.getMetaData();
            }
        }
    }

    private static String sql(Mapping mapping, Table table, Part part, boolean whole) {
        Set<String> columns = mapping.canonical();
        String t = "caravan." + table.name();
        String listed = String.join(", ", columns);
        String mine = qualified(columns, "t.");
        String theirs = qualified(columns, "excluded.");
        String taken =
                columns.stream()
                        .map(column -> column + " = excluded." + column)
                        .collect(Collectors.joining(", "));
        String differs =
                "(t.removed_at is not null or (" + mine + ") is distinct from (" + theirs + "))";
        String key = mapping.yields("provider_key") ? "provider_key" : "null::text as provider_key";
        String fingerprint =
                mapping.yields("fingerprint") ? "fingerprint" : "null::text as fingerprint";
        String content = mapping.yields("content") ? "content" : "raw";
        String date = mapping.yields("booking_date") ? "booking_date" : "null::date";
        return """
        with body as materialized (select convert_from(?, 'UTF8')::jsonb as whole),
        asked as materialized (select ?::text[] as items, ?::text[] as status),
        listed as materialized (
          select whole #> a.items as items, case when cardinality(a.status) > 0 then whole #>> a.status end as envelope
          from body, asked a),
        given as materialized (select ?::jsonb as context, ?::%1$s as scope, ?::bigint as pull, caravan.now() as at),
        record as materialized (
          select e.item, e.position::int as position
          from listed, jsonb_array_elements(case jsonb_typeof(items)
            when 'array' then items when 'object' then jsonb_build_array(items) else '[]' end)
            with ordinality e(item, position)),
        page as (select item, position, (select context from given) as context from record),
        numbered as (
          select position, key, named, digest, booked,
            row_number() over (partition by key order by position) as nth,
            count(*) over (partition by key) as many
          from (select position, coalesce(provider_key, fingerprint) as key, provider_key is not null as named, digest, booked
                from (select position, %2$s, %3$s, jsonb_hash_extended(%4$s, %5$d) as digest, %6$s as booked
                      from (%7$s) mapped) known
                -- offset 0: what is sorted next is the key and the digest, not the record
                offset 0) told),
        keyed as materialized (
          select position, digest, booked, (%8$s || case when named then key
            else 'f:' || encode(sha256(convert_to(key || '|' || nth, 'UTF8')), 'hex') end) collate "C" as identity
          from numbered where not named or nth = many),
        fresh as materialized (
          select position, identity, digest from keyed k
          where (select t.digest from %9$s t where t.%10$s = (select scope from given) and t.identity = k.identity)
            is distinct from k.digest),
        written as (
          insert into %9$s as t (%10$s, identity, digest, pull_id, first_seen_at, changed_at, %11$s)
          select (select scope from given), f.identity, f.digest, (select pull from given), (select at from given),
            (select at from given), %12$s
          from fresh f join (%7$s) m using (position)
          on conflict (%10$s, identity) do update set digest = excluded.digest, pull_id = excluded.pull_id,
            removed_at = null,
            changed_at = case when %14$s then excluded.changed_at else t.changed_at end,
            changed_xid = case when %14$s then pg_current_xact_id() else t.changed_xid end,
            %13$s
          returning (xmax = 0) as inserted, changed_at = (select at from given) as changed),
        gone as (%15$s)
        select l.envelope, jsonb_typeof(l.items) as shape, (select count(*) from record) as seen,
          (select count(*) from written where inserted) as inserted,
          (select count(*) from written where changed and not inserted) as changed,
          (select count(*) from gone) as removed,
          (select min(booked) from keyed) as oldest, (select max(booked) from keyed) as newest
        from listed l
        """
                .formatted(
                        table.scopeType(),
                        key,
                        fingerprint,
                        content,
                        mapping.seed(),
                        date,
                        mapping.select(),
                        part.identityPrefix(),
                        t,
                        table.scope(),
                        listed,
                        qualified(columns, "m."),
                        taken,
                        differs,
                        whole ? gone(t, table, part) : "select 1 where false");
    }

    private static String gone(String t, Table table, Part part) {
        return """
        update %s t set removed_at = caravan.now(), digest = null, changed_at = caravan.now(),
            changed_xid = pg_current_xact_id(), pull_id = (select pull from given)
          where t.%s = (select scope from given) and t.removed_at is null and %s
            and not exists (select from keyed k where k.identity = t.identity)
          returning 1
        """
                .formatted(t, table.scope(), part.condition());
    }

    private static String qualified(Set<String> columns, String alias) {
        return columns.stream().map(alias::concat).collect(Collectors.joining(", "));
    }
}
