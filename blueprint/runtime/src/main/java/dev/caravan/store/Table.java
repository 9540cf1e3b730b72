package dev.caravan.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.Collectors;

/** A canonical table and the column its identities are unique in. Immutable. */
record Table(String name, String scope, String scopeType, Set<String> columns) {

    /**
     * Reads the shape from the catalog; the name comes from a route, so it is looked up, not
     * trusted.
     */
    static Table read(Connection store, String provider, String file, String name)
            throws SQLException {
        Set<String> columns =
                Set.copyOf(
                        Database.query(
                                store,
                                "select column_name from information_schema.columns where"
                                        + " table_schema = 'caravan' and table_name = ?",
                                row -> row.getString(1),
                                name));
        if (!columns.contains("identity")) {
            throw Mapping.refused(
                    provider, file, "is for kind " + name + ", which the store lacks");
        }
        return columns.contains("account_id")
                ? new Table(name, "account_id", "bigint", columns)
                : new Table(name, "connection_id", "uuid", columns);
    }

    /** A column by name, looked up and not trusted. */
    String column(String provider, String column) {
        if (!columns.contains(column)) {
            throw Mapping.refused(provider, name, "has no column " + column);
        }
        return column;
    }

    void accept(String provider, Mapping mapping, Part part) {
        if (part.column() != null && !columns.contains(part.column())) {
            throw Mapping.refused(
                    provider,
                    mapping.file(),
                    "is for a part by " + part.column() + ", which " + name + " lacks");
        }
        if (part.each() && !mapping.yields(part.column())) {
            throw Mapping.refused(
                    provider,
                    mapping.file(),
                    "yields no " + part.column() + ", which tells its sets apart");
        }
    }

    void accept(String provider, Mapping mapping) {
        Set<String> unknown =
                mapping.canonical().stream()
                        .filter(column -> !columns.contains(column))
                        .collect(Collectors.toCollection(LinkedHashSet::new));
        if (!unknown.isEmpty()) {
            throw Mapping.refused(
                    provider,
                    mapping.file(),
                    mapping.place(unknown.iterator().next())
                            + "yields "
                            + unknown
                            + ", which "
                            + name
                            + " lacks");
        }
    }
}
