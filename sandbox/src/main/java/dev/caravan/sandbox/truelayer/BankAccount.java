package dev.caravan.sandbox.truelayer;

import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;

/**
 * One account or card at the bank and everything that can happen to it. Each change is seen whole
 * or not at all. Safe for use by many threads.
 */
public final class BankAccount {
    static final ZoneId LONDON = ZoneId.of("Europe/London");
    private final String user;
    private final Kind kind;
    private final int ordinal;
    private final String id;
    private final long hash;
    private final String currency;
    private final LocalDate firstDay;
    private final TwinSettings settings;
    private final Clock clock;
    private final AtomicReference<AccountState> state;

    BankAccount(
            String user,
            Kind kind,
            int ordinal,
            TwinSettings settings,
            LocalDate firstDay,
            Clock clock) {
        this.user = user;
        this.kind = kind;
        this.ordinal = ordinal;
        this.settings = settings;
        this.firstDay = firstDay;
        this.clock = clock;
        this.hash = Mix.of(settings.seed(), user + '/' + kind + '/' + ordinal);
        this.id = Mix.hex(Mix.of(hash ^ 1)) + Mix.hex(Mix.of(hash ^ 2));
        this.currency = ordinal == 0 ? "GBP" : List.of("GBP", "EUR", "USD", "CHF").get(ordinal % 4);
        this.state = new AtomicReference<>(initial());
    }

    private AccountState initial() {
        long oldest = firstDay.toEpochDay() - settings.historyDays();
        List<Segment> history =
                settings.transactionsPerAccount() == 0
                        ? List.of()
                        : List.of(
                                new Segment(
                                        0,
                                        settings.transactionsPerAccount(),
                                        oldest,
                                        settings.historyDays() + 1L));
        List<Transaction> pending = new ArrayList<>();
        for (int n = 0; n < settings.pendingPerAccount(); n++) {
            long bits = Mix.of(hash ^ 77 + n);
            pending.add(
                    pendingRow(firstDay, "Pending " + Merchant.SPENDING.get(n % 16).name(), bits));
        }
        return new AccountState(history, new TreeMap<>(), pending);
    }

    private Transaction pendingRow(LocalDate day, String description, long bits) {
        String amount = (1 + (bits & 31)) + ".05";
        Transaction row = Transaction.debit(day + "T09:30:00Z", description, amount);
        return (kind == Kind.CARD ? row.withAmount(row.amount().abs()) : row)
                .withCurrency(currency)
                .withIds("pend-" + Mix.hex(bits), null);
    }

    public String id() {
        return id;
    }

    public Kind kind() {
        return kind;
    }

    public String user() {
        return user;
    }

    public String currency() {
        return currency;
    }

    /** Adds one booked row and answers it as it is true. */
    public BookedRow add(Transaction row) {
        AccountState now = state.updateAndGet(before -> before.add(row));
        return BookedRow.of(this, now.written().lastKey(), row);
    }

    /** Adds so many generated rows dated today. */
    public void grow(int rows) {
        state.updateAndGet(before -> before.grow(rows, today()));
    }

    /** The bank changes a row that it has already given out; the ids may change too. */
    public BookedRow edit(BookedRow row, UnaryOperator<Transaction> change) {
        Transaction after = change.apply(row(row.position()));
        state.updateAndGet(before -> before.put(row.position(), after));
        return BookedRow.of(this, row.position(), after);
    }

    /** The bank no longer gives this row. */
    public void delete(BookedRow row) {
        state.updateAndGet(before -> before.put(row.position(), null));
    }

    public void addPending(Transaction row) {
        state.updateAndGet(
                before -> {
                    List<Transaction> more = new ArrayList<>(before.pending());
                    more.add(row);
                    return before.pending(more);
                });
    }

    /** Every pending row becomes a booked one under a new id, dated today; none is left pending. */
    public List<BookedRow> settlePending() {
        List<BookedRow> settled = new ArrayList<>();
        AccountState before = state.getAndUpdate(now -> now.pending(List.of()));
        for (Transaction row : before.pending()) {
            long bits = Mix.of(hash, "settled" + row.normalisedId() + settled.size() + today());
            String time = row.timestamp().substring(10);
            settled.add(
                    add(
                            row.withIds("bk" + Mix.hex(bits), "TL" + Mix.hex(Mix.of(bits)))
                                    .withTimestamp(today() + time)));
        }
        return settled;
    }

    private Transaction row(long position) {
        Transaction written = snapshot().written().get(position);
        if (written != null) {
            return written;
        }
        for (Segment segment : segments(snapshot())) {
            long number = position - segment.base();
            if (number >= 0 && number < segment.count()) {
                return new GeneratedRow(this, 0).show(segment, number).toTransaction();
            }
        }
        throw new IllegalArgumentException("no row at position " + position);
    }

    LocalDate today() {
        return LocalDate.now(clock.withZone(LONDON));
    }

    AccountState snapshot() {
        return state.get();
    }

    List<Segment> segments(AccountState at) {
        return at.segments(firstDay, settings.arrivalsPerDay(), today());
    }

    long hash() {
        return hash;
    }

    int ordinal() {
        return ordinal;
    }

    boolean quirks() {
        return settings.quirks();
    }
}
