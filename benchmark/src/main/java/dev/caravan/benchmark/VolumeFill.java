package dev.caravan.benchmark;

import dev.caravan.store.Database;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Locale;

/**
 * Fills a store with accounts and transactions as pulls leave them: a first year of each account at
 * once, then a year month by month, so that the rows of an account lie where they would. For one
 * thread.
 */
final class VolumeFill {
    private static final int MONTHS = 12;
    private static final int AT_ONCE = 1_000;

    private static final String CONNECTIONS =
            """
            insert into caravan.connection (provider, user_ref, state, institution, created_at)
            select 'truelayer', 'user-' || n, 'active', 'bank-' || n % 40, now() - interval '2 years' from generate_series(1, ?) n
            """;

    private static final String ACCOUNTS =
            """
            insert into caravan.account (connection_id, identity, digest, provider_account_id, family, currency, display_name, iban, raw, pull_id)
            select c.id, 'account:' || md5(c.id::text || n), 1, md5(c.id::text || n), 'account', 'GBP', 'Current account ' || n,
              'GB29NWBK' || lpad((n + 1000 * row_number() over ())::text, 14, '0'), jsonb_build_object('account_id', md5(c.id::text || n),
              'account_type', 'TRANSACTION', 'currency', 'GBP', 'display_name', 'Current account ' || n), 1
            from caravan.connection c, generate_series(1, ?) n
            """;

    private static final String DERIVATIONS =
            """
            insert into caravan.derivation (connection_id, hash, kind, file, version, seed, part, context)
            select a.connection_id, sha256(convert_to(a.id::text, 'UTF8')), 'transaction', 'transactions.sql', '00000000', 1, '',
              jsonb_build_object('account', a.provider_account_id, 'family', a.family, 'currency', a.currency, 'connection', a.connection_id,
                'kind', 'transactions', 'part', '{}'::jsonb, 'about', '{}'::jsonb, 'own', '{}'::jsonb, 'settings', '{}'::jsonb)
            from caravan.account a
            """;

    /** A page of each of so many accounts, and its entries in the log of changes. */
    private static final String ROWS =
            """
            with told as (
              select a.id as account, a.connection_id as connection, a.currency, d.id as derivation, (?::date + (n * ? / ?)::int) as day, least(now(), (?::date + ?)::timestamptz) as pulled, n,
                md5(a.id || '/' || ? || '/' || n) as key, round((random() * -90 - 1)::numeric, 2) as amount
              from caravan.account a join caravan.derivation d on d.connection_id = a.connection_id and d.context ->> 'account' = a.provider_account_id
              cross join generate_series(0, ? - 1) n
              where a.id between ? and ?),
            written as (
              insert into caravan.transaction (account_id, identity, digest, status, provider_transaction_id, booked_at, booking_date, amount,
                currency, direction, running_balance, description, merchant_name, category, classification, raw, pull_id, derivation_id, kept_whole, first_seen_at, changed_at)
              select account, 'n:' || key, hashtextextended(key, 0), 'booked', key, day + interval '12 hours', day, amount, currency, 'debit',
                1000 + n, 'CARD PAYMENT TO SHOP ' || left(key, 8) || ' ON ' || day, 'Shop ' || left(key, 8), 'PURCHASE', 'Shopping > Groceries',
                jsonb_build_object('transaction_id', md5('t' || key), 'normalised_provider_transaction_id', key,
                  'provider_transaction_id', md5('p' || key), 'timestamp', day || 'T12:00:00Z', 'description',
                  'CARD PAYMENT TO SHOP ' || left(key, 8) || ' ON ' || day, 'amount', amount, 'currency', currency, 'transaction_type', 'DEBIT',
                  'transaction_category', 'PURCHASE', 'transaction_classification', jsonb_build_array('Shopping', 'Groceries'), 'merchant_name',
                  'Shop ' || left(key, 8), 'running_balance', jsonb_build_object('amount', 1000 + n, 'currency', currency),
                  'meta', jsonb_build_object('bank_transaction_id', md5('b' || key), 'provider_category', 'DEB', 'provider_reference', left(key, 12))),
                ?, derivation, true, pulled, pulled
              from told order by account, day returning id, account_id)
            insert into caravan.change (at, connection_id, pull_id, kind, op, block, row_ids)
            select ?::timestamptz, a.connection_id, ?, 'transaction', 'insert', w.id / 1024, array_agg(w.id order by w.id)
            from written w join caravan.account a on a.id = w.account_id group by a.connection_id, w.account_id, w.id / 1024
            """;

