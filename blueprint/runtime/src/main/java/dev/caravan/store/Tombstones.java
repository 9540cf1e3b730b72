package dev.caravan.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Marks records as gone. A record that is erased as well keeps its place, its times and what no row
 * of its table may lack, and nothing else that the provider said of it. Stateless.
 */
final class Tombstones {
    private static final Set<String> OURS = Set.of("digest", "pull_id", "removed_at", "raw");

    private Tombstones() {}

    static void set(
            Connection store,
            Table table,
            String column,
            Object scope,
            String value,
            UUID connection,
            long pull,
            boolean blank)
            throws SQLException {
        List<Long> rows =
                Database.query(
                        store,
                        """
                        update caravan.%s set removed_at = coalesce(removed_at, caravan.now()), digest = null,
                          changed_at = caravan.now(), changed_xid = pg_current_xact_id(), pull_id = ?%s
                        where %s = ?::%s and %s and %s = ? returning id
                        """
                                .formatted(
                                        table.name(),
                                        blank ? blanks(store, table, column) : "",
                                        table.scope(),
                                        table.scopeType(),
                                        blank
                                                ? "(removed_at is null or raw <> '{}')"
                                                : "removed_at is null",
                                        column),
                        row -> row.getLong(1),
                        pull,
                        scope,
                        value);
        ChangeLog.tell(store, connection, pull, table.name(), blank ? "erase" : "delete", rows);
        if (blank) {
            ChangeLog.forget(store, table.name(), rows);
        }
    }

    private static String blanks(Connection store, Table table, String kept) throws SQLException {
        List<String> columns =
                Database.query(
                        store,
                        "select column_name from information_schema.columns where table_schema ="
                                + " 'caravan' and table_name = ? and is_nullable = 'YES'",
                        row -> row.getString(1),
                        table.name());
        return columns.stream()
                .filter(column -> !OURS.contains(column) && !column.equals(kept))
                .map(column -> ", " + column + " = null")
                .collect(Collectors.joining("", ", raw = '{}'", ""));
    }
}
