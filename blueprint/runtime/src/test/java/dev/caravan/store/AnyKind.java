package dev.caravan.store;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * A kind of record as the schema has it, and pages of it: whatever the table asks for is given, so
 * that a new kind is tried without a word here. Immutable.
 */
record AnyKind(String name, boolean owned, PageStatement statement) {
    /** What columns of these names must hold; others get the id, or what their type allows. */
    private static final Map<String, String> ODD =
            Map.of("currency", "'GBP'", "direction", "'credit'", "value", "item ->> 'id'");

    private static final String COLUMNS =
            """
            select a.attname, format_type(a.atttypid, null), (
              select substring(pg_get_constraintdef(c.oid) from '''([^'']+)''::text') from pg_constraint c
              where c.conrelid = a.attrelid and c.contype = 'c' and c.conkey = array[a.attnum]
                and pg_get_constraintdef(c.oid) like '%= ANY%')
            from pg_attribute a where a.attrelid = format('caravan.%I', ?)::regclass and a.attnum > 0 and not a.attisdropped
              and (a.attnotnull and not a.atthasdef and a.attidentity = '' or a.attname = 'value')
              and a.attname not in ('identity', 'connection_id', 'account_id')
            """;

    static List<AnyKind> all(Database database) {
        return database.inTransaction(
                store -> {
                    List<String> names =
                            Database.query(
                                    store,
                                    "select * from caravan.kinds()",
                                    row -> row.getString(1));
                    List<AnyKind> all = new java.util.ArrayList<>();
                    for (String name : names) {
                        all.add(read(store, name));
                    }
                    return List.copyOf(all);
                });
    }

    private static AnyKind read(Connection store, String name) throws SQLException {
        String values =
                Database.query(
                                store,
                                COLUMNS,
                                row ->
                                        value(row.getString(1), row.getString(2), row.getString(3))
                                                + " as "
                                                + row.getString(1),
                                name)
                        .stream()
                        .collect(Collectors.joining(", "));
        String text = "select position, item ->> 'id' as provider_key, " + values + " from page";
        Table table = Table.read(store, "bank", "any.sql", name);
        return new AnyKind(
                name,
                table.scope().equals("account_id"),
                new PageStatement(
                        Mapping.read(store, "bank", "any.sql", text, ""),
                        table,
                        Part.parse("bank", "any.sql", "")));
    }

    private static String value(String column, String type, String word) {
        if (word != null) {
            return "'" + word + "'";
        }
        if (ODD.containsKey(column)) {
            return ODD.get(column);
        }
        return switch (type) {
            case "jsonb" -> "item";
            case "text" -> "item ->> 'id'";
            case "numeric" -> "(item ->> 'name')::numeric";
            case "timestamp with time zone" -> "'2026-01-01Z'::timestamptz";
            default -> "null::" + type;
        };
    }

    /** Stores a page: {@code id=name} each, where the name is a number. */
    void page(
            Connection store,
            UUID connection,
            long account,
            PageStatement.Mode mode,
            String... records)
            throws SQLException {
        String body =
                Arrays.stream(records)
                        .map(each -> each.split("="))
                        .map(each -> "{\"id\":\"" + each[0] + "\",\"name\":\"" + each[1] + "\"}")
                        .collect(Collectors.joining(",", "[", "]"));
        statement.run(
                store,
                body.getBytes(StandardCharsets.UTF_8),
                new PageStatement.Scope(
                        owned ? account : connection,
                        connection,
                        "{}",
                        new String[] {""},
                        new String[0],
                        null,
                        "{}",
                        1),
                mode);
    }

    /** A connection that may be written to. */
    static UUID connection(Database database) {
        return database.first(
                        "insert into caravan.connection (provider, user_ref, state) values ('bank',"
                                + " 'one', 'active') returning id",
                        row -> row.getObject(1, UUID.class))
                .orElseThrow();
    }

    /** An account that no page of accounts names. */
    static long account(Database database, UUID connection) {
        return database.first(
                        "insert into caravan.account (connection_id, identity, provider_account_id,"
                                + " family, currency, raw) values (?, 'own', 'own', 'account',"
                                + " 'GBP', '{}') returning id",
                        row -> row.getLong(1),
                        connection)
                .orElseThrow();
    }
}
