package dev.caravan.store;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * What a person decides of a pair of a pending transaction and a booked one; who did it is kept. No
 * page of the connection is stored meanwhile. Safe for any number of threads.
 */
public final class Settlements {
    private final Database database;

    public Settlements(Database database) {
        this.database = database;
    }

    /**
     * What became of a decision.
     *
     * @param done whether the pair is now as it was asked for
     * @param what in one sentence
     */
    public record Decided(boolean done, String what) {}

    private record Pair(
            UUID connection,
            long account,
            long pending,
            long booked,
            String outcome,
            boolean gone,
            Long settledAs,
            boolean taken,
            String reason) {
        static Pair of(ResultSet row) throws SQLException {
            return new Pair(
                    row.getObject(1, UUID.class),
                    row.getLong(2),
                    row.getLong(3),
                    row.getLong(4),
                    row.getString(5),
                    row.getBoolean(6),
                    row.getObject(7, Long.class),
                    row.getBoolean(8),
                    row.getString(9));
        }
    }

    /** The pending row became the booked one; empty where there is no such pair. */
    public Optional<Decided> accept(long pair, String who) {
        return decide(pair, (store, it) -> accept(store, it, who));
    }

    /** It did not, and no pull may say so again; a link is taken back. */
    public Optional<Decided> reject(long pair, String who) {
        return decide(pair, (store, it) -> reject(store, pair, it, who));
    }

    private interface Decision {
        Decided make(Connection store, Pair pair) throws SQLException;
    }

    private Optional<Decided> decide(long pair, Decision decision) {
        return database.inTransaction(
                store -> {
                    Database.query(
                            store,
                            "select 1 from caravan.connection where id = (select connection_id from"
                                    + " caravan.settlement where id = ?) for update",
                            row -> 1,
                            pair);
                    List<Pair> found =
                            Database.query(
                                    store,
                                    """
                                    select s.connection_id, s.account_id, s.pending_id, s.booked_id, s.outcome, p.removed_at is not null, p.settled_as,
                                      exists (select from caravan.settlement o where o.booked_id = s.booked_id and o.outcome = 'linked'), s.reason
                                    from caravan.settlement s join caravan.transaction p on p.id = s.pending_id where s.id = ?
                                    """,
                                    Pair::of,
                                    pair);
                    return found.isEmpty()
                            ? Optional.empty()
                            : Optional.of(decision.make(store, found.get(0)));
                });
    }

    private static Decided accept(Connection store, Pair it, String who) throws SQLException {
        if (it.outcome().equals("linked")) {
            return new Decided(true, "it is linked already");
        }
        if (!it.gone()) {
            return new Decided(false, "the pending row is still told");
        }
        if (it.settledAs() != null || it.taken()) {
            return new Decided(
                    false, "one of the two is linked to another row: reject that pair first");
        }
        Settlement.link(
                store,
                it.account(),
                List.of(Settlement.found(it.pending(), it.booked(), "weak", it.reason())),
                who,
                null);
        return new Decided(true, "settled_as of the pending row names the booked one");
    }

    private static Decided reject(Connection store, long pair, Pair it, String who)
            throws SQLException {
        if (it.outcome().equals("linked")) {
            Settlement.unlink(store, List.of(it.pending()), "rejected", who, null);
            return new Decided(true, "the link is taken back, and no pull makes it again");
        }
        Database.update(
                store,
                "update caravan.settlement set outcome = 'rejected', decided_at = caravan.now(),"
                        + " decided_by = ? where id = ? and outcome <> 'rejected'",
                who,
                pair);
        return new Decided(true, "no pull asks for it or links it again");
    }
}
