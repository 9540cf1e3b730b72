package dev.caravan.vault;

import dev.caravan.faults.ConsentFault;
import dev.caravan.faults.Fault;
import dev.caravan.store.Database;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import java.util.UUID;

/**
 * The token sets of connections in the store, sealed, and the record of what was asked for them. A
 * set is only ever followed by a newer one. Safe for any number of threads and nodes.
 */
final class Tokens {
    private static final String ALL =
            "select generation, access_sealed, refresh_sealed, access_expires_at, refreshed_at from"
                    + " caravan.token_set where connection_id = ?";

    private final Database database;
    private final Database terms;
    private final String provider;

    /**
     * @param terms where it is kept what was granted: the same store, but for a pull that is only
     *     tried
     */
    Tokens(Database database, Database terms, String provider) {
        this.database = database;
        this.terms = terms;
        this.provider = provider;
    }

    Optional<TokenSet> of(UUID connection) {
        return database.first(ALL, row -> read(connection, row), connection);
    }

    /** The set of a connection; an empty one, generation 0, where it never had any. */
    TokenSet current(UUID connection) {
        return of(connection)
                .orElseGet(
                        () -> {
                            database.update(
                                    "insert into caravan.token_set (connection_id, generation,"
                                        + " access_expires_at, refreshed_at) values (?, 0, 'epoch',"
                                        + " 'epoch') on conflict (connection_id) do nothing",
                                    connection);
                            return of(connection).orElseThrow(() -> lacks(connection, "tokens"));
                        });
    }

    /** The set of a connection, held by this transaction until it ends. */
    Optional<TokenSet> held(Connection store, UUID connection) throws SQLException {
        return Database.query(store, ALL + " for update", row -> read(connection, row), connection)
                .stream()
                .findFirst();
    }

    private static TokenSet read(UUID connection, ResultSet row) throws SQLException {
        return new TokenSet(
                connection,
                row.getLong(1),
                row.getString(2),
                row.getString(3),
                row.getObject(4, OffsetDateTime.class).toInstant(),
                row.getObject(5, OffsetDateTime.class).toInstant());
    }

    /** Stores a set as the one that follows another. */
    TokenSet next(Connection store, TokenSet old, String access, String refresh, Instant expires)
            throws SQLException {
        return Database.query(
                        store,
                        """
                        insert into caravan.token_set (connection_id, generation, access_sealed, refresh_sealed, access_expires_at, refreshed_at)
                        values (?, ?, ?, ?, ?, caravan.now())
                        on conflict (connection_id) do update set generation = excluded.generation, access_sealed = excluded.access_sealed,
                          refresh_sealed = excluded.refresh_sealed, access_expires_at = excluded.access_expires_at,
                          refreshed_at = excluded.refreshed_at
                        returning generation, access_sealed, refresh_sealed, access_expires_at, refreshed_at
                        """,
                        row -> read(old.connection(), row),
                        old.connection(),
                        old.generation() + 1,
                        access,
                        refresh,
                        expires)
                .get(0);
    }

    void granted(Connection store, UUID connection, String scopes) throws SQLException {
        String sql =
                "update caravan.connection set scopes = ? where id = ? and scopes is distinct from"
                        + " ?";
        if (terms == database) {
            Database.update(store, sql, scopes, connection, scopes);
        } else {
            terms.update(sql, scopes, connection, scopes);
        }
    }

    /** Writes down that a new set is about to be asked for. */
    void intended(TokenSet tokens) {
        database.update(
                "insert into caravan.token_refresh (connection_id, generation, intended_at) values"
                    + " (?, ?, caravan.now()) on conflict (connection_id, generation) do update set"
                    + " intended_at = excluded.intended_at, answered_at = null, outcome = null",
                tokens.connection(),
                tokens.generation());
    }

    /** Keeps an answer before anybody judges it; it is not given up for a moment's outage. */
    void answered(TokenSet tokens, String sealed) {
        database.patiently(
                store ->
                        Database.update(
                                store,
                                "update caravan.token_refresh set answer_sealed = ?, answered_at ="
                                    + " caravan.now() where connection_id = ? and generation = ?",
                                sealed,
                                tokens.connection(),
                                tokens.generation()));
    }

    /** An answer that an earlier attempt committed but did not live to judge, sealed. */
    Optional<String> unjudged(TokenSet tokens) {
        return database.first(
                "select answer_sealed from caravan.token_refresh where connection_id = ? and"
                        + " generation = ? and answer_sealed is not null and outcome is null",
                row -> row.getString(1),
                tokens.connection(),
                tokens.generation());
    }

    /** Says what became of an answer and forgets it, in a transaction of its own. */
    void judged(TokenSet tokens, String outcome) {
        database.inTransaction(store -> judged(store, tokens, outcome));
    }

    int judged(Connection store, TokenSet tokens, String outcome) throws SQLException {
        return Database.update(
                store,
                "update caravan.token_refresh set outcome = ?, answer_sealed = null where"
                        + " connection_id = ? and generation = ?",
                outcome,
                tokens.connection(),
                tokens.generation());
    }

    /** Erases a connection's tokens, after whoever is renewing them. */
    void drop(UUID connection) {
        database.inTransaction(
                store -> {
                    held(store, connection);
                    Database.update(
                            store,
                            "delete from caravan.token_refresh where connection_id = ?",
                            connection);
                    return Database.update(
                            store,
                            "delete from caravan.token_set where connection_id = ?",
                            connection);
                });
    }

    ConsentFault lacks(UUID connection, String what) {
        return new ConsentFault(
                new Fault.Account(
                        "CARAVAN-CONSENT",
                        provider,
                        "connection " + connection,
                        "has no " + what,
                        "the user has to connect again",
                        null));
    }
}
