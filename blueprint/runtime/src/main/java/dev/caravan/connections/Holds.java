package dev.caravan.connections;

import dev.caravan.store.Database;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * Pauses that a person orders, of a connection or of a whole provider. They are in the store, so
 * that every node sees them and no restart forgets them. Safe for any number of threads and nodes.
 */
public final class Holds {
    /** About the row {@code h}: that it stops pulls now. */
    static final String STANDS =
            "h.over_at is null and coalesce(h.held_until > caravan.now(), true)";

    /** About the row {@code h}: that it is of a connection or of all of its provider's. */
    private static final String OF =
            "h.provider = %s and coalesce(h.connection_id, '00000000-0000-0000-0000-000000000000')"
                    + " in ('00000000-0000-0000-0000-000000000000', %s) and "
                    + STANDS;

    private static final String SAID =
            """
            select concat_ws(' ', case when h.connection_id is null then 'its provider is' else 'it is' end, 'paused by', h.held_by,
              'since', date_trunc('second', h.held_at), 'until ' || date_trunc('second', h.held_until)) || coalesce(': ' || h.why, '')
            from caravan.hold h join caravan.connection c on c.id = ?
            where %s order by h.connection_id nulls last limit 1
            """
                    .formatted(OF.formatted("c.provider", "c.id"));

    private static final String SAME =
            "provider = ? and connection_id is not distinct from ?::uuid and over_at is null";

    private final Database database;

    public Holds(Database database) {
        this.database = database;
    }

    /** A question in SQL: whether a pause stands. */
    static String exists(String provider, String connection) {
        return "exists (select from caravan.hold h where "
                + OF.formatted(provider, connection)
                + ")";
    }

    /**
     * Pauses, in the place of a pause that may stand already.
     *
     * @param connection null for all of the provider's
     * @param until when it ends by itself, null where somebody has to resume
     * @param why null where nobody said
     */
    public void pause(String provider, UUID connection, Instant until, String who, String why) {
        database.inTransaction(
                store -> {
                    over(store, provider, connection, who);
                    return Database.update(
                            store,
                            "insert into caravan.hold (provider, connection_id, held_until,"
                                    + " held_by, why) values (?, ?, ?, ?, ?)",
                            provider,
                            connection,
                            until,
                            who,
                            why);
                });
    }

    /** Lets pulls go on; false where no such pause stood. */
    public boolean resume(String provider, UUID connection, String who) {
        return database.inTransaction(
                store -> {
                    boolean stood =
                            !Database.query(
                                            store,
                                            "select 1 from caravan.hold h where "
                                                    + SAME
                                                    + " and "
                                                    + STANDS,
                                            row -> 1,
                                            provider,
                                            connection)
                                    .isEmpty();
                    over(store, provider, connection, who);
                    return stood;
                });
    }

    /** Ends what stands, and what ran out, since only one may be open. */
    static void over(Connection store, String provider, UUID connection, String who)
            throws SQLException {
        Database.update(
                store,
                "update caravan.hold set over_at = least(caravan.now(), held_until), over_by = case"
                        + " when held_until <= caravan.now() then 'time' else ? end where "
                        + SAME,
                who,
                provider,
                connection);
    }

    /** Why a connection is paused, by whom and since when; empty where it is not. */
    public Optional<String> said(UUID connection) {
        return database.first(SAID, row -> row.getString(1), connection);
    }
}
