package dev.caravan.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Erases what is stored of a connection. Rows become tombstones that keep their place, their times
 * and words that are the same for everybody; doing it twice is doing it once. Safe for any number
 * of threads and nodes.
 */
public final class Erasure {
    private static final Set<String> OURS =
            Set.of(
                    "id",
                    "account_id",
                    "connection_id",
                    "identity",
                    "digest",
                    "pull_id",
                    "first_seen_at",
                    "changed_at",
                    "changed_xid",
                    "removed_at");

    private static final String OF_CONNECTION = "connection_id = ?";
    private static final String OF_ACCOUNTS =
            "account_id in (select id from caravan.account where connection_id = ?)";

    private final Database database;

    public Erasure(Database database) {
        this.database = database;
    }

    /** A column that no constraint lets out, and what may stand in its place. */
    private record Column(String name, boolean nullable, String type, boolean checked) {
        String blank() {
            if (nullable) {
                return name + " = null";
            }
            return switch (type) {
                case "text" -> checked ? null : name + " = ''";
                case "jsonb" -> name + " = '{}'";
                case "numeric", "integer", "bigint" -> name + " = 0";
                case "boolean" -> name + " = false";
                case "timestamp with time zone" -> name + " = first_seen_at";
                default -> null;
            };
        }
    }

    /** Erases the records of a connection, table by table, and what was written beside them. */
    public void records(UUID connection) {
        List<String> tables =
                database.query(
                        """
                        select table_name from information_schema.columns where table_schema = 'caravan'
                          and column_name in ('identity', 'connection_id', 'account_id', 'raw', 'removed_at')
                        group by 1 having count(*) >= 4 order by table_name = 'account', 1
                        """,
                        row -> row.getString(1));
        for (String table : tables) {
            database.inTransaction(
                    store ->
                            rows(
                                    store,
                                    table,
                                    connection,
                                    owned(store, table) ? OF_ACCOUNTS : OF_CONNECTION,
                                    connection));
        }
        database.inTransaction(store -> beside(store, connection));
    }

    private static boolean owned(Connection store, String table) throws SQLException {
        return Table.read(store, "store", table, table).scope().equals("account_id");
    }

    /**
     * Makes rows of a table tombstones without a word, tells it in the log of changes, and forgets
     * there what they were.
     *
     * @param which the condition that finds them
     */
    static int rows(
            Connection store, String table, UUID connection, String which, Object... arguments)
            throws SQLException {
        List<Column> columns =
                Database.query(
                        store,
                        """
                        select c.column_name, c.is_nullable = 'YES', c.data_type, exists (
                          select from pg_constraint k join pg_attribute a on a.attrelid = k.conrelid and a.attnum = any(k.conkey)
                          where k.conrelid = format('caravan.%I', c.table_name)::regclass and k.contype = 'c' and a.attname = c.column_name)
                        from information_schema.columns c where c.table_schema = 'caravan' and c.table_name = ?
                        """,
                        row ->
                                new Column(
                                        row.getString(1),
                                        row.getBoolean(2),
                                        row.getString(3),
                                        row.getBoolean(4)),
                        table);
        String blanks =
                columns.stream()
                        .filter(column -> !OURS.contains(column.name()))
                        .map(Column::blank)
                        .filter(blank -> blank != null)
                        .collect(Collectors.joining(", "));
        List<Long> rows =
                Database.query(
                        store,
                        "update caravan."
                                + table
                                + " set identity = 'erased:' || id, digest = null, removed_at ="
                                + " coalesce(removed_at, caravan.now()), changed_at ="
                                + " caravan.now(), changed_xid = pg_current_xact_id(), "
                                + blanks
                                + " where "
                                + which
                                + " and identity not like 'erased:%' returning id",
                        row -> row.getLong(1),
                        arguments);
        ChangeLog.tell(store, connection, null, table, "erase", rows);
        ChangeLog.forget(store, table, rows);
        return rows.size();
    }

    private static int beside(Connection store, UUID connection) throws SQLException {
        ChangeLog.forget(store, connection);
        Database.update(
                store,
                "update caravan.stored_page set request = null, account = '-'"
                        + " where "
                        + OF_CONNECTION
                        + " and request is not null",
                connection);
        Database.update(store, "delete from caravan.cursor where " + OF_ACCOUNTS, connection);
        for (String table :
                List.of(
                        "account_match",
                        "settlement",
                        "deferred_result",
                        "hold",
                        "page",
                        "reading",
                        "walk",
                        "coverage",
                        "recheck",
                        "proof_look",
                        "call",
                        "call_ban",
                        "rejected_record",
                        "derivation",
                        "ping",
                        "task",
                        "consent_reminder",
                        "webhook_check",
                        "webhook")) {
            Database.update(
                    store, "delete from caravan." + table + " where " + OF_CONNECTION, connection);
        }
        Database.update(
                store,
                """
                update caravan.inbox set body = '', headers = '{}', body_hash = '', type = null, entity = null, last_fault = null,
                  state = case when state = 'done' then state else 'ignored' end, done_at = coalesce(done_at, caravan.now())
                """
                        + " where "
                        + OF_CONNECTION,
                connection);
        Database.update(
                store,
                "update caravan.pull_run set message = null where " + OF_CONNECTION,
                connection);
        Database.update(
                store,
                "update caravan.journey set reference = null where " + OF_CONNECTION,
                connection);
        return Database.update(
                store,
                "update caravan.connection set user_ref = 'erased', institution = null, scopes ="
                        + " null, settings = '{}', last_fault = null where id = ?",
                connection);
    }

    /** Erases what a connection signs in with, and what its provider calls it. */
    public static void access(Connection store, UUID connection, boolean names)
            throws SQLException {
        for (String table : List.of("token_set", "token_refresh")) {
            Database.update(
                    store, "delete from caravan." + table + " where " + OF_CONNECTION, connection);
        }
        Database.update(
                store,
                "update caravan.connection set secrets_sealed = null, external_id = case when ?"
                        + " then external_id end where id = ?",
                names,
                connection);
    }
}
