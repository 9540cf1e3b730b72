package dev.caravan.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.sandbox.truelayer.BankAccount;
import dev.caravan.sandbox.truelayer.BookedRow;
import dev.caravan.sandbox.truelayer.Transaction;
import dev.caravan.store.Erasure;
import java.math.BigDecimal;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What happens to rows is written down with it, once, and can be read as history. */
class ChangeLogTest {
    private World world;
    private UUID connection;
    private BankAccount account;

    @BeforeEach
    void open() {
        world =
                World.of(
                        World.smallBank()
                                .accountsPerConnection(1)
                                .cardsPerConnection(1)
                                .pendingPerAccount(3));
        connection = world.connected("john1");
        account = world.twin.accounts("john1").get(0);
    }

    @AfterEach
    void close() {
        world.close();
    }

    private List<String> history(String kind, long row) {
        return world.texts(
                "select op || coalesce(' ' || column_name || ': ' || was || ' -> ' || became, '')"
                        + " from ledger.history('"
                        + kind
                        + "', "
                        + row
                        + ")");
    }

    private long transaction(String which) {
        return world.number("select min(transaction_id) from ledger.transaction where " + which);
    }

    @Test
    void aPageIsInTheLogWithItsRowsAndAPullWithoutAChangeAddsNothing() {
        new LogOracle(world.database).holdsByPages();
        long rows = world.number("select count(*) from ledger.transaction");
        assertThat(
                        world.number(
                                "select count(*) from ledger.change where kind = 'transaction' and"
                                        + " op = 'insert'"))
                .isEqualTo(rows);
        assertThat(world.number("select count(*) from caravan.change where kind = 'transaction'"))
                .as("rows of a page are told together")
                .isLessThan(rows / 5);
        String size =
                "select count(*) || ' ' || (select count(*) from caravan.stored_page) from"
                        + " caravan.change where kind <> 'balance'";
        String before = world.text(size);
        world.database.update("delete from caravan.page");
        world.pull(connection);
        assertThat(world.text(size)).isEqualTo(before);
    }

    @Test
    void aRowThatTheProviderEditsTellsWhatItWasAndWhatItBecame() {
        BookedRow row = tea("tea-1", "Tea", "2.00");
        world.pull(connection);
        long id = transaction("description = 'Tea'");
        account.edit(row, was -> was.withDescription("Coffee"));
        world.pull(connection);
        account.edit(row, was -> was.withDescription("Cocoa").withAmount(new BigDecimal("-3.10")));
        world.pull(connection);

        assertThat(history("transaction", id))
                .filteredOn(line -> !line.contains(" raw: "))
                .containsExactly(
                        "insert",
                        "update description: \"Tea\" -> \"Coffee\"",
                        "update amount: -2.00 -> -3.10",
                        "update description: \"Coffee\" -> \"Cocoa\"");
        assertThat(
                        world.texts(
                                "select (was ->> 'description') || ' by ' || (became ->>"
                                        + " 'description') from ledger.history('transaction', "
                                        + id
                                        + ") where column_name = 'raw'"))
                .as("the payload as it was")
                .containsExactly("Tea by Coffee", "Coffee by Cocoa");
        new LogOracle(world.database).holdsByPages();
    }

    @Test
    void aSetThatIsReplacedTellsWhatWentCameBackAndWhatItBecame() {
        long pending = transaction("status = 'pending'");
        world.twin.faults().on("accounts/{id}/transactions/pending").emptyResults().times(1);
        world.pull(connection);
        world.pull(connection);
        world.twin.settlePending(account.id());
        world.pull(connection);

        List<String> history = history("transaction", pending);
        assertThat(history)
                .hasSize(6)
                .startsWith("insert", "delete")
                .endsWith("update settled_tier: null -> \"exact\"")
                .element(3)
                .isEqualTo("delete");
        assertThat(history.get(2)).startsWith("update removed_at: \"20").contains("\" -> ");
        assertThat(history.get(4))
                .isEqualTo(
                        "update settled_as: null -> "
                                + transaction(
                                        "transaction_id = (select settled_as from"
                                                + " ledger.transaction where transaction_id = "
                                                + pending
                                                + ")"));
        new LogOracle(world.database).holdsByPages();
    }

    @Test
    void anErasedPersonIsNotInTheLogEither() {
        BookedRow row = tea("tea-1", "Tea with Joanna", "2.00");
        world.pull(connection);
        account.edit(row, was -> was.withDescription("Tea"));
        world.pull(connection);
        assertThat(world.everything()).anyMatch(line -> line.contains("Joanna"));
        long rows = world.number("select count(*) from ledger.transaction");

        new Erasure(world.database).records(connection);
        new Erasure(world.database).records(connection);

        assertThat(world.everything()).noneMatch(line -> line.contains("Joanna"));
        assertThat(world.everything()).noneMatch(line -> line.contains(account.id()));
        assertThat(world.number("select count(*) from ledger.change where was is not null"))
                .isZero();
        assertThat(
                        world.number(
                                "select count(*) from ledger.change where op = 'erase' and kind ="
                                        + " 'transaction'"))
                .as("told once")
                .isEqualTo(rows);
        new LogOracle(world.database).holds();
    }

    private BookedRow tea(String id, String description, String amount) {
        String today = world.clock.instant().toString().substring(0, 10);
        return world.twin.addTransaction(
                account.id(),
                Transaction.debit(today + "T08:00:00Z", description, amount).withIds(id, null));
    }
}
