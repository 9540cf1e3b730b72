package dev.caravan.connections;

import dev.caravan.store.Database;
import dev.caravan.store.Erasure;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Connections that end for good. From the first commit on nothing is pulled and no trip is open;
 * what is left to do is in the store, so that a crash only delays it. Safe for any number of
 * threads and nodes.
 */
public final class Disconnections {
    /** The pauses after attempts at a provider that were in vain; after the last it is given up. */
    private static final List<Duration> PAUSES =
            List.of(
                    Duration.ofMinutes(1),
                    Duration.ofMinutes(10),
                    Duration.ofHours(1),
                    Duration.ofHours(6));

    private static final String ALL =
            "connection_id, provider, data, revocation, attempts, last_fault, erased_at is not null"
                    + " as erased";

    private final Database database;
    private final Erasure erasure;

    public Disconnections(Database database) {
        this.database = database;
        this.erasure = new Erasure(database);
    }

    /**
     * A connection that ends.
     *
     * @param revocation {@code due}, {@code done}, {@code none} or {@code given_up}
     */
    public record Ending(
            UUID connection,
            String provider,
            boolean erases,
            String revocation,
            int attempts,
            String fault,
            boolean erased) {
        public boolean due() {
            return revocation.equals("due");
        }
    }

    /**
     * Ends a connection: its pulls lose their lease, its open trips their way. Who ends it twice
     * may have its data erased the second time; kept data stays kept otherwise.
     */
    public Optional<Ending> begin(UUID connection, boolean erases) {
        return database.inTransaction(
                store -> {
                    // waits for the page that is being stored, and fences the next one
                    int there =
                            Database.update(
                                    store,
                                    """
                                    update caravan.connection set state = 'revoked', lease_epoch = lease_epoch + 1,
                                      lease_until = null, lease_owner = null, paused_until = null, rested = false
                                    where id = ? and kind = 'data'
                                    """,
                                    connection);
                    if (there == 0) {
                        return Optional.empty();
                    }
                    Database.update(
                            store,
                            "update caravan.hold set over_at = caravan.now(), over_by ="
                                    + " 'disconnect' where connection_id = ? and over_at is null",
                            connection);
                    Database.update(
                            store, "delete from caravan.task where connection_id = ?", connection);
                    Database.update(
                            store,
                            "delete from caravan.webhook where connection_id = ?",
                            connection);
                    Database.update(
                            store,
                            "update caravan.journey set used_at = coalesce(used_at, caravan.now()),"
                                    + " outcome = 'abandoned', secrets_sealed = null where"
                                    + " connection_id = ? and outcome is null",
                            connection);
                    return Database.query(
                                    store,
                                    """
                                    insert into caravan.disconnection as d (connection_id, provider, data, next_at)
                                    select id, provider, ?, caravan.now() + interval '5 minutes' from caravan.connection where id = ?
                                    on conflict (connection_id) do update set
                                      data = case when excluded.data = 'erase' then 'erase' else d.data end,
                                      ended_at = case when excluded.data = 'erase' and d.erased_at is null then null else d.ended_at end
                                    returning\
                                    """
                                            + " "
                                            + ALL,
                                    Disconnections::read,
                                    erases ? "erase" : "keep",
                                    connection)
                            .stream()
                            .findFirst();
                });
    }

    private static Ending read(ResultSet row) throws SQLException {
        return new Ending(
                row.getObject("connection_id", UUID.class),
                row.getString("provider"),
                row.getString("data").equals("erase"),
                row.getString("revocation"),
                row.getInt("attempts"),
                row.getString("last_fault"),
                row.getBoolean("erased"));
    }

    /** What is left to do of those that ended, for this node alone for five minutes. */
    public List<Ending> due() {
        return database.query(
                """
                update caravan.disconnection set next_at = caravan.now() + interval '5 minutes'
                where connection_id in (
                  select connection_id from caravan.disconnection where ended_at is null and next_at <= caravan.now()
                  order by next_at limit 20 for update skip locked)
                returning\
                """
                        + " "
                        + ALL,
                Disconnections::read);
    }

    /** Erases the records, again where a call that was under way left a trace. */
    public void erase(Ending ending) {
        erasure.records(ending.connection());
        database.update(
                "update caravan.disconnection set erased_at = coalesce(erased_at, caravan.now())"
                        + " where connection_id = ?",
                ending.connection());
    }

    /** The provider was asked, or has no way to be: tokens and secrets are not needed any more. */
    public Ending settled(Ending ending, String revocation) {
        return moved(ending, revocation, null, null);
    }

    /** The provider did not answer as it should. */
    public Ending failed(Ending ending, String fault) {
        boolean over = ending.attempts() >= PAUSES.size();
        return moved(
                ending,
                over ? "given_up" : "due",
                fault,
                over ? null : PAUSES.get(ending.attempts()));
    }

    private Ending moved(Ending ending, String revocation, String fault, Duration pause) {
        return database.inTransaction(
                store -> {
                    if (pause == null) {
                        Erasure.access(store, ending.connection(), !ending.erases());
                    }
                    return Database.query(
                                    store,
                                    """
                                    update caravan.disconnection set revocation = ?, last_fault = ?,
                                      attempts = attempts + case when ?::text is null then 0 else 1 end,
                                      next_at = caravan.now() + coalesce(make_interval(secs => ?), interval '10 minutes')
                                    where connection_id = ? returning\
                                    """
                                            + " "
                                            + ALL,
                                    Disconnections::read,
                                    revocation,
                                    fault,
                                    fault,
                                    pause == null ? null : (double) pause.toSeconds(),
                                    ending.connection())
                            .get(0);
                });
    }

    /** Goes over it once more, when whatever was under way has ended, and is done with it. */
    public void end(Ending ending) {
        if (ending.erases()) {
            erase(ending);
        }
        database.inTransaction(
                store -> {
                    Erasure.access(store, ending.connection(), !ending.erases());
                    return ended(store, ending);
                });
    }

    private static int ended(Connection store, Ending ending) throws SQLException {
        return Database.update(
                store,
                "update caravan.disconnection set ended_at = caravan.now() where connection_id = ?"
                        + " and ended_at is null",
                ending.connection());
    }
}
