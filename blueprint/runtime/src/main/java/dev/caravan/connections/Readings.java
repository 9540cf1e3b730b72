package dev.caravan.connections;

import dev.caravan.deferred.Deferral;
import dev.caravan.store.Database;
import dev.caravan.windows.PageWalk;
import dev.caravan.windows.Walk;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.Exchange;

/**
 * What one pull was told whole of each kind and account, and what it missed. What one answer tells
 * is written in the transaction of its last page; a set that is asked for row by row is whole when
 * the pull has gone through. Safe for the threads of one exchange.
 */
public final class Readings {
    private static final String KEEP =
            """
            with kept as (
              insert into caravan.reading as r (connection_id, account_id, kind, part, resource, run_kind, of_accounts, schedule, every,
                pull_id, complete_at, as_of)
              values (?, ?, ?, ?, ?, ?, ?, ?, make_interval(secs => ?), ?, caravan.now(), ?)
              on conflict (connection_id, account_id, kind, part) do update set resource = excluded.resource, run_kind = excluded.run_kind,
                schedule = coalesce(excluded.schedule, r.schedule), every = coalesce(excluded.every, r.every), pull_id = excluded.pull_id,
                complete_at = excluded.complete_at, as_of = excluded.as_of, fault = null, fault_at = null
              returning r.kind, r.part, r.resource, r.of_accounts)
            insert into caravan.resource (provider, resource, kind, part, of_accounts)
            select said.provider, k.resource, k.kind, k.part, k.of_accounts from kept k, (select ?::text as provider) said
            where not exists (select from caravan.resource x where x.provider = said.provider and x.resource = k.resource
              and x.kind = k.kind and x.part = k.part)
            on conflict do nothing
            """;

    /** An answer that failed before anybody learned what it brings is known by the pull's word. */
    private static final String RENAMED =
            """
            delete from caravan.reading r where r.connection_id in (select id from caravan.connection where provider = ?)
              and r.resource = ? and r.kind = ? and r.complete_at is null
            """;

    private static final String AGAIN =
            """
            update caravan.reading r set resource = ?, schedule = coalesce(?, r.schedule), every = coalesce(make_interval(secs => ?), r.every),
              pull_id = ?, complete_at = caravan.now(), as_of = ?, fault = null, fault_at = null
            where connection_id = ? and account_id is not distinct from ? and kind = ? and part = ?
            """;

    private static final String MISSED =
            """
            insert into caravan.reading as r (connection_id, account_id, kind, part, resource, run_kind, of_accounts, schedule, every, fault,
              fault_at)
            select ?::uuid, a.id, coalesce(k.kind, said.run_kind), coalesce(k.part, ''), said.resource, said.run_kind,
              coalesce(k.of_accounts, a.id is not null), said.schedule, said.every, said.fault, caravan.now()
            from (select ?::bigint as account, ?::text as resource, ?::text as run_kind, ?::text as schedule,
              make_interval(secs => ?) as every, ?::text as fault) said
            left join caravan.account a on a.id = said.account
            left join caravan.resource k on k.provider = ? and k.resource = said.resource
            on conflict (connection_id, account_id, kind, part) do update set fault = excluded.fault, fault_at = excluded.fault_at,
              schedule = coalesce(excluded.schedule, r.schedule), every = coalesce(excluded.every, r.every)
            """;

    /** A kind that an answer tells; {@code sure} where it is told whole even with no record. */
    public record Told(String kind, String part, boolean ofAccounts, boolean sure) {}

    private record Asked(Object walk, Instant at) {}

    private record Missed(Long account, String resource, String kind, When when, String why) {}

    private record Whole(Told told, String resource, String kind, When when) {}

    /** The schedule that something was asked for by, and what it promises, in seconds. */
    private record When(String schedule, Double every) {}

    private final Instant began;
    private final Schedules schedules;
    private final Map<String, Asked> asked = new ConcurrentHashMap<>();
    private final Map<String, Missed> missed = new ConcurrentHashMap<>();
    private final Map<String, Whole> byRow = new ConcurrentHashMap<>();
    private final Set<String> seen = ConcurrentHashMap.newKeySet();
    private volatile String schedule;