    private final Connection store;
    private final int perAccount;

    VolumeFill(Connection store, int perAccount) {
        this.store = store;
        this.perAccount = perAccount;
    }

    void run(int connections, int accountsEach) throws SQLException {
        Database.update(store, CONNECTIONS, connections);
        Database.update(store, ACCOUNTS, accountsEach);
        Database.update(store, DERIVATIONS);
        Database.update(store, "analyze caravan.derivation");
        Database.update(store, "analyze caravan.account");
        int accounts = connections * accountsEach;
        long first =
                Database.query(store, "select min(id) from caravan.account", row -> row.getLong(1))
                        .get(0);
        int history = perAccount / 2;
        int monthly = (perAccount - history) / MONTHS;
        for (int month = 0; month <= MONTHS; month++) {
            int rows = month == 0 ? history : monthly;
            int days = month == 0 ? 365 : 28;
            String since =
                    Database.query(
                                    store,
                                    "select ((now() - interval '24 months')::date + ?::int)::text",
                                    row -> row.getString(1),
                                    month == 0 ? 0 : 365 + (month - 1) * 30)
                            .get(0);
            for (int at = 0; at < accounts; at += AT_ONCE) {
                Database.update(
                        store,
                        ROWS,
                        since,
                        days,
                        rows,
                        since,
                        days,
                        month,
                        rows,
                        first + at,
                        first + at + AT_ONCE - 1,
                        month,
                        "now",
                        month);
            }
            System.err.printf(
                    Locale.ROOT,
                    "benchmark: %,d of %,d rows%n",
                    (long) accounts * (history + (long) month * monthly),
                    (long) accounts * perAccount);
        }
        pending();
        updates();
        runs(connections);
        for (String table : new String[] {"transaction", "change", "pull_run"}) {
            Database.update(store, "vacuum (analyze) caravan." + table);
        }
    }

    /** Three pending rows an account. */
    private void pending() throws SQLException {
        Database.update(
                store,
                """
                insert into caravan.transaction (account_id, identity, digest, status, booking_date, amount, currency, direction, description, raw, pull_id)
                select a.id, 'pending:f:' || md5(a.id || '-' || n), 1, 'pending', now()::date, -5, 'GBP', 'debit', 'PENDING SHOP ' || n,
                  jsonb_build_object('amount', -5, 'currency', 'GBP', 'description', 'PENDING SHOP ' || n), 99
                from caravan.account a, generate_series(1, 3) n
                """);
    }

    /** One row of fifty was changed since, each with its old description and payload in the log. */
    private void updates() throws SQLException {
        Database.update(
                store,
                """
                with touched as (
                  update caravan.transaction t set description = t.description || ' (settled)', changed_at = now(), changed_xid = pg_current_xact_id()
                  where t.id % 50 = 0 returning t.id, t.account_id, t.raw)
                insert into caravan.change (connection_id, pull_id, kind, op, row_id, was)
                select a.connection_id, 98, 'transaction', 'update', s.id, jsonb_build_object('description', 'as it was', 'raw', s.raw)
                from touched s join caravan.account a on a.id = s.account_id
                """);
    }

    /** Two hundred pulls a connection over the last 200 days. */
    private void runs(int connections) throws SQLException {
        Database.update(
                store,
                """
                insert into caravan.pull_run (pull_id, connection_id, kind, started_at, ended_at, outcome, calls, pages, seen)
                select nextval('caravan.pull_id'), c.id, 'transactions', now() - make_interval(days => 200 - n), now() - make_interval(days => 200 - n),
                  'complete', 4, 4, 200
                from generate_series(1, 200) n, caravan.connection c
                """);
    }
}
