package dev.caravan.sandbox.leatherback;

import java.math.BigDecimal;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * One account at the bank and everything that can happen to it. Days that have passed bring what
 * they bring before anybody looks. Safe for use by many threads.
 */
public final class BankAccount {
    private static final List<String> CURRENCIES = List.of("GBP", "EUR", "USD", "NGN");
    private static final List<String> SUB_TYPES =
            List.of("CurrentAccount", "Savings", "EMoney", "CurrentAccount");
    private final Customer owner;
    private final int ordinal;
    private final long hash;
    private final String id;
    private final LeatherbackSettings settings;
    private final Clock clock;
    private final Ledger ledger = new Ledger();
    private final RowMaker maker;
    private final LocalDate firstDay;
    private final List<Beneficiary> beneficiaries = new ArrayList<>();
    private LocalDate lastDay;
    private long grown;

    BankAccount(
            Customer owner,
            int ordinal,
            LeatherbackSettings settings,
            LocalDate firstDay,
            Clock clock) {
        this.owner = owner;
        this.ordinal = ordinal;
        this.settings = settings;
        this.clock = clock.withZone(ZoneId.of(settings.bankZone()));
        this.firstDay = firstDay;
        this.hash = Scatter.of(settings.seed(), owner.login() + '/' + ordinal);
        this.id = Scatter.uuid(hash ^ 0xACC);
        this.maker = new RowMaker(hash, currency(), settings);
        IntStream.range(0, settings.beneficiariesPerAccount())
                .forEach(n -> beneficiaries.add(Beneficiary.of(this, n)));
        ledger.add(maker.history(settings.transactionsPerAccount(), historyDays(), firstDay));
        this.lastDay = firstDay.minusDays(1);
    }

    private int historyDays() {
        return Math.max(1, settings.historyDays());
    }

    public String id() {
        return id;
    }

    public Customer owner() {
        return owner;
    }

    public String currency() {
        return CURRENCIES.get(ordinal % CURRENCIES.size());
    }

    public String name() {
        return owner.name() + " " + currency();
    }

    String subType() {
        return SUB_TYPES.get(ordinal % SUB_TYPES.size());
    }

    int ordinal() {
        return ordinal;
    }

    long hash() {
        return hash;
    }

    boolean quirks() {
        return settings.quirks();
    }

    LocalDate openedOn() {
        return firstDay.minusDays(400 + Scatter.below(hash, 2_000));
    }

    /** An account in pounds has an IBAN and a sort code, any other only an IBAN. */
    public List<Identifier> identifiers() {
        List<Identifier> all = new ArrayList<>();
        String number = Scatter.digits(hash + 1, 14);
        all.add(new Identifier("UK.OBIE.IBAN", Identifier.iban("GB", hash), name(), "LBTWGB2L"));
        if (currency().equals("GBP")) {
            all.add(new Identifier("UK.OBIE.SortCodeAccountNumber", number, name(), ""));
        }
        return all;
    }

    /** Adds one row; an empty currency becomes that of the account. */
    public Transaction add(Transaction row) {
        Transaction added = row.currency().isEmpty() ? row.withCurrency(currency()) : row;
        ledger().add(List.of(added));
        return added;
    }

    public Transaction addPending(Transaction row) {
        return add(row.withStatus(Transaction.PENDING));
    }

    /** So many generated rows dated today. */
    public synchronized void grow(int rows) {
        LocalDate today = LocalDate.now(clock);
        List<Transaction> more = new ArrayList<>();
        for (int n = 0; n < rows; n++) {
            more.add(maker.booked((1L << 40) + grown++, today));
        }
        ledger().add(more);
    }

    /** The bank changes a row that it has given out. */
    public void edit(String transactionId, UnaryOperator<Transaction> change) {
        require(ledger().change(row -> row.id().equals(transactionId), change), transactionId);
    }

    /** The bank no longer gives this row. */
    public void delete(String transactionId) {
        int before = ledger().all().size();
        ledger().change(row -> row.id().equals(transactionId), row -> null);
        require(before > ledger().all().size() ? List.of(1) : List.of(), transactionId);
    }

    /** Every pending row changes, as pending rows may. */
    public void changePending(UnaryOperator<Transaction> change) {
        ledger().change(Transaction::pending, change);
    }

    /** Every pending row is booked today under a new id. */
    public List<Transaction> settlePending() {
        LocalDate today = LocalDate.now(clock);
        return ledger().change(Transaction::pending, row -> maker.settled(row, today));
    }

    /** Every pending row is gone without a trace. */
    public void dropPending() {
        ledger().change(Transaction::pending, row -> null);
    }

    public void addBeneficiary(Beneficiary more) {
        synchronized (beneficiaries) {
            beneficiaries.add(more);
        }
    }

    public void deleteBeneficiary(Predicate<Beneficiary> which) {
        synchronized (beneficiaries) {
            beneficiaries.removeIf(which);
        }
    }

    public List<Beneficiary> beneficiaries() {
        synchronized (beneficiaries) {
            return List.copyOf(beneficiaries);
        }
    }

    /** Every row that the bank holds, the youngest first. */
    public List<Transaction> rows() {
        return ledger().all();
    }

    /** What is booked, with the balance of before; never a double. */
    public BigDecimal bookedBalance() {
        BigDecimal opening = BigDecimal.valueOf(Scatter.below(hash + 3, 200_000_000), 2);
        BigDecimal sign = BigDecimal.valueOf(ordinal % 3 == 1 ? -1 : 1);
        return opening.multiply(sign).add(ledger().bookedSum());
    }

    /** What can be spent: booked and pending together. */
    public BigDecimal availableBalance() {
        return bookedBalance().add(ledger().pendingSum());
    }

    Instant now() {
        return clock.instant();
    }

    /** The rows, after all that the days up to today have brought. */
    synchronized Ledger ledger() {
        LocalDate today = LocalDate.now(clock);
        while (lastDay.isBefore(today)) {
            lastDay = lastDay.plusDays(1);
            new Day(lastDay, firstDay, settings, maker).passOver(ledger);
        }
        return ledger;
    }

    private static void require(List<?> found, String transactionId) {
        if (found.isEmpty()) {
            throw new IllegalArgumentException("no row " + transactionId);
        }
    }
}
