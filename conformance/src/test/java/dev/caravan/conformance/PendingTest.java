package dev.caravan.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.deploy.ProviderFolders;
import dev.caravan.desk.Answer;
import dev.caravan.desk.Desk;
import dev.caravan.sandbox.truelayer.BankAccount;
import dev.caravan.sandbox.truelayer.Transaction;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Pending is a set that is replaced whole, and linked to what it became (contract 4.4). */
class PendingTest {
    private World world;
    private UUID connection;
    private BankAccount account;

    @BeforeEach
    void open() {
        world =
                World.of(
                        World.smallBank()
                                .accountsPerConnection(1)
                                .cardsPerConnection(0)
                                .pendingPerAccount(3));
        connection = world.connected("john1");
        account = world.twin.accounts("john1").get(0);
    }

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void theSetIsReplacedAndBookedRowsAreLeftAlone() {
        long booked =
                world.number("select count(*) from ledger.transaction where status = 'booked'");
        assertThat(alive()).isEqualTo(3);
        world.twin.faults().on("accounts/{id}/transactions/pending").emptyResults().times(1);
        world.pull(connection);
        assertThat(alive()).isZero();
        assertThat(
                        world.number(
                                "select count(*) from ledger.transaction where status = 'booked'"
                                        + " and removed_at is null"))
                .isEqualTo(booked);

        world.pull(connection);
        assertThat(alive()).as("the same rows are back under their keys").isEqualTo(3);
        assertThat(world.number("select count(*) from ledger.transaction where status = 'pending'"))
                .isEqualTo(3);
    }

    @Test
    void whatBecameBookedUnderANewIdIsATombstoneThatNamesTheBookedRow() {
        world.advance(Duration.ofDays(2));
        world.twin.settlePending(account.id());
        world.pull(connection);

        assertThat(alive()).isZero();
        assertThat(
                        world.number(
                                """
                                select count(*) from ledger.transaction p join ledger.transaction b on b.transaction_id = p.settled_as
                                where p.status = 'pending' and p.removed_at is not null and b.status = 'booked' and b.removed_at is null
                                  and (b.amount, b.description) = (p.amount, p.description)
                                """))
                .isEqualTo(3);
        new Oracle(world).holds("john1");
    }

    @Test
    void theBookedRowMayComeAPullLaterThanThePendingOneLeaves() {
        world.twin.faults().on("accounts/{id}/transactions/pending").emptyResults().times(1);
        world.pull(connection);
        world.twin.settlePending(account.id());
        world.pull(connection);

        assertThat(linked()).isEqualTo(3);
    }

    @Test
    void whereTwoBookedRowsWouldFitNoneIsLinked() {
        String today = world.clock.instant().toString().substring(0, 10);
        account.addPending(
                Transaction.debit(today + "T09:00:00Z", "Twins", "4.00").withIds("p-1", null));
        world.pull(connection);
        world.twin.settlePending(account.id());
        world.twin.addTransaction(
                account.id(),
                Transaction.debit(today + "T10:00:00Z", "Twins", "4.00").withIds("other", null));
        world.pull(connection);

        assertThat(linked()).isEqualTo(3);
        assertThat(
                        world.number(
                                "select count(*) from ledger.transaction where description ="
                                        + " 'Twins' and settled_as is not null"))
                .isZero();
    }

    @Test
    void anOlderPurchaseOfTheSameKindIsNotTakenForTheBookedRow() {
        String today = world.clock.instant().toString().substring(0, 10);
        world.twin.addTransaction(
                account.id(),
                Transaction.debit(today + "T08:00:00Z", "Tea", "2.00").withIds("tea-1", null));
        world.pull(connection);
        account.addPending(
                Transaction.debit(today + "T09:00:00Z", "Tea", "2.00").withIds("tea-2", null));
        world.pull(connection);
        world.twin.faults().on("accounts/{id}/transactions/pending").emptyResults().times(1);
        world.pull(connection);

        assertThat(linked()).isZero();
    }

    @Test
    void aDoubtfulPairWaitsForAPersonWhoseWordIsKept() {
        String today = world.clock.instant().toString().substring(0, 10);
        world.twin.settlePending(account.id());
        account.addPending(
                Transaction.debit(today + "T09:00:00Z", "Old Ale House", "20.00")
                        .withIds("ale-1", null));
        world.pull(connection);
        world.twin.faults().on("accounts/{id}/transactions/pending").emptyResults().times(1);
        world.twin.addTransaction(
                account.id(),
                Transaction.debit(today + "T09:00:00Z", "Old Ale House", "22.00")
                        .withIds("ale-2", null));
        world.pull(connection);
        Desk desk = world.desk(new ProviderFolders(World.ROUTES), world.home);
        String pair =
                world.text(
                        "select settlement_id::text from ledger.settlement where tier = 'weak' and"
                                + " outcome = 'open' and reason = 'amount near, same text, same"
                                + " day'");
        assertThat(settled()).isEmpty();

        assertThat(desk.run(List.of("settlements", pair, "--accept"), "ann").code())
                .isEqualTo(Answer.GOOD);
        assertThat(settled()).containsExactly("20.00 22.00 weak ann");
        assertThat(desk.run(List.of("settlements", "--decided")).text()).contains("ann");
        assertThat(desk.run(List.of("settlements", pair, "--reject"), "ben").code())
                .isEqualTo(Answer.GOOD);
        assertThat(settled()).isEmpty();
        assertThat(
                        world.texts(
                                "select outcome || ' ' || decided_by from ledger.settlement where"
                                        + " settlement_id = "
                                        + pair))
                .containsExactly("rejected ben");
        assertThat(
                        world.texts(
                                "select h.op || ' ' || h.column_name from ledger.transaction t,"
                                        + " ledger.history('transaction', transaction_id) h where"
                                        + " description = 'Old Ale House' and column_name like"
                                        + " 'settled%' order by h.cursor, 1"))
                .containsExactly(
                        "update settled_as",
                        "update settled_tier",
                        "update settled_as",
                        "update settled_tier");
    }

    @Test
    void aPendingRowThatComesBackIsNotWhatItWasLinkedTo() {
        String today = world.clock.instant().toString().substring(0, 10);
        account.addPending(
                Transaction.debit(today + "T09:00:00Z", "Tea", "2.00").withIds("tea-1", null));
        world.pull(connection);
        world.twin.faults().on("accounts/{id}/transactions/pending").emptyResults().times(1);
        world.twin.addTransaction(
                account.id(),
                Transaction.debit(today + "T10:00:00Z", "Tea", "2.00").withIds("tea-2", null));
        world.pull(connection);
        assertThat(linked()).isEqualTo(1);
        world.pull(connection);

        assertThat(linked()).isZero();
        assertThat(world.texts("select outcome || ' ' || decided_by from ledger.settlement"))
                .containsExactly("undone caravan");
    }

    private List<String> settled() {
        return world.texts(
                "select trim_scale(-p.amount)::numeric(9, 2) || ' ' || (-b.amount)::numeric(9, 2)"
                    + " || ' ' || p.settled_tier || ' ' || s.decided_by from ledger.transaction p"
                    + " join ledger.transaction b on b.transaction_id = p.settled_as join"
                    + " ledger.settlement s on s.pending_transaction_id = p.transaction_id and"
                    + " s.outcome = 'linked' where p.description = 'Old Ale House'");
    }

    private long alive() {
        return world.number(
                "select count(*) from ledger.transaction where status = 'pending' and removed_at is"
                        + " null");
    }

    private long linked() {
        return world.number("select count(*) from ledger.transaction where settled_as is not null");
    }
}
