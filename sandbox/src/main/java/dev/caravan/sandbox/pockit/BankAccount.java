package dev.caravan.sandbox.pockit;

import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * One account of a user, with its rows from the oldest to the youngest. Every change replaces the
 * list of rows, so whoever holds one can go on reading it. Safe for use by many threads.
 */
public final class BankAccount {
    static final String CURRENCY = "GBP";
    private static final Comparator<Transaction> BY_TIME =
            Comparator.comparing(
                            (Transaction row) -> row.bookedAt(), OffsetDateTime.timeLineOrder())
                    .thenComparingLong(Transaction::seq);

    /** All rows at one moment, the youngest first, and the highest number given so far. */
    record View(List<Transaction> rows, long lastSeq) {}

    private final String user;
    private final int number;
    private final Holdings holdings;
    private final LocalDate firstDay;
    private final RowSource source;
    private List<Transaction> rows;
    private Optional<View> view = Optional.empty();
    private LocalDate arrived;
    private long seq;
    private int growths;

    BankAccount(String user, int number, Holdings holdings, LocalDate firstDay) {
        this.user = user;
        this.number = number;
        this.holdings = holdings;
        this.firstDay = firstDay;
        this.arrived = firstDay;
        this.source = new RowSource(holdings, key());
        List<Transaction> all = new ArrayList<>();
        for (int at = 0; at < holdings.transactionsPerAccount(); at++) {
            all.add(source.past(at, firstDay));
        }
        for (int at = 0; at < holdings.rejectedPerAccount(); at++) {
            Transaction row = source.row("rejected", at, firstDay.minusDays(2));
            all.add(row.status(Transaction.Status.Rejected));
        }
        for (int at = 0; at < holdings.pendingPerAccount(); at++) {
            Transaction row = source.row("pending", at, firstDay);
            all.add(
                    row.status(Transaction.Status.Pending)
                            .bookedAt(firstDay.atStartOfDay().atOffset(ZoneOffset.UTC)));
        }
        this.rows = List.of();
        put(all);
    }

    public String user() {
        return user;
    }

    /** Names the account inside the twin, whatever id a consent sees. */
    public String key() {
        return user + "-" + number;
    }

    int number() {
        return number;
    }

    /** The id that a consent of this salt sees; salt 0 is the first one. */
    String id(int salt) {
        String digits = RowSource.digits(Scatter.of(source.hash() + salt), 8);
        return holdings.escapedIds() ? digits + "/GBP A" : digits;
    }

    public String sortCode() {
        return "2314" + RowSource.digits(source.hash() >>> 7, 2);
    }

    public String accountNumber() {
        return RowSource.digits(Scatter.of(source.hash(), "number"), 8);
    }

    /** With check digits that are right (ISO 13616). */
    public String iban() {
        String inland = "PCKT" + sortCode() + accountNumber();
        StringBuilder digits = new StringBuilder();
        for (char c : (inland + "GB00").toCharArray()) {
            digits.append(Character.getNumericValue(c));
        }
        int check = 98 - new BigInteger(digits.toString()).mod(BigInteger.valueOf(97)).intValue();
        return String.format("GB%02d%s", check, inland);
    }

    /** A card number of a range that no scheme uses. */
    String pan() {
        return "000000" + RowSource.digits(Scatter.of(source.hash(), "pan"), 10);
    }

    public List<Beneficiary> beneficiaries() {
        return source.beneficiaries();
    }

    /** All rows, the oldest first, as they are at this moment. */
    public synchronized List<Transaction> rows() {
        return rows;
    }

    synchronized View view() {
        if (view.isEmpty()) {
            List<Transaction> youngest = new ArrayList<>(rows);
            Collections.reverse(youngest);
            view = Optional.of(new View(Collections.unmodifiableList(youngest), seq));
        }
        return view.get();
    }

    public List<Transaction> rows(Transaction.Status status) {
        return rows().stream().filter(row -> row.status() == status).toList();
    }

    /** Puts a row where its time belongs; answers it as the account keeps it. */
    public synchronized Transaction add(Transaction row) {
        return put(List.of(row)).get(0);
    }

    /** So many new booked rows of this day. */
    synchronized void grow(int count, Instant now) {
        LocalDate today = LocalDate.ofInstant(now, ZoneOffset.UTC);
        String family = "growth" + growths++;
        List<Transaction> fresh = new ArrayList<>();
        for (int at = 0; at < count; at++) {
            Transaction row = source.row(family, at, today);
            fresh.add(row.bookedAt(today.atStartOfDay().atOffset(ZoneOffset.UTC)));
        }
        put(fresh);
    }

    /** Brings what the days since the first one have brought. */
    synchronized void arrive(Instant now) {
        LocalDate today = LocalDate.ofInstant(now, ZoneOffset.UTC);
        List<Transaction> fresh = new ArrayList<>();
        while (holdings.arrivalsPerDay() > 0 && arrived.isBefore(today)) {
            arrived = arrived.plusDays(1);
            for (int at = 0; at < holdings.arrivalsPerDay(); at++) {
                Transaction row = source.row("day" + arrived, at, arrived);
                fresh.add(row.bookedAt(arrived.atStartOfDay().atOffset(ZoneOffset.UTC)));
            }
        }
        if (!fresh.isEmpty()) {
            put(fresh);
        }
    }

    /** Changes one row in place; its number inside the twin stays. */
    public synchronized Transaction edit(Transaction row, UnaryOperator<Transaction> change) {
        Transaction edited = change.apply(row).seq(row.seq());
        delete(row);
        List<Transaction> all = new ArrayList<>(rows);
        all.add(edited);
        keep(all);
        return edited;
    }

    public synchronized void delete(Transaction row) {
        if (rows.stream().noneMatch(one -> one.seq() == row.seq())) {
            throw new IllegalArgumentException("no such row: " + row);
        }
        keep(new ArrayList<>(rows.stream().filter(one -> one.seq() != row.seq()).toList()));
    }

    /** All pending rows become booked, now and under new ids. */
    synchronized List<Transaction> settlePending(Instant now) {
        List<Transaction> pending = rows(Transaction.Status.Pending);
        pending.forEach(this::delete);
        return put(
                pending.stream()
                        .map(row -> row.status(Transaction.Status.Booked))
                        .map(row -> row.bookedAt(now.atOffset(ZoneOffset.UTC).withNano(0)))
                        .map(
                                row ->
                                        row.id(
                                                "T"
                                                        + HexFormat.of()
                                                                .toHexDigits(
                                                                        Scatter.of(
                                                                                row.seq()
                                                                                        ^ source
                                                                                                .hash()))))
                        .toList());
    }

    /** Pence: the opening money and all that is booked. */
    long current() {
        return 100_000 + sum(Transaction.Status.Booked);
    }

    /** Pence: the current money without what is pending. */
    long available() {
        return current() + sum(Transaction.Status.Pending);
    }

    private long sum(Transaction.Status status) {
        return rows(status).stream().mapToLong(Transaction::minor).sum();
    }

    private List<Transaction> put(List<Transaction> fresh) {
        List<Transaction> numbered = fresh.stream().map(row -> row.seq(++seq)).toList();
        List<Transaction> all = new ArrayList<>(rows);
        all.addAll(numbered);
        keep(all);
        return numbered;
    }

    private void keep(List<Transaction> all) {
        all.sort(BY_TIME);
        rows = List.copyOf(all);
        view = Optional.empty();
    }
}
