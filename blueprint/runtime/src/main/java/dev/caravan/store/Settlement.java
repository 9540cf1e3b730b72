package dev.caravan.store;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Links pending transactions that are gone to the booked ones that they became, by {@link
 * SettlementRule}, keeps the doubtful pairs for a person, and takes a link back whose pending row
 * came back. An account without such rows costs one look at an index. Stateless; works in the
 * page's transaction.
 */
final class Settlement {
    static final String KIND = "transaction";

    private static final String WHO = "caravan";

    /** Rows of which something is to be found out, or taken back. */
    private static final String LOOSE =
            """
            select t.id, t.settled_as, t.removed_at is null as back from caravan.transaction t
            where t.account_id = ? and t.status = 'pending' and t.removed_at is not null and t.settled_tier is null
              and t.removed_at > caravan.now() - interval '14 days'
            union all
            select t.id, t.settled_as, true from caravan.transaction t
            where t.account_id = ? and t.status = 'pending' and t.removed_at is null and t.settled_as is not null
            """;

    private static final String SIDE =
            """
            t.id, t.removed_at is not null as gone,
              case when t.identity !~ '^(pending:)?f:' then t.provider_transaction_id end as told, t.amount, t.currency, t.booking_date, t.booked_at,
              t.first_seen_at, t.description, t.merchant_name, coalesce(t.counterparty_account, t.counterparty_name) as counterparty
            from caravan.transaction t\
            """;

    private static final String PENDING =
            "select "
                    + SIDE
                    + " where t.id = any (?) union all select "
                    + SIDE
                    + " where t.account_id = ? and t.status = 'pending' and t.removed_at is null";

    private static final String BOOKED =
            "select "
                    + SIDE
                    + """
                     where t.account_id = ? and t.status = 'booked' and t.removed_at is null and t.first_seen_at > ?
                      and t.booking_date between ? and ?
                      and not exists (select from caravan.settlement s where s.booked_id = t.id and s.outcome = 'linked' offset 0)
                    order by t.id
                    """;

    private static final String LINK =
            """
            with sure as (select * from unnest(?::bigint[], ?::bigint[], ?::text[], ?::text[]) s(pending, booked, tier, reason)),
            told as (
              insert into caravan.settlement as s (connection_id, account_id, pending_id, booked_id, tier, outcome, reason, decided_at, decided_by)
              select a.connection_id, a.id, sure.pending, sure.booked, sure.tier, 'linked', sure.reason, caravan.now(), ?
              from sure, caravan.account a where a.id = ?
              on conflict (pending_id, booked_id) do update set tier = excluded.tier, outcome = 'linked', reason = excluded.reason,
                decided_at = excluded.decided_at, decided_by = excluded.decided_by
              returning s.pending_id, s.booked_id, s.tier, s.connection_id),
            others as (
              delete from caravan.settlement s using sure
              where s.outcome = 'open' and (s.pending_id = sure.pending) <> (s.booked_id = sure.booked)
                and (s.pending_id = sure.pending or s.booked_id = sure.booked)),
            linked as (
              update caravan.transaction t set settled_as = told.booked_id, settled_tier = told.tier, changed_at = caravan.now(),
                changed_xid = pg_current_xact_id()
              from told where t.id = told.pending_id returning t.id, told.connection_id)
            insert into caravan.change (connection_id, pull_id, kind, op, row_id, was)
            select l.connection_id, ?::bigint, 'transaction', 'update', l.id, '{"settled_as": null, "settled_tier": null}' from linked l
            """;

    private static final String UNLINK =
            """
            with was as (
              select t.id, t.settled_as, t.settled_tier, a.connection_id
              from caravan.transaction t join caravan.account a on a.id = t.account_id where t.id = any (?)),
            over as (
              update caravan.settlement s set outcome = ?, decided_at = caravan.now(), decided_by = ?
              from was where s.pending_id = was.id and s.outcome = 'linked'),
            freed as (
              update caravan.transaction t set settled_as = null, settled_tier = null, changed_at = caravan.now(),
                changed_xid = pg_current_xact_id()
              from was where t.id = was.id)
            insert into caravan.change (connection_id, pull_id, kind, op, row_id, was)
            select connection_id, ?::bigint, 'transaction', 'update', id, jsonb_build_object('settled_as', settled_as, 'settled_tier', settled_tier)
            from was
            """;

    private static final String ASK =
            """
            with weak as (select * from unnest(?::bigint[], ?::bigint[], ?::text[]) w(pending, booked, reason)),
            answered as (
              delete from caravan.settlement s where s.outcome = 'open' and s.pending_id = any (?)
                and not exists (select from weak where weak.pending = s.pending_id and weak.booked = s.booked_id))
            insert into caravan.settlement (connection_id, account_id, pending_id, booked_id, tier, outcome, reason)
            select a.connection_id, a.id, weak.pending, weak.booked, 'weak', 'open', weak.reason
            from weak, caravan.account a where a.id = ?
            on conflict (pending_id, booked_id) do nothing
            """;

    private Settlement() {}

    /** A pending row as it stands. */
    private record Loose(long id, Long settledAs, boolean back) {
        static Loose of(ResultSet row) throws SQLException {
            return new Loose(row.getLong(1), row.getObject(2, Long.class), row.getBoolean(3));
        }
    }

    /** A pair that was looked at before. */
    private record Known(SettlementRule.Pair pair, boolean open) {}

