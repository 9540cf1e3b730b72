package dev.caravan.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.sandbox.truelayer.BankAccount;
import dev.caravan.sandbox.truelayer.BookedRow;
import dev.caravan.sandbox.truelayer.TrueLayerTwin;
import dev.caravan.store.Database;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/** Compares the views with the twin's own truth: nothing lost, nothing doubled, nothing stale. */
public final class Oracle {
    private final TrueLayerTwin twin;
    private final Database database;

    Oracle(World world) {
        this(world.twin, world.database);
    }

    public Oracle(TrueLayerTwin twin, Database database) {
        this.twin = twin;
        this.database = database;
    }

    /**
     * Every booked row of a user's accounts is in {@code ledger.transaction} once, and nothing
     * else.
     */
    public void holds(String user) {
        for (BankAccount account : twin.accounts(user)) {
            List<String> truth = new ArrayList<>();
            for (BookedRow row : twin.truth().booked(account.id())) {
                truth.add(
                        line(
                                row.normalisedId() == null ? row.providerId() : row.normalisedId(),
                                row.signedAmount(),
                                row.currency(),
                                row.description()));
            }
            assertThat(stored(account.id()))
                    .as("booked rows of %s", account.id())
                    .containsExactlyInAnyOrderElementsOf(truth);
        }
    }

    private List<String> stored(String account) {
        return database.query(
                """
                select t.provider_transaction_id, t.amount, t.currency, t.description from ledger.transaction t
                join ledger.account a using (account_id)
                where a.provider_account_id = ? and t.status = 'booked' and t.removed_at is null
                """,
                row ->
                        line(
                                row.getString(1),
                                row.getBigDecimal(2),
                                row.getString(3),
                                row.getString(4)),
                account);
    }

    private static String line(String id, BigDecimal amount, String currency, String description) {
        return id
                + " "
                + amount.stripTrailingZeros().toPlainString()
                + " "
                + currency
                + " "
                + description;
    }
}
