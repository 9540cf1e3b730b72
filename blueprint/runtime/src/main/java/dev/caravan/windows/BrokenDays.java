package dev.caravan.windows;

import dev.caravan.connections.Pull;
import dev.caravan.connections.Spans;
import dev.caravan.store.Database;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.Map;
import org.apache.camel.Exchange;

/**
 * Finds the days of an account whose balances and rows do not agree, so that the next walk begins
 * early enough to read them again. Settings: {@code proof.again} (after which pauses one is read
 * again), {@code proof.every} (how often an account is looked through); which days those are is
 * {@code ledger.balance_proof}. Safe for any number of threads.
 */
final class BrokenDays {
    /** A balance before the oldest day that may be read again has to be in sight. */
    private static final int BEFORE = 35;

    private final Database database;
    private final Object[] pauses;
    private final double everySeconds;

    BrokenDays(Database database, Map<String, String> settings) {
        this.database = database;
        this.pauses =
                Arrays.stream(settings.getOrDefault("proof.again", "").strip().split("\\s+"))
                        .filter(span -> !span.isEmpty())
                        .map(span -> Spans.of(span).toSeconds() + " s")
                        .toArray();
        this.everySeconds =
                Spans.of(settings.getOrDefault("proof.every", "20h").strip()).toSeconds();
    }

    /**
     * The oldest day from {@code reach} on that is due to be read again; null where none is, or
     * where somebody looked not long ago.
     */
    LocalDate oldest(Exchange exchange, LocalDate reach) {
        Pull pull = Pull.of(exchange);
        if (pauses.length == 0 || pull.tryout() != null) {
            return null;
        }
        Long account = Pull.accountId(exchange);
        long id = account == null ? 0 : account;
        String about = account == null ? Pull.accountKey(exchange) : "";
        return database.inTransaction(
                store ->
                        looks(store, pull, id, about)
                                ? oldest(store, pull, id, about, reach)
                                : null);
    }

    private boolean looks(Connection store, Pull pull, long account, String about)
            throws SQLException {
        return Database.update(
                        store,
                        """
                        insert into caravan.proof_look as l (connection_id, account_id, about, looked_at) values (?, ?, ?, caravan.now())
                        on conflict (connection_id, account_id, about) do update set looked_at = excluded.looked_at
                        where l.looked_at <= caravan.now() - make_interval(secs => ?)
                        """,
                        pull.connection(),
                        account,
                        about,
                        everySeconds)
                == 1;
    }

    private LocalDate oldest(
            Connection store, Pull pull, long account, String about, LocalDate reach)
            throws SQLException {
        return Database.query(
                        store,
                        "select caravan.broken_since(?, ?, ?, ?, ?, ?::interval[])",
                        row -> row.getObject(1, LocalDate.class),
                        pull.connection(),
                        account,
                        about,
                        reach.minusDays(BEFORE),
                        reach,
                        store.createArrayOf("text", pauses))
                .get(0);
    }
}
