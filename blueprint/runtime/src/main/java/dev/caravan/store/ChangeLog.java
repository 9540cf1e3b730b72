package dev.caravan.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.UUID;

/**
 * Writes into {@code caravan.change} what happened to rows, in the transaction in which it
 * happened. The page statement does it inside itself, with the pieces of SQL of this class.
 * Stateless.
 */
final class ChangeLog {
    /** What every row has and no provider told. */
    static final String OURS =
            "'{id,account_id,connection_id,identity,digest,pull_id,first_seen_at,changed_at,changed_xid,derivation_id,told_at,kept_whole}'::text[]";

    private ChangeLog() {}

    /**
     * The part of a page statement that logs its rows: CTEs {@code written} (id, inserted, changed,
     * is_now) and {@code gone} (id) are at hand. A row is read once more for what it was: a
     * statement sees its table as it was before it.
     */
    static String ofPage(Table table) {
        return """
        logged as (
          insert into caravan.change (connection_id, pull_id, kind, op, block, row_ids, row_id, was)
          select g.connection, g.pull, '${kind}', e.op, e.block, e.row_ids, e.row_id, e.was
          from given g, (
            select 'insert' as op, id / 1024 as block, array_agg(id order by id) as row_ids, null::bigint as row_id, null::jsonb as was
            from written where inserted group by id / 1024
            union all
            select 'delete', id / 1024, array_agg(id order by id), null, null from gone group by id / 1024
            union all
            select 'update', null, null, w.id, (
              select jsonb_object_agg(o.key, o.value) from jsonb_each(b.was) o where o.value is distinct from w.is_now -> o.key)
            from written w cross join lateral (
              select to_jsonb(t) - ${ours} as was from caravan.${kind} t where t.id = w.id offset 0) b
            where w.changed and not w.inserted) e
          where e.op <> 'update' or e.was is not null)
        """
                .replace("${kind}", table.name())
                .replace("${ours}", OURS)
                .stripTrailing();
    }

    /** What a statement that tombstones rows says of them: a CTE {@code gone} (id) is at hand. */
    static String ofGone(Table table) {
        return """
        logged as (
          insert into caravan.change (connection_id, pull_id, kind, op, block, row_ids)
          select (select connection from given), (select pull from given), '%s', 'delete', id / 1024, array_agg(id order by id)
          from gone group by id / 1024)
        """
                .formatted(table.name())
                .stripTrailing();
    }

    /**
     * Rows that met the same fate.
     *
     * @param pull null where it was none
     */
    static void tell(
            Connection store,
            UUID connection,
            Long pull,
            String kind,
            String op,
            Collection<Long> rows)
            throws SQLException {
        Database.update(
                store,
                """
                insert into caravan.change (connection_id, pull_id, kind, op, block, row_ids)
                select ?, ?, ?, ?, id / 1024, array_agg(id order by id) from unnest(?) id group by id / 1024
                """,
                connection,
                pull,
                kind,
                op,
                store.createArrayOf("bigint", rows.toArray()));
    }

    /** Forgets what rows were. */
    static void forget(Connection store, String kind, Collection<Long> rows) throws SQLException {
        Database.update(
                store,
                "update caravan.change set was = null where kind = ? and row_id = any (?) and was"
                        + " is not null",
                kind,
                store.createArrayOf("bigint", rows.toArray()));
    }

    /** Forgets what all rows of a connection were. */
    static void forget(Connection store, UUID connection) throws SQLException {
        Database.update(
                store,
                "update caravan.change set was = null where connection_id = ? and was is not null",
                connection);
    }
}
