package dev.caravan.benchmark;

import dev.caravan.store.Database;
import dev.caravan.store.Erasure;
import dev.caravan.store.StoreLogin;
import java.net.ServerSocket;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Fills the embedded store with five million transactions and measures what is promised of it:
 * sizes of tables and indexes, and for each question its plan, the blocks it touches and its time.
 * The store goes when it ends.
 */
public final class Volume {
    private static final int CONNECTIONS = 5_000;
    private static final int ACCOUNTS_EACH = 4;
    private static final Pattern TIME = Pattern.compile("Execution Time: ([0-9.]+) ms");
    private static final Pattern SCAN =
            Pattern.compile(
                    "(Seq Scan on \\w+|Index (?:Only )?Scan (?:Backward )?using \\w+|Bitmap Index"
                            + " Scan on \\w+)");

    private static final String SIZES =
            """
            select c.relname, pg_relation_size(c.oid), coalesce(pg_total_relation_size(nullif(c.reltoastrelid, 0)), 0), greatest(c.reltuples, 0)::bigint
            from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where n.nspname = 'caravan' and c.relkind in ('r', 'i') and pg_relation_size(c.oid) > 8 * 1024 * 1024
            order by c.relkind desc, 2 desc
            """;

    private final Database database;
    private final StoreLogin login;
    private final long rows;

    private Volume(ThrowawayStore store, long rows) {
        this.database = store.database();
        this.login = store.login();
        this.rows = rows;
    }

    public static void main(String[] arguments) throws Exception {
        long rows = arguments.length > 0 ? Long.parseLong(arguments[0]) : 5_000_000;
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        try (ThrowawayStore store = new ThrowawayStore(port)) {
            new Volume(store, rows).run();
        }
    }

    private void run() throws SQLException {
        long began = System.nanoTime();
        int accounts = CONNECTIONS * ACCOUNTS_EACH;
        try (Connection store =
                DriverManager.getConnection(login.url(), login.user(), login.password())) {
            new VolumeFill(store, (int) Math.max(26, rows / accounts))
                    .run(CONNECTIONS, ACCOUNTS_EACH);
        }
        System.out.printf(
                Locale.ROOT, "filled in %d s%n%n", (System.nanoTime() - began) / 1_000_000_000);
        sizes();
        questions();
        erasure();
    }

    private void sizes() {
        System.out.println(
                "| table or index | MB | bytes a transaction | at 100 million, GB |\n"
                        + "| --- | ---: | ---: | ---: |");
        long all =
                database.first("select count(*) from caravan.transaction", row -> row.getLong(1))
                        .orElseThrow();
        System.err.println("benchmark: " + all + " transactions");
        database.query(
                        SIZES,
                        row -> {
                            double bytes = row.getLong(2) + row.getLong(3);
                            return String.format(
                                    Locale.ROOT,
                                    "| `%s` | %,.0f | %,.0f | %,.1f |",
                                    row.getString(1),
                                    bytes / 1e6,
                                    bytes / all,
                                    bytes / all * 0.1);
                        })
                .forEach(System.out::println);
    }

