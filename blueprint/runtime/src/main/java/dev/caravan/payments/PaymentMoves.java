package dev.caravan.payments;

import dev.caravan.store.Database;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Moves payments from state to state by compare-and-set, each move with its line of history in one
 * transaction. A move that comes too late does nothing. Safe for any number of threads and nodes;
 * all times are database time.
 */
final class PaymentMoves {
    private static final String MOVE =
            """
            with found as (
              select id, state from caravan.payment where %s and state = any(string_to_array(?, ' ')) for update),
            moved as (
              update caravan.payment p set state = ?, last_fault = ?%s
              from found where p.id = found.id returning p.id, found.state as before, p.state as after)
            insert into caravan.payment_event (payment_id, from_state, to_state, who, why)
            select id, before, after, ?, ? from moved returning payment_id
            """;

    private static final String OURS = "caravan";

    private final Database database;

    PaymentMoves(Database database) {
        this.database = database;
    }

    /**
     * One move.
     *
     * @param from the states it may begin in, space separated
     * @param why in one line, or null where the step says it
     */
    record Move(String from, String to, String who, String why) {
        /** A move of ours for a reason that is a fault. */
        static Move ours(String from, String to, String why) {
            return new Move(from, to, OURS, why);
        }

        private String fault() {
            return who.equals(OURS) ? why : null;
        }
    }

    /**
     * Moves what a condition on one value picks.
     *
     * @param also what else is written, beginning with a comma
     * @return the payments that were moved
     */
    static List<UUID> moved(
            Connection store, String which, Object of, Move move, String also, Object... more)
            throws SQLException {
        List<Object> arguments = new ArrayList<>(List.of(of, move.from(), move.to()));
        arguments.add(move.fault());
        arguments.addAll(Arrays.asList(more));
        arguments.add(move.who());
        arguments.add(move.why());
        return Database.query(
                store,
                MOVE.formatted(which, also),
                row -> row.getObject(1, UUID.class),
                arguments.toArray());
    }

    private static boolean moved(Connection store, UUID id, Move move, String also, Object... more)
            throws SQLException {
        return !moved(store, "id = ?", id, move, also, more).isEmpty();
    }

    /** Makes a move; false where the payment is elsewhere by now. */
    boolean make(UUID id, Move move) {
        return database.inTransaction(store -> moved(store, id, move, ""));
    }

    /**
     * The step before it leaves, committed when this returns: at most once in a payment's life.
     *
     * @param awaited after so long nobody can hear an answer any more
     */
    boolean leaves(UUID id, Duration awaited) {
        return database.inTransaction(
                store ->
                        moved(
                                store,
                                id,
                                Move.ours("authorised", "submitting", null),
                                ", awaited_until = caravan.now() + make_interval(secs => ?)",
                                (double) awaited.toSeconds()));
    }

    /**
     * Makes a move that an answer tells of, and plans the next question.
     *
     * @param provider what the provider calls the payment, null where it did not say
     * @param status its word, null where it has none
     * @param next how long until it is asked, null for not at all
     */
    boolean told(UUID id, Move move, String provider, String status, Duration next) {
        return database.patiently(
                store ->
                        moved(
                                store,
                                id,
                                move,
                                ", provider_payment_id = coalesce(?, provider_payment_id),"
                                    + " provider_status = coalesce(?, provider_status),"
                                    + " next_poll_at = caravan.now() + make_interval(secs => ?)",
                                provider,
                                status,
                                next == null ? null : (double) next.toSeconds()));
    }

    /**
     * Makes a move that a person decides on, of a payment that the provider is not asked for any
     * more; from then on it is asked where it has a name and no end.
     *
     * @param name what the provider calls it, null to keep what is known
     */
    boolean settled(UUID id, Move move, String name) {
        return database.inTransaction(
                store ->
                        !moved(
                                        store,
                                        "(state = 'unknown' or next_poll_at is null) and id = ?",
                                        id,
                                        move,
                                        ", provider_payment_id = coalesce(?, provider_payment_id),"
                                            + " polls = 0, next_poll_at = case when coalesce(?,"
                                            + " provider_payment_id) is not null then caravan.now()"
                                            + " end",
                                        name,
                                        name)
                                .isEmpty());
    }

    /** A question that changed no state: when the next one is due, and what was wrong with it. */
    void asked(UUID id, String status, Duration next, String fault) {
        database.patiently(
                store ->
                        Database.update(
                                store,
                                """
                                update caravan.payment set provider_status = coalesce(?, provider_status), last_fault = ?,
                                  next_poll_at = case when settled_at is null then caravan.now() + make_interval(secs => ?) end
                                where id = ?
                                """,
                                status,
                                fault,
                                next == null ? null : (double) next.toSeconds(),
                                id));
    }

    /** What the provider calls a payment, and how often it was asked for its state. */
    record Asked(String name, int polls) {}

    Optional<Asked> asked(UUID id) {
        return database.first(
                "select provider_payment_id, polls from caravan.payment where id = ?",
                row -> new Asked(row.getString(1), row.getInt(2)),
                id);
    }

    String state(UUID id) {
        return database.first(
                        "select state from caravan.payment where id = ?",
                        row -> row.getString(1),
                        id)
                .orElse("");
    }
}