    static void link(Connection store, long account, long pull) throws SQLException {
        List<Loose> loose = Database.query(store, LOOSE, Loose::of, account, account);
        if (loose.isEmpty()) {
            return;
        }
        List<Long> back = ids(loose.stream().filter(Loose::back));
        if (!back.isEmpty()) {
            unlink(store, back, "undone", WHO, pull);
        }
        List<SettlementRule.Found> sure = new ArrayList<>();
        for (Loose each : loose) {
            if (!each.back() && each.settledAs() != null) {
                // by a node that is older than the tiers
                sure.add(found(each.id(), each.settledAs(), "strong", "same amount and text"));
            }
        }
        link(store, account, sure, WHO, pull);
        List<Long> open = ids(loose.stream().filter(l -> !l.back() && l.settledAs() == null));
        if (!open.isEmpty()) {
            decide(store, account, open, pull);
        }
    }

    private static void decide(Connection store, long account, List<Long> open, long pull)
            throws SQLException {
        Object ids = store.createArrayOf("bigint", open.toArray());
        List<Known> known =
                Database.query(
                        store,
                        "select pending_id, booked_id, outcome = 'open' from caravan.settlement"
                                + " where pending_id = any (?)",
                        row ->
                                new Known(
                                        new SettlementRule.Pair(row.getLong(1), row.getLong(2)),
                                        row.getBoolean(3)),
                        ids);
        List<SettlementRule.Side> pending =
                Database.query(store, PENDING, Settlement::side, ids, account);
        List<SettlementRule.Found> found =
                SettlementRule.pairs(
                        pending, booked(store, account, pending), pairs(known, k -> !k.open()));
        link(store, account, found.stream().filter(SettlementRule.Found::sure).toList(), WHO, pull);
        List<SettlementRule.Found> weak = found.stream().filter(each -> !each.sure()).toList();
        Set<SettlementRule.Pair> asked =
                weak.stream().map(SettlementRule.Found::pair).collect(Collectors.toSet());
        if (!asked.equals(pairs(known, Known::open))) {
            Database.update(
                    store,
                    ASK,
                    numbers(store, weak, each -> each.pair().pending()),
                    numbers(store, weak, each -> each.pair().booked()),
                    texts(store, weak, SettlementRule.Found::reason),
                    ids,
                    account);
        }
    }

    /** The booked ones of their days that no pending one was linked to. */
    private static List<SettlementRule.Side> booked(
            Connection store, long account, List<SettlementRule.Side> pending) throws SQLException {
        List<SettlementRule.Side> gone =
                pending.stream().filter(p -> p.gone() && p.date() != null).toList();
        if (gone.isEmpty()) {
            return List.of();
        }
        LocalDate first =
                gone.stream()
                        .map(SettlementRule.Side::date)
                        .min(LocalDate::compareTo)
                        .orElseThrow();
        LocalDate last =
                gone.stream()
                        .map(SettlementRule.Side::date)
                        .max(LocalDate::compareTo)
                        .orElseThrow();
        Instant seen =
                gone.stream().map(SettlementRule.Side::seen).min(Instant::compareTo).orElseThrow();
        return Database.query(
                store,
                BOOKED,
                Settlement::side,
                account,
                seen,
                first.minusDays(SettlementRule.ASKED_BEFORE),
                last.plusDays(SettlementRule.ASKED_AFTER));
    }

    /** Links pairs that nobody doubts any more. */
    static void link(
            Connection store, long account, List<SettlementRule.Found> pairs, String who, Long pull)
            throws SQLException {
        if (!pairs.isEmpty()) {
            Database.update(
                    store,
                    LINK,
                    numbers(store, pairs, each -> each.pair().pending()),
                    numbers(store, pairs, each -> each.pair().booked()),
                    texts(store, pairs, SettlementRule.Found::tier),
                    texts(store, pairs, SettlementRule.Found::reason),
                    who,
                    account,
                    pull);
        }
    }

    /** Takes links back. */
    static void unlink(Connection store, List<Long> pending, String outcome, String who, Long pull)
            throws SQLException {
        Database.update(
                store,
                UNLINK,
                store.createArrayOf("bigint", pending.toArray()),
                outcome,
                who,
                pull);
    }

    static SettlementRule.Found found(long pending, long booked, String tier, String reason) {
        return new SettlementRule.Found(new SettlementRule.Pair(pending, booked), tier, reason);
    }

    private static List<Long> ids(Stream<Loose> rows) {
        return rows.map(Loose::id).toList();
    }

    private static Set<SettlementRule.Pair> pairs(
            List<Known> known, java.util.function.Predicate<Known> which) {
        return known.stream()
                .filter(which)
                .map(Known::pair)
                .collect(Collectors.toCollection(HashSet::new));
    }

    private static Object numbers(
            Connection store,
            List<SettlementRule.Found> pairs,
            Function<SettlementRule.Found, Long> of)
            throws SQLException {
        return store.createArrayOf("bigint", pairs.stream().map(of).toArray());
    }

    private static Object texts(
            Connection store,
            List<SettlementRule.Found> pairs,
            Function<SettlementRule.Found, String> of)
            throws SQLException {
        return store.createArrayOf("text", pairs.stream().map(of).toArray());
    }

    private static SettlementRule.Side side(ResultSet row) throws SQLException {
        return new SettlementRule.Side(
                row.getLong(1),
                row.getBoolean(2),
                row.getString(3),
                row.getBigDecimal(4),
                row.getString(5),
                row.getObject(6, LocalDate.class),
                instant(row, 7),
                instant(row, 8),
                row.getString(9),
                row.getString(10),
                row.getString(11),
                Wording.words(row.getString(9)));
    }

    private static Instant instant(ResultSet row, int column) throws SQLException {
        OffsetDateTime at = row.getObject(column, OffsetDateTime.class);
        return at == null ? null : at.toInstant();
    }
}
