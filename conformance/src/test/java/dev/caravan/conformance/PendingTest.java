package dev.caravan.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.sandbox.truelayer.BankAccount;
import dev.caravan.sandbox.truelayer.Transaction;
import java.time.Duration;
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

    private long alive() {
        return world.number(
                "select count(*) from ledger.transaction where status = 'pending' and removed_at is"
                        + " null");
    }

    private long linked() {
        return world.number("select count(*) from ledger.transaction where settled_as is not null");
    }
}
