package dev.caravan.connections;

import dev.caravan.store.Database;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * What time alone does to the consents and trips of a provider, by database time. Every step may be
 * taken twice. Safe for any number of threads and nodes.
 */
final class Aging {
    /** A trip whose user was back and whose node said nothing more for so long was cut off. */
    private static final Duration CUT_OFF = Duration.ofMinutes(5);

    private final Database database;
    private final String provider;
    private final int expiringDays;

    Aging(Database database, String provider, int expiringDays) {
        this.database = database;
        this.provider = provider;
        this.expiringDays = expiringDays;
    }

    /**
     * @param kinds what there is to do for a connection beside pulls
     * @param remind so many days before the end of a consent a reminder is written, space separated
     */
    void age(Set<String> kinds, String remind) {
        database.inTransaction(
                store -> {
                    late(store);
                    cutOff(store, kinds);
                    // no budget looks further back, and users' addresses are not kept without need
                    Database.update(
                            store,
                            "delete from caravan.call where called_at < caravan.now() - interval '8"
                                    + " days'");
                    reminders(store, remind);
                    return consents(store);
                });
    }

    private static void late(Connection store) throws SQLException {
        Database.update(
                store,
                """
                with late as (
                  update caravan.journey set used_at = caravan.now(), outcome = 'abandoned'
                  where used_at is null and expires_at < caravan.now() returning connection_id)
                update caravan.connection set state = 'abandoned' from late
                where id = late.connection_id and state in ('pending', 'authorised')
                """);
    }

    /** Trips that a crash cut off: whose tokens were kept is connected, the others are not. */
    private void cutOff(Connection store, Set<String> kinds) throws SQLException {
        record Cut(UUID connection, boolean kept) {}
        List<Cut> cut =
                Database.query(
                        store,
                        """
                        update caravan.journey set outcome = case when exchanged_at is null then 'failed' else 'connected' end,
                          secrets_sealed = null
                        where id in (
                          select j.id from caravan.journey j join caravan.connection c on c.id = j.connection_id
                          where c.provider = ? and c.kind = 'data' and j.outcome is null
                            and j.used_at < caravan.now() - make_interval(secs => ?) for update of j skip locked)
                        returning connection_id, exchanged_at is not null
                        """,
                        row -> new Cut(row.getObject(1, UUID.class), row.getBoolean(2)),
                        provider,
                        (double) CUT_OFF.toSeconds());
        for (Cut one : cut) {
            if (one.kept() && Journeys.works(store, one.connection())) {
                Tasks.begin(store, one.connection(), provider, kinds, null, Duration.ZERO);
            } else {
                Database.update(
                        store,
                        "update caravan.connection set state = 'abandoned' where id = ? and state"
                                + " in ('pending', 'authorised')",
                        one.connection());
            }
        }
    }

    /**
     * The nearest step that has come, once for each end. Steps that passed while nothing ran are
     * not made up for, and none is before the user agreed.
     */
    private void reminders(Connection store, String remind) throws SQLException {
        Database.update(
                store,
                """
                with step as (select d.days::int as days from unnest(string_to_array(nullif(btrim(?), ''), ' ')) d(days) where d.days <> '')
                insert into caravan.consent_reminder (connection_id, days, consent_expires_at, due_at)
                select c.id, s.days, c.consent_expires_at, c.consent_expires_at - make_interval(days => s.days)
                from caravan.connection c
                cross join lateral (
                  select min(days) as days from step
                  where c.consent_expires_at - make_interval(days => days) between coalesce(c.authorised_at, '-infinity') and caravan.now()) s
                where c.provider = ? and c.state in ('active', 'expiring') and s.days is not null
                  and c.consent_expires_at > caravan.now()
                  and c.consent_expires_at <= caravan.now() + make_interval(days => (select max(days) from step))
                  -- the same end told a moment differently is the same end
                  and not exists (
                    select from caravan.consent_reminder r where r.connection_id = c.id and r.days = s.days
                      and r.consent_expires_at between c.consent_expires_at - interval '12 hours' and c.consent_expires_at + interval '12 hours')
                on conflict do nothing
                """,
                remind,
                provider);
    }

    private int consents(Connection store) throws SQLException {
        return Database.update(
                store,
                """
                with aged as (
                  update caravan.connection set state =
                    case when consent_expires_at <= caravan.now() then 'expired' else 'expiring' end
                  where provider = ? and state in ('active', 'expiring')
                    and consent_expires_at <= caravan.now() + make_interval(days => ?)
                    and (state = 'active' or consent_expires_at <= caravan.now())
                  returning id, state)
                update caravan.task set due_at = null from aged
                where aged.state = 'expired' and connection_id = aged.id
                """,
                provider,
                expiringDays);
    }
}
