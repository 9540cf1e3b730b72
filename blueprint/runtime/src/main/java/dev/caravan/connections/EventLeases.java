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
 * Leases connections for what comes in between pulls, events or results, as a task of its own: the
 * same lease as a pull's, so that the two never run at once. What happens to either is written
 * under the lease or not at all. Safe for any number of threads and nodes.
 */
public final class EventLeases {
    private final Database database;
    private final Connections hands;
    private final String task;
    private final String next;

    /**
     * @param hands a verb of its own, whose hands are for this work alone
     * @param task the kind of work
     * @param next the question when there is more of it, about the row {@code t} of a task
     */
    public EventLeases(Database database, Connections hands, String task, String next) {
        this.database = database;
        this.hands = hands;
        this.task = task;
        this.next = next;
    }

    /**
     * Claims connections with such work. From then on the task is out of the way, so that what
     * comes after the open work was read makes it due again.
     */
    public List<Pull> claim(int most) {
        return hands.claim(task, most);
    }

    /** Writes under the lease, which goes on. */
    public void held(Pull pull, Database.Work<Integer> work) {
        database.patiently(
                store -> {
                    pull.hold(store);
                    return work.on(store);
                });
    }

    /** Writes under the lease and gives it back; what comes next makes the connection due. */
    public void end(Pull pull, Database.Work<Integer> work) {
        try {
            database.patiently(
                    store -> {
                        pull.hold(store);
                        work.on(store);
                        Connections.calls(store, pull);
                        Connections.close(store, pull, null);
                        next(store, pull);
                        return Connections.free(store, pull);
                    });
        } finally {
            hands.dropped(pull);
        }
    }

    private void next(Connection store, Pull pull) throws SQLException {
        Database.update(
                store,
                """
                update caravan.task t set done_at = caravan.now(), pull_id = null, pull_began = null, due_at = (%s)
                where connection_id = ? and kind = ? and pull_id = ?
                """
                        .formatted(next),
                pull.connection(),
                task,
                pull.id());
    }

    /** Rests the connection, or the provider, as a fault of this work tells. */
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
