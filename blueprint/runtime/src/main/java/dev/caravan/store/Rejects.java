package dev.caravan.store;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.List;
import org.postgresql.util.PSQLException;

/**
 * Finds the records of a page that the store refuses, by halving the page under savepoints that are
 * always rolled back. Whether a record is refused depends on that record alone, so the rest of the
 * page goes in afterwards as a whole. Stateless.
 */
final class Rejects {
    private Rejects() {}

    /** A record that was refused: its place in the page from 1, and the driver's reason. */
    record Reject(int position, byte[] item, String state, String reason) {}

    /** Tries a list of records; fails as the store fails. */
    @FunctionalInterface
    interface Trial {
        void of(List<byte[]> items) throws SQLException;
    }

    /** Whether an error is about the data of a statement, so that another record may do better. */
    static boolean blamesData(String state) {
        return state.startsWith("22") || state.startsWith("23") || state.startsWith("54");
    }

    static List<Reject> among(Connection store, List<byte[]> items, Trial trial)
            throws SQLException {
        List<Reject> rejects = new ArrayList<>();
        search(store, items, 0, items.size(), trial, rejects);
        return rejects;
    }

    private static void search(
            Connection store, List<byte[]> items, int from, int to, Trial trial, List<Reject> into)
            throws SQLException {
        if (from == to) {
            return;
        }
        Savepoint before = store.setSavepoint();
        try {
            trial.of(items.subList(from, to));
            store.rollback(before);
        } catch (SQLException e) {
            store.rollback(before);
            String state = String.valueOf(e.getSQLState());
            if (!blamesData(state)) {
                throw e;
            }
            if (to - from == 1) {
                into.add(new Reject(to, items.get(from), state, reason(e)));
            } else {
                int middle = (from + to) >>> 1;
                search(store, items, from, middle, trial, into);
                search(store, items, middle, to, trial, into);
            }
        }
    }

    /** Why a record was refused, in one line. */
    static String reason(SQLException error) {
        if (error instanceof PSQLException e
                && e.getServerErrorMessage() != null
                && e.getServerErrorMessage().getConstraint() != null) {
            return "violates: " + e.getServerErrorMessage().getConstraint().replace('_', ' ');
        }
        String first = String.valueOf(error.getMessage()).lines().findFirst().orElse("");
        return first.replaceFirst("^ERROR: ", "");
    }

    /** The payload in a form that PostgreSQL can keep: a NUL, which it cannot, becomes U+FFFD. */
    static byte[] storable(byte[] item) {
        return JsonItems.text(item).replace("\\u0000", "\\ufffd").getBytes(StandardCharsets.UTF_8);
    }
}