    /**
     * @param began when the pull began, before a node died perhaps
     */
    Readings(Instant began, Schedules schedules) {
        this.began = began;
        this.schedules = schedules;
    }

    /** What follows is asked for by this schedule; null where it is not due. */
    void by(String due) {
        schedule = due;
    }

    /** A call is about to leave, or was answered before it: the answer is as of then. */
    void asked(Exchange exchange, Instant now) {
        Walk walk = Walk.of(exchange);
        Deferral result = Deferral.of(exchange);
        Instant at = result == null ? now : now.minus(result.age());
        asked.compute(
                key(exchange),
                (key, before) ->
                        before != null && walk != null && before.walk() == walk
                                ? before
                                : new Asked(walk, at));
    }

    /** A further mapping of the exchange's pages found records. */
    public void saw(Exchange exchange, Told told) {
        seen.add(key(exchange) + " " + told);
    }

    /** The last page of an answer is stored with this transaction. */
    public void told(Connection store, Exchange exchange, Iterable<Told> kinds)
            throws SQLException {
        missed.remove(key(exchange));
        boolean row = Pull.account(exchange) == null && !Pull.row(exchange).isEmpty();
        for (Told each : kinds) {
            Whole whole =
                    new Whole(each, Pull.resource(exchange), Pull.kind(exchange), when(schedule));
            if (!row) {
                boolean sure = each.sure() || seen.contains(key(exchange) + " " + each);
                write(
                        store,
                        Pull.of(exchange),
                        Pull.accountId(exchange),
                        whole,
                        asOf(exchange),
                        sure);
            } else if (schedule != null) {
                byRow.put(each.kind() + " " + each.part(), whole);
            }
        }
    }

    private Instant asOf(Exchange exchange) {
        Asked first = asked.get(key(exchange));
        PageWalk pages = PageWalk.of(exchange);
        Instant at = first == null || first.walk() != Walk.of(exchange) ? began : first.at();
        return pages == null || pages.began().isAfter(at) ? at : pages.began();
    }

    /** An answer did not come, or brought nothing. */
    public void missed(Exchange exchange, String why) {
        missed.put(
                key(exchange),
                new Missed(
                        Pull.accountId(exchange),
                        Pull.resource(exchange),
                        Pull.kind(exchange),
                        when(schedule),
                        why));
    }

    /** The pull ends with this transaction; {@code through} where no fault broke it off. */
    void close(Connection store, Pull pull, boolean through) throws SQLException {
        for (Missed each : missed.values()) {
            Database.update(
                    store,
                    MISSED,
                    pull.connection(),
                    each.account(),
                    each.resource(),
                    each.kind(),
                    each.when().schedule(),
                    each.when().every(),
                    each.why(),
                    pull.provider());
        }
        for (Whole each : byRow.values()) {
            if (through && pull.unfinishedBecause(each.kind()) == null) {
                write(store, pull, null, each, began, true);
            }
        }
    }

    private static void write(
            Connection store, Pull pull, Long account, Whole whole, Instant asOf, boolean sure)
            throws SQLException {
        Told told = whole.told();
        When when = whole.when();
        if (!sure) {
            Database.update(
                    store,
                    AGAIN,
                    whole.resource(),
                    when.schedule(),
                    when.every(),
                    pull.id(),
                    asOf.atOffset(ZoneOffset.UTC),
                    pull.connection(),
                    account,
                    told.kind(),
                    told.part());
            return;
        }
        int learned =
                Database.update(
                        store,
                        KEEP,
                        pull.connection(),
                        account,
                        told.kind(),
                        told.part(),
                        whole.resource(),
                        whole.kind(),
                        told.ofAccounts(),
                        when.schedule(),
                        when.every(),
                        pull.id(),
                        asOf.atOffset(ZoneOffset.UTC),
                        pull.provider());
        if (learned > 0 && !whole.kind().equals(told.kind())) {
            Database.update(store, RENAMED, pull.provider(), whole.resource(), whole.kind());
        }
    }

    private When when(String by) {
        return new When(by, by == null ? null : schedules.longest(by, began));
    }

    private static String key(Exchange exchange) {
        return Pull.resource(exchange) + " " + Pull.accountKey(exchange);
    }
}