    private void questions() {
        System.out.println(
                "\n"
                        + "| question | ms, second time | blocks touched | plan |\n"
                        + "| --- | ---: | ---: | --- |");
        String account =
                text("select id::text from caravan.account order by id offset 7777 limit 1");
        String transaction =
                text(
                        "select id::text from caravan.transaction where account_id = "
                                + account
                                + " and status = 'booked' order by id desc offset 10 limit 1");
        String updated =
                text(
                        "select row_id::text from caravan.change where row_id is not null order by"
                                + " row_id offset 5000 limit 1");
        String connection =
                text("select connection_id::text from caravan.account where id = " + account);
        String cursor =
                text("select cursor from ledger.changes('', 1000) order by cursor desc limit 1");
        String keys =
                "(select array_agg(identity) from (select identity from caravan.transaction where"
                        + " account_id = "
                        + account
                        + " and status = 'booked' limit 500) k)";
        ask(
                "one account's month",
                "select * from ledger.transaction where account_id = "
                        + account
                        + " and booking_date >= current_date - 60 and booking_date < current_date -"
                        + " 30");
        ask(
                "the last 50 of an account",
                "select * from ledger.transaction where account_id = "
                        + account
                        + " and status = 'booked' and removed_at is null order by booking_date desc"
                        + " limit 50");
        ask(
                "a transaction by transaction_id",
                "select * from ledger.transaction where transaction_id = " + transaction);
        ask(
                "the pending set of an account",
                "select * from ledger.transaction where account_id = "
                        + account
                        + " and status = 'pending' and removed_at is null");
        ask(
                "all of one user over all accounts",
                "select t.* from ledger.connection c join ledger.transaction t using"
                        + " (connection_id) where c.user_ref = 'user-1234'");
        ask("1,000 changes after a cursor", "select * from ledger.changes('" + cursor + "', 1000)");
        ask(
                "what changed since yesterday, counted",
                "select count(*) from ledger.transaction where changed_at > now() - interval '1"
                        + " day'");
        ask("the first 1,000 changes", "select * from ledger.changes('', 1000)");
        ask("the history of a row", "select * from ledger.history('transaction', " + updated + ")");
        ask(
                "a page of known rows: their digests",
                "select k.i, (select t.digest from caravan.transaction t where t.account_id = "
                        + account
                        + " and t.identity = k.i) from unnest("
                        + keys
                        + ") k(i)");
        ask(
                "a page of 500 new rows",
                """
                insert into caravan.transaction (account_id, identity, digest, status, booking_date, amount, currency, direction, description, raw)
                select %s, 'x:' || md5(n::text), n, 'booked', current_date, -1, 'GBP', 'debit', 'NEW ' || n, t.raw
                from generate_series(1, 500) n, (select raw from caravan.transaction where id = %s) t
                on conflict (account_id, identity) do update set digest = excluded.digest
                """
                        .formatted(account, transaction));
        ask(
                "what pulls did in 14 days, by day",
                "select (started_at at time zone 'UTC')::date, count(*) from ledger.pull_run where"
                        + " started_at > caravan.now() - interval '14 days' group by 1");
        for (String view : List.of("freshness", "coverage", "balance_proof")) {
            if (text("select coalesce(to_regclass('ledger." + view + "')::text, '')").isEmpty()) {
                continue;
            }
            ask(
                    "`ledger." + view + "` of a connection",
                    "select * from ledger." + view + " where connection_id = '" + connection + "'");
        }
    }

    /** Twice in a transaction that is undone: the second time its blocks are in memory. */
    private void ask(String name, String sql) {
        String plan = "";
        for (int times = 0; times < 2; times++) {
            plan = explained(sql);
        }
        Matcher time = TIME.matcher(plan);
        String scans =
                SCAN.matcher(plan)
                        .results()
                        .map(each -> each.group(1))
                        .distinct()
                        .collect(Collectors.joining(", "));
        System.out.printf(
                Locale.ROOT,
                "| %s | %s | %,d | %s |%n",
                name,
                time.find() ? time.group(1) : "?",
                touched(plan),
                scans.isEmpty() ? "inside a function, by its indexes" : scans);
        System.err.println("-- " + name + "\n" + plan);
    }

    private static long touched(String plan) {
        Matcher first = Pattern.compile("Buffers: shared([^\\n]*)").matcher(plan);
        long sum = 0;
        if (first.find()) {
            Matcher numbers = Pattern.compile("(?:hit|read)=(\\d+)").matcher(first.group(1));
            while (numbers.find()) {
                sum += Long.parseLong(numbers.group(1));
            }
        }
        return sum;
    }

    private String explained(String sql) {
        try (Connection connection = database.dataSource().getConnection()) {
            connection.setAutoCommit(false);
            try {
                return String.join(
                        "\n",
                        Database.query(
                                connection,
                                "explain (analyze, buffers) " + sql,
                                row -> row.getString(1)));
            } finally {
                connection.rollback();
                connection.setAutoCommit(true);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    private void erasure() {
        UUID connection =
                UUID.fromString(
                        text(
                                "select connection_id::text from caravan.account order by id offset"
                                        + " 9999 limit 1"));
        long began = System.nanoTime();
        new Erasure(database).records(connection);
        System.out.printf(
                Locale.ROOT,
                "| erasure of one connection with all of its rows | %d | | |%n",
                (System.nanoTime() - began) / 1_000_000);
    }

    private String text(String sql) {
        return database.first(sql, row -> row.getString(1)).orElse("");
    }
}
