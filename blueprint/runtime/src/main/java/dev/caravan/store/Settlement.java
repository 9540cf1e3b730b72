package dev.caravan.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/**
 * Links a pending transaction that is gone to the booked one that it became: the only one that came
 * in after it with the same amount and description and a date within a week. Ids do not survive
 * settlement, so where two would fit none is linked. Stateless; works in the page's transaction.
 */
final class Settlement {
    static final String KIND = "transaction";

    private static final String OPEN =
            """
            select t.id from caravan.transaction t
            where t.account_id = ? and t.identity >= 'pending:' and t.identity < 'pending;' and t.status = 'pending'
              and t.removed_at > caravan.now() - interval '14 days' and t.settled_as is null
            """;

    private static final String LINK =
            """
            with fits as (
              select p.id as pending, b.id as booked, count(*) over (partition by p.id) as choices,
                count(*) over (partition by b.id) as claims
              from caravan.transaction p join caravan.transaction b on b.account_id = p.account_id
              where p.id = any (?) and b.status = 'booked' and b.removed_at is null and b.first_seen_at > p.first_seen_at
                and b.amount = p.amount and b.currency = p.currency and b.description is not distinct from p.description
                and abs(b.booking_date - p.booking_date) <= 7
                and not exists (select from caravan.transaction s where s.account_id = b.account_id
                  and s.identity >= 'pending:' and s.identity < 'pending;' and s.settled_as = b.id)),
            linked as (
              update caravan.transaction t set settled_as = f.booked, changed_at = caravan.now(),
                changed_xid = pg_current_xact_id()
              from fits f where t.id = f.pending and f.choices = 1 and f.claims = 1 returning t.id, t.account_id)
            insert into caravan.change (connection_id, pull_id, kind, op, row_id, was)
            select a.connection_id, ?, 'transaction', 'update', l.id, '{"settled_as": null}'
            from linked l join caravan.account a on a.id = l.account_id
            """;

    private Settlement() {}

    static void link(Connection store, long account, long pull) throws SQLException {
        List<Long> open = Database.query(store, OPEN, row -> row.getLong(1), account);
        if (!open.isEmpty()) {
            Database.update(store, LINK, store.createArrayOf("bigint", open.toArray()), pull);
        }
    }
}
