package dev.caravan.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.store.Database;
import java.util.List;

/**
 * Compares the log of changes with the rows of every kind: each row was inserted once, each is gone
 * or there as its last entry says, and each page has its changes and each change of a page its
 * page.
 */
public final class LogOracle {
    private static final String KINDS =
            """
            select table_name from information_schema.columns where table_schema = 'caravan'
              and column_name in ('identity', 'digest', 'changed_xid', 'removed_at') group by 1 having count(*) = 4 order by 1
            """;

    private static final String DIFFERENCES =
            """
            with entry as (
              select r.id, c.op, c.was, c.era, c.xid, c.seq from caravan.change c
              cross join lateral unnest(coalesce(c.row_ids, array[c.row_id])) r(id) where c.kind = '${kind}'),
            told as (
              select id, count(*) filter (where op = 'insert') as inserts,
                (array_agg(op in ('insert', 'update') order by era desc, xid desc, seq desc)
                  filter (where op <> 'update' or was -> 'removed_at' is not null))[1] as there
              from entry group by id)
            select '${kind} ' || coalesce(t.id, l.id) || ': inserted ' || coalesce(l.inserts, 0) || ' times, there by the log '
              || coalesce(l.there::text, 'unknown') || ', there by the row ' || coalesce((t.removed_at is null)::text, 'unknown')
            from caravan.${kind} t full join told l on l.id = t.id
            where l.inserts is distinct from 1 or l.there is distinct from (t.removed_at is null)
            """;

    private static final String STRAY =
            """
            select 'a change of ' || c.kind || ' by pull ' || c.pull_id || ' without its page' from caravan.change c
            where c.pull_id is not null and not exists (select from caravan.stored_page p
              where (p.era, p.xid, p.at, p.pull_id, p.connection_id) = (c.era, c.xid, c.at, c.pull_id, c.connection_id))
            union all
            select 'a page without a change: ' || p.request from caravan.stored_page p
            where not exists (select from caravan.change c where (c.era, c.xid, c.at) = (p.era, p.xid, p.at))
            """;

    private final Database database;

    public LogOracle(Database database) {
        this.database = database;
    }

    /** The log says what the rows say. */
    public void holds() {
        List<String> kinds = texts(KINDS);
        assertThat(kinds).contains("account", "transaction", "party", "listed_party");
        for (String kind : kinds) {
            assertThat(texts(DIFFERENCES.replace("${kind}", kind))).as(kind).isEmpty();
        }
    }

    /** The same, and all changes were brought by pages. */
    public void holdsByPages() {
        holds();
        assertThat(texts(STRAY)).isEmpty();
    }

    private List<String> texts(String sql) {
        return database.query(sql, row -> row.getString(1));
    }
}
