package dev.caravan.rehearsal;

import dev.caravan.faults.Fault;
import dev.caravan.store.Database;
import java.util.UUID;

/**
 * Lets a try on a connection that may be pulled now and keeps everybody else away from it until the
 * try's transaction ends: a claim skips a connection that is locked, and nothing else has to wait
 * for a lock that is so weak. Stateless.
 */
final class Admission {
    private Admission() {}

    private record Found(
            String provider, String state, boolean worked, String paused, boolean over) {}

    /**
     * @throws Fault where the connection is pulled already, rests, or waits for its user
     */
    static void of(Database rows, String provider, UUID connection) {
        boolean alone =
                rows.first(
                                "select pg_try_advisory_xact_lock(hashtextextended(?, 0))",
                                row -> row.getBoolean(1),
                                "caravan.try " + connection)
                        .orElse(false);
        if (!alone) {
            throw refused(provider, connection, "is being tried already", "wait for it");
        }
        rows.inTransaction(
                store ->
                        Database.query(
                                store,
                                "select 1 from caravan.connection where id = ? for key share",
                                row -> row.getInt(1),
                                connection));
        Found found =
                rows.first(
                                """
                                select provider, state, coalesce(lease_until > caravan.now(), false),
                                  case when paused_until > caravan.now() then paused_until::text end,
                                  coalesce(consent_expires_at <= caravan.now(), false)
                                from caravan.connection where id = ?
                                """,
                                row ->
                                        new Found(
                                                row.getString(1),
                                                row.getString(2),
                                                row.getBoolean(3),
                                                row.getString(4),
                                                row.getBoolean(5)),
                                connection)
                        .orElse(new Found("nobody", "", false, null, false));
        if (!found.provider().equals(provider)) {
            throw refused(
                    provider,
                    connection,
                    "is of " + found.provider(),
                    "name one that connections --provider " + provider + " lists");
        }
        if (!found.state().matches("active|expiring") || found.over()) {
            throw refused(
                    provider,
                    connection,
                    "is " + (found.over() ? "expired" : found.state()),
                    "its user has to connect again");
        }
        if (found.paused() != null) {
            throw refused(
                    provider,
                    connection,
                    "rests until " + found.paused(),
                    "the provider asked for it, or an operator; try another one");
        }
        if (found.worked()) {
            throw refused(
                    provider,
                    connection,
                    "is being pulled",
                    "try again when status says that it is through");
        }
        // pages are looked at although they were read before, and walks begin anew
        rows.update("delete from caravan.page where connection_id = ?", connection);
        rows.update(
                "update caravan.walk set cursor = null, began_at = null, counts = '{}', pages = 0"
                        + " where connection_id = ?",
                connection);
    }

    private static Fault refused(String provider, UUID connection, String found, String next) {
        return Rehearsal.refused(provider, "connection " + connection, found, next);
    }
}
