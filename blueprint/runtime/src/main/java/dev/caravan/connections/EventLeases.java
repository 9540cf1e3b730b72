package dev.caravan.connections;

import dev.caravan.faults.ClientFault;
import dev.caravan.faults.ConsentFault;
import dev.caravan.faults.ThrottledFault;
import dev.caravan.store.Database;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;

/**
 * Leases connections for their events, as task {@code webhook}: the same lease as a pull's, so that
 * the two never run at once. What happens to an event is written under the lease or not at all.
 * Safe for any number of threads and nodes.
 */
public final class EventLeases {
    private static final String TASK = "webhook";

    private final Database database;
    private final Connections hands;

    /**
     * @param hands a verb of its own, whose hands are for events alone
     */
    public EventLeases(Database database, Connections hands) {
        this.database = database;
        this.hands = hands;
    }

    /**
     * Claims connections whose events are due. From then on the task is out of the way, so that an
     * event that comes after the open ones were read makes it due again.
     */
    public List<Pull> claim(int most) {
        return hands.claim(TASK, most);
    }

    /** Writes under the lease, which goes on. */
    public void held(Pull pull, Database.Work<Integer> work) {
        database.patiently(
                store -> {
                    pull.hold(store);
                    return work.on(store);
                });
    }

    /** Writes under the lease and gives it back; the next event makes the connection due. */
    public void end(Pull pull, Database.Work<Integer> work) {
        try {
            database.patiently(
                    store -> {
                        pull.hold(store);
                        work.on(store);
                        Connections.calls(store, pull);
                        Connections.close(store, pull, null);
                        next(store, pull);
                        return Database.update(
                                store,
                                "update caravan.connection set lease_until = null, lease_owner ="
                                        + " null where id = ?",
                                pull.connection());
                    });
        } finally {
            hands.dropped(pull);
        }
    }

    private static void next(Connection store, Pull pull) throws SQLException {
        Database.update(
                store,
                """
                update caravan.task t set done_at = caravan.now(), pull_id = null, pull_began = null, due_at = (
                  select min(e.next_at) from caravan.inbox e join caravan.connection c on c.id = e.connection_id
                  where e.connection_id = t.connection_id and c.state in ('active', 'expiring') and e.state in ('new', 'waiting')
                    and (e.entity is null or not exists (select from caravan.inbox b
                      where b.connection_id = e.connection_id and b.entity = e.entity and b.state in ('new', 'waiting')
                        and b.id < e.id)))
                where connection_id = ? and kind = ? and pull_id = ?
                """,
                pull.connection(),
                TASK,
                pull.id());
    }

    /** Rests the connection, or the provider, as the fault of an event tells. */
    public void rest(Connection store, Pull pull, Exception cause, Instant until)
            throws SQLException {
        if (cause instanceof ThrottledFault && until != null) {
            Database.update(
                    store,
                    "update caravan.connection set paused_until = greatest(paused_until, ?) where"
                            + " id = ?",
                    until,
                    pull.connection());
        } else if (cause instanceof ConsentFault) {
            Database.update(
                    store,
                    "update caravan.task set due_at = null where connection_id = ?",
                    pull.connection());
            Database.update(
                    store,
                    "update caravan.connection set state = 'reauth_required', last_fault = ? where"
                            + " id = ? and state in ('active', 'expiring')",
                    cause.getMessage(),
                    pull.connection());
        } else if (cause instanceof ClientFault) {
            hands.stop(cause.getMessage());
        }
    }

    /** Gives the hand back without a trace; the lease runs out by itself. */
    public void dropped(Pull pull) {
        hands.dropped(pull);
    }
}
