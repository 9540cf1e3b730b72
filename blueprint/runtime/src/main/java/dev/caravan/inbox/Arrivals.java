package dev.caravan.inbox;

import dev.caravan.faults.Fault;
import dev.caravan.faults.StoreFault;
import dev.caravan.store.Database;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/**
 * Stores events, committed when {@link #keep} returns. Whoever comes while a commit runs shares the
 * next one: nobody lingers, and a burst costs few commits. Safe for any number of threads and
 * nodes; an event is kept once.
 */
public final class Arrivals {
    private static final int MOST = 256;

    /** An answer has to leave within two seconds. */
    private static final Duration PATIENCE = Duration.ofMillis(1_800);

    private final Database database;
    private final Queue<Waiting> queue = new ConcurrentLinkedQueue<>();
    private final ReentrantLock writing = new ReentrantLock();

    public Arrivals(Database database) {
        this.database = database;
    }

    private static final class Waiting {
        private final Arrival arrival;
        private volatile Boolean isNew;
        private volatile RuntimeException trouble;

        private Waiting(Arrival arrival) {
            this.arrival = arrival;
        }

        private boolean over() {
            return isNew != null || trouble != null;
        }
    }

    /**
     * Stores an event and commits.
     *
     * @return whether it is new; false where the connection has one of the same key
     * @throws StoreFault where the store is away or too slow: the event may or may not be kept
     */
    boolean keep(Arrival arrival) {
        Waiting mine = new Waiting(arrival);
        queue.add(mine);
        try {
            if (!writing.tryLock(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                queue.remove(mine);
                throw slow();
            }
            try {
                while (!mine.over()) {
                    write();
                }
            } finally {
                writing.unlock();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            queue.remove(mine);
            throw slow();
        }
        if (mine.trouble != null) {
            throw mine.trouble;
        }
        return mine.isNew;
    }

    private void write() {
        List<Waiting> batch = new ArrayList<>();
        for (Waiting next = queue.poll(); next != null; next = queue.poll()) {
            batch.add(next);
            if (batch.size() == MOST) {
                break;
            }
        }
        try {
            commit(batch);
        } catch (StoreFault e) {
            batch.forEach(each -> each.trouble = e);
        } catch (RuntimeException e) {
            // one that the store refuses must not cost the others their answer
            batch.forEach(this::alone);
        }
    }

    private void alone(Waiting one) {
        try {
            commit(List.of(one));
        } catch (RuntimeException e) {
            one.trouble = e;
        }
    }

    private void commit(List<Waiting> batch) {
        Set<String> fresh = new HashSet<>(database.inTransaction(store -> insert(store, batch)));
        nudge(batch.stream().map(each -> each.arrival.connection()).distinct().toList());
        batch.forEach(each -> each.isNew = fresh.remove(name(each.arrival)));
    }

    private static List<String> insert(Connection store, List<Waiting> batch) throws SQLException {
        return Database.query(
                store,
                """
                insert into caravan.inbox (provider, connection_id, event_key, type, entity, source, headers, body, body_hash)
                select provider, connection_id::uuid, decode(event_key, 'base64'), type, entity, source, headers::jsonb, body,
                  decode(body_hash, 'base64')
                from unnest(?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[])
                  with ordinality
                  a (provider, connection_id, event_key, type, entity, source, headers, body, body_hash, nth)
                order by nth
                on conflict (connection_id, event_key) do nothing
                returning connection_id || translate(encode(event_key, 'base64'), E'\\n', '')
                """,
                row -> row.getString(1),
                column(store, batch, Arrival::provider),
                column(store, batch, each -> each.connection().toString()),
                column(store, batch, each -> base64(each.key())),
                column(store, batch, Arrival::type),
                column(store, batch, Arrival::entity),
                column(store, batch, Arrival::source),
                column(store, batch, Arrival::headers),
                column(store, batch, Arrival::body),
                column(store, batch, each -> base64(each.hash())));
    }

    private static java.sql.Array column(
            Connection store, List<Waiting> batch, Function<Arrival, String> of)
            throws SQLException {
        return store.createArrayOf(
                "text", batch.stream().map(each -> of.apply(each.arrival)).toArray());
    }

    private static String name(Arrival arrival) {
        return arrival.connection() + base64(arrival.key());
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    /**
     * Makes connections' events due, after the commit: a claim that is under way then either sees
     * the event or is told to look again. What a kill leaves undone here the sweep of the verb
     * makes up.
     */
    private void nudge(List<UUID> connections) {
        for (UUID connection : connections) {
            database.update(
                    """
                    update caravan.task set due_at = caravan.now(), pull_id = null
                    where connection_id = ? and kind = 'webhook' and (due_at is null or due_at > caravan.now())
                      and exists (select from caravan.connection c where c.id = connection_id and c.state in ('active', 'expiring'))
                    """,
                    connection);
        }
    }

    private static StoreFault slow() {
        return new StoreFault(
                new Fault.Account(
                        "CARAVAN-STORE-DOWN",
                        "store",
                        "expected a commit within " + PATIENCE.toMillis() + " ms,",
                        "found none",
                        "the event is not acknowledged; its sender tries again",
                        null));
    }
}
