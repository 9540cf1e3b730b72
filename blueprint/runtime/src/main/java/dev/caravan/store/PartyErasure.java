package dev.caravan.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Erases one of the parties of a connection: its rows of every kind, its accounts with all that
 * hangs on them, and what was kept of it beside. The rest of the connection goes on. Safe for any
 * number of threads and nodes: a page of the connection waits for it.
 */
public final class PartyErasure {
    private final Database database;

    public PartyErasure(Database database) {
        this.database = database;
    }

    /** A party as its connection knows it. */
    public record Party(UUID connection, String provider, String key) {}

    private record Account(long id, String key) {}

    /**
     * The party of this number in {@code ledger.party}; empty where there is none, or it is erased.
     */
    public Optional<Party> find(long id) {
        return database.first(
                """
                select p.connection_id, c.provider, p.provider_party_id from caravan.party p
                join caravan.connection c on c.id = p.connection_id where p.id = ? and p.identity not like 'erased:%'
                """,
                row -> new Party(row.getObject(1, UUID.class), row.getString(2), row.getString(3)),
                id);
    }

    /** Erases it and says how many rows are tombstones without a word now. */
    public int erase(Party party) {
        return database.inTransaction(store -> erase(store, party));
    }

    private static int erase(Connection store, Party party) throws SQLException {
        UUID connection = party.connection();
        // waits for the page that is being stored
        Database.query(
                store,
                "select 1 from caravan.connection where id = ? for update",
                row -> 1,
                connection);
        List<Account> accounts =
                Database.query(
                        store,
                        "select id, provider_account_id from caravan.account where connection_id ="
                                + " ? and provider_party_id = ?",
                        row -> new Account(row.getLong(1), row.getString(2)),
                        connection,
                        party.key());
        Object ids = store.createArrayOf("bigint", accounts.stream().map(Account::id).toArray());
        int erased = 0;
        for (String table : tables(store, "account_id")) {
            erased += Erasure.rows(store, table, connection, "account_id = any (?)", ids);
        }
        for (String column : List.of("provider_party_id", "provider_link_id")) {
            for (String table : tables(store, column)) {
                erased +=
                        Erasure.rows(
                                store,
                                table,
                                connection,
                                "connection_id = ? and " + column + " = ?",
                                connection,
                                party.key());
            }
        }
        for (String table : besideAccounts(store)) {
            Database.update(
                    store, "delete from caravan." + table + " where account_id = any (?)", ids);
        }
        List<String> keys = new ArrayList<>(List.of(party.key()));
        accounts.forEach(account -> keys.add(account.key()));
        for (String key : keys) {
            beside(store, connection, key);
        }
        return erased;
    }

    /** Tables of records with this column. */
    private static List<String> tables(Connection store, String column) throws SQLException {
        return Database.query(
                store,
                """
                select table_name from information_schema.columns where table_schema = 'caravan'
                  and column_name in ('identity', 'raw', 'removed_at', ?)
                group by 1 having count(*) = 4 order by 1
                """,
                row -> row.getString(1),
                column);
    }

    /** Tables that tell of accounts and hold no records: cursors, what was refused, and so on. */
    private static List<String> besideAccounts(Connection store) throws SQLException {
        return Database.query(
                store,
                """
                select table_name from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
                where table_schema = 'caravan' and t.table_type = 'BASE TABLE' and c.column_name in ('account_id', 'identity')
                group by 1 having min(c.column_name) = 'account_id' and count(*) = 1 order by 1
                """,
                row -> row.getString(1));
    }

    private static void beside(Connection store, UUID connection, String key) throws SQLException {
        Hearsay.erase(store, connection, key);
        for (String table : List.of("page", "walk", "call", "call_ban", "deferred_result")) {
            Database.update(
                    store,
                    "delete from caravan."
                            + table
                            + " where connection_id = ? and (account = ? or ? = any"
                            + " (string_to_array(account, '/')))",
                    connection,
                    key,
                    key);
        }
        Database.update(
                store,
                "update caravan.inbox set body = '', headers = '{}', body_hash = '', entity = case"
                        + " entity when ? then null else entity end where connection_id = ? and"
                        + " (entity = ? or position(? in body) > 0)",
                key,
                connection,
                key,
                '"' + key + '"');
        Database.update(
                store,
                "update caravan.pull_run set message = null where connection_id = ? and position(?"
                        + " in message) > 0",
                connection,
                key);
        Database.update(
                store,
                "update caravan.reading set fault = null, fault_at = null where connection_id = ?"
                        + " and position(? in fault) > 0",
                connection,
                key);
        Database.update(
                store,
                "update caravan.connection set last_fault = null where id = ? and position(? in"
                        + " last_fault) > 0",
                connection,
                key);
    }
}
