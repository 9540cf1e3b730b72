package dev.caravan.inbox;

import dev.caravan.connections.Pull;
import dev.caravan.store.Database;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** The statements of the inbox: what is open, and what becomes of it. Stateless. */
final class Ledger {
    /** The first open event of its entity; one without an entity stands alone. */
    static final String FIRST =
            """
            (e.entity is null or not exists (select from caravan.inbox b where b.connection_id = e.connection_id
              and b.entity = e.entity and b.state in ('new', 'waiting') and b.id < e.id))
            """;

    /** When the next event of a connection is due, for the row {@code t} of its task. */
    static final String NEXT =
            """
            select min(e.next_at) from caravan.inbox e join caravan.connection c on c.id = e.connection_id
            where e.connection_id = t.connection_id and c.state in ('active', 'expiring') and e.state in ('new', 'waiting')
              and %s
            """
                    .formatted(FIRST);

    private final Database database;

    Ledger(Database database) {
        this.database = database;
    }

    /** What becomes of an event, inside the transaction that holds its lease. */
    interface Settling {
        int on(Connection store, Event event) throws SQLException;
    }

    /** Events of a connection that may be worked on now, one an entity. */
    List<Event> open(Pull pull, int most) {
        List<Event> events =
                database.query(
                        """
                        select e.id, e.type, e.entity, e.body, e.attempts from caravan.inbox e
                        where e.connection_id = ? and e.state in ('new', 'waiting') and e.next_at <= caravan.now() and %s
                        order by e.id limit ?
                        """
                                .formatted(FIRST),
                        row ->
                                new Event(
                                        row.getLong(1),
                                        row.getString(2),
                                        row.getString(3),
                                        row.getString(4),
                                        row.getInt(5),
                                        null),
                        pull.connection(),
                        most);
        Batch batch = new Batch(pull, events.size());
        return events.stream()
                .map(
                        each ->
                                new Event(
                                        each.id(),
                                        each.type(),
                                        each.entity(),
                                        each.body(),
                                        each.attempts(),
                                        batch))
                .toList();
    }

    int over(Connection store, Event event, String state) throws SQLException {
        return Database.update(
                store,
                "update caravan.inbox set state = ?, done_at = caravan.now() where id = ?",
                state,
                event.id());
    }

    int waits(Connection store, Event event, String why, Instant until) throws SQLException {
        return Database.update(
                store,
                """
                update caravan.inbox set state = 'waiting', last_fault = ?,
                  next_at = coalesce(?::timestamptz, caravan.now() + interval '1 minute') where id = ?
                """,
                why,
                until,
                event.id());
    }

    int retries(Connection store, Event event, String why, Duration pause) throws SQLException {
        return Database.update(
                store,
                """
                update caravan.inbox set state = 'waiting', last_fault = ?, attempts = attempts + 1,
                  next_at = caravan.now() + make_interval(secs => ?) where id = ?
                """,
                why,
                (double) pause.toSeconds(),
                event.id());
    }

    int dies(Connection store, Event event, String why) throws SQLException {
        return Database.update(
                store,
                "update caravan.inbox set state = 'dead', last_fault = ?, attempts = attempts + 1"
                        + " where id = ?",
                why,
                event.id());
    }

    /** A pull that somebody asks for, of these kinds; a pull under way does not clear it. */
    void pullNow(UUID connection, String kinds) {
        database.update(
                """
                update caravan.task set due_at = caravan.now(), asked_at = caravan.now(), pull_id = null,
                  kinds = case when ? = '' then '{}' else kinds - regexp_split_to_array(?, '[\\s,]+') end
                where connection_id = ? and kind = 'pull'
                """,
                kinds == null ? "" : kinds.strip(),
                kinds == null ? "" : kinds.strip(),
                connection);
    }

    /** The same under the lease of a pull, which goes on. */
    void hold(Pull pull, String provider) {
        database.patiently(
                store -> {
                    pull.hold(store);
                    return null;
                });
        expect(pull.connection(), provider);
    }

    /** Makes sure that events of a connection can become due. */
    void expect(UUID connection, String provider) {
        database.update(
                "insert into caravan.task (connection_id, kind, provider) values (?, 'webhook', ?)"
                        + " on conflict do nothing",
                connection,
                provider);
    }
}
