package dev.caravan.store;

import dev.caravan.connections.Pull;
import dev.caravan.windows.Covered;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.ZoneOffset;
import org.apache.camel.Exchange;

/**
 * Writes down which days of transactions a walk has fetched, in the transaction of the rows with
 * which they are whole, and counts the broken ones among them as read again. Stateless.
 */
final class Coverage {
    private Coverage() {}

    static void keep(Connection store, Exchange exchange, Covered days) throws SQLException {
        Pull pull = Pull.of(exchange);
        Long account = Pull.accountId(exchange);
        Database.query(
                store,
                "select caravan.walked(?, ?, ?, ?, ?, ?, ?, coalesce(?::timestamptz, caravan.now()"
                        + " - make_interval(secs => ?)), ?)",
                row -> null,
                pull.connection(),
                account == null ? 0 : account,
                account == null ? Pull.accountKey(exchange) : "",
                Pull.kind(exchange),
                days.zone(),
                days.from(),
                days.to(),
                days.began() == null ? null : days.began().atOffset(ZoneOffset.UTC),
                days.age().toMillis() / 1000.0,
                pull.id());
    }
}
