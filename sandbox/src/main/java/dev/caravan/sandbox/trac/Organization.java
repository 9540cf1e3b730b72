package dev.caravan.sandbox.trac;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

/**
 * One organizational unit with its members, their purses and the transactions that have their home
 * here. What a test or the demo does to it shows in the next answer. Safe for use by many threads.
 */
public final class Organization {
    private final String id;
    private final Instant createdAt;
    private final Clock clock;
    private final Slots<Member> members = new Slots<>();
    private final Map<String, Member> everKnown = new ConcurrentHashMap<>();
    private final Map<String, Slots<Purse>> purses = new ConcurrentHashMap<>();
    private final Slots<Transaction> transactions = new Slots<>();
    private final RowMaker maker;
    private volatile String parentId;
    private volatile String name;
    private volatile boolean active = true;
    private volatile Instant updatedAt;

    Organization(String id, String parentId, String name, Instant createdAt, RowMaker maker) {
        this.id = id;
        this.parentId = parentId;
        this.name = name;
        this.createdAt = createdAt;
        this.updatedAt = createdAt;
        this.maker = maker;
        this.clock = maker.clock();
    }

    /** {@code meta.orgId}. */
    public String id() {
        return id;
    }

    /** {@code meta.parentOrgId}; null for a root. */
    public String parentId() {
        return parentId;
    }

    public String name() {
        return name;
    }

    public boolean active() {
        return active;
    }

    public Instant createdAt() {
        return createdAt;
    }

    public Instant updatedAt() {
        return updatedAt;
    }

    public void rename(String now) {
        name = now;
        updatedAt = clock.instant();
    }

    /** Any id will do: an unknown one, null, or one that closes a circle. */
    public void moveUnder(String otherParentId) {
        parentId = otherParentId;
        updatedAt = clock.instant();
    }

    public void active(boolean now) {
        active = now;
        updatedAt = clock.instant();
    }

    public List<Member> members() {
        return members.all();
    }

    public Member member(String memberId) {
        return members.find(one -> one.id().equals(memberId))
                .orElseThrow(() -> new IllegalArgumentException("no member " + memberId));
    }

    /** A new member of the given type with the purses that such a member has. */
    public Member addMember(String type) {
        return maker.addMember(this, type);
    }

    /** Edits the member and dates the change. */
    public Member edit(String memberId, UnaryOperator<Member> change) {
        members.change(
                one -> one.id().equals(memberId),
                one -> change.apply(one).touched(clock.instant()));
        everKnown.put(memberId, member(memberId));
        return member(memberId);
    }

    /** The member is no longer listed and has no purses; its transactions stay. */
    public void deleteMember(String memberId) {
        members.change(one -> one.id().equals(memberId), one -> null);
        purses.remove(memberId);
    }

    public List<Purse> purses(String memberId) {
        return purseSlots(memberId).all();
    }

    /** Sets a purse of a member anew, or gives the member one more. */
    public void put(String memberId, Purse purse) {
        Slots<Purse> all = purseSlots(memberId);
        if (all.change(one -> one.id().equals(purse.id()), one -> purse) == 0) {
            all.add(purse);
        }
    }

    public void deletePurse(String memberId, String purseId) {
        purseSlots(memberId).change(one -> one.id().equals(purseId), one -> null);
    }

    /** All of them, processed or not. */
    public List<Transaction> transactions() {
        maker.bringArrivals(this);
        return transactions.all();
    }

    /** One transaction of the given moment, processed at once; a new purse id makes the purse. */
    public Transaction add(
            String memberId, String purseId, long pence, boolean sale, Instant createdAt) {
        if (purses(memberId).stream().noneMatch(one -> one.id().equals(purseId))) {
            put(memberId, new Purse(purseId, purseId, "credit", 0, false));
        }
        return keep(maker.row(this, memberId, purseId, pence, sale, createdAt));
    }

    /** So many generated transactions of this moment, processed at once. */
    public List<Transaction> grow(int rows) {
        return settleLate(rows, Duration.ZERO);
    }

    /** So many transactions that were created so long ago and are processed only now. */
    public List<Transaction> settleLate(int rows, Duration age) {
        long now = clock.millis();
        List<Transaction> late = new ArrayList<>();
        for (Transaction row : maker.rows(this, rows, clock.instant().minus(age))) {
            late.add(keep(row.settledAt(now)));
        }
        return late;
    }

    /** So many transactions of this moment that are not processed yet. */
    public List<Transaction> addUnsettled(int rows) {
        List<Transaction> waiting = new ArrayList<>();
        for (Transaction row : maker.rows(this, rows, clock.instant())) {
            waiting.add(keep(row.settledAt(Transaction.NEVER)));
        }
        return waiting;
    }

    /** A transaction that waited is processed from now on. */
    public Transaction settle(String transactionId) {
        return change(transactionId, row -> row.settledAt(clock.millis()));
    }

    /** All that wait are processed from now on. */
    public List<Transaction> settleAll() {
        Instant now = clock.instant();
        List<Transaction> waiting = new ArrayList<>(transactions());
        waiting.removeIf(row -> row.processedAt(now));
        return waiting.stream().map(row -> settle(row.id())).toList();
    }

    /** A transaction that was given out is worth something else. */
    public Transaction edit(String transactionId, long pence) {
        return change(transactionId, row -> row.worth(pence));
    }

    /** The provider no longer gives this transaction. */
    public void deleteTransaction(String transactionId) {
        at(transactionId, row -> null);
    }

    private Transaction change(String transactionId, UnaryOperator<Transaction> change) {
        at(transactionId, change);
        return transactions.find(row -> row.id().equals(transactionId)).orElseThrow();
    }

    private void at(String transactionId, UnaryOperator<Transaction> change) {
        long created = Ulid.millis(transactionId);
        int found =
                transactions.change(
                        row -> row.createdMillis() == created && row.id().equals(transactionId),
                        change);
        if (found == 0) {
            throw new IllegalArgumentException("no transaction " + transactionId);
        }
    }

    void keep(Member member) {
        members.add(member);
        everKnown.put(member.id(), member);
    }

    /** Also one that was deleted; null for one that never was. */
    Member known(String memberId) {
        return everKnown.get(memberId);
    }

    Transaction keep(Transaction row) {
        transactions.add(row);
        return row;
    }

    Slots<Member> memberSlots() {
        return members;
    }

    Slots<Purse> purseSlots(String memberId) {
        return purses.computeIfAbsent(memberId, any -> new Slots<>());
    }

    Slots<Transaction> transactionSlots() {
        maker.bringArrivals(this);
        return transactions;
    }
}
