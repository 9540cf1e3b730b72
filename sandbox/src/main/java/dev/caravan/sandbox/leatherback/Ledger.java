package dev.caravan.sandbox.leatherback;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * The rows of one account, the youngest first. Nothing isolates one page from the next: a row that
 * comes or goes between two calls moves all older ones. Safe for use by many threads.
 */
final class Ledger {
    /** A row with what it is sorted by; the serial keeps equal seconds in order of arrival. */
    private record Entry(long second, long serial, Transaction row) {}

    /** What a window holds and the slice of it that was asked for. */
    record Slice(int total, List<Transaction> rows) {}

    private static final Comparator<Entry> YOUNGEST_FIRST =
            Comparator.comparingLong(Entry::second).thenComparingLong(Entry::serial).reversed();
    private final ArrayList<Entry> entries = new ArrayList<>();
    private BigDecimal bookedSum = BigDecimal.ZERO;
    private BigDecimal pendingSum = BigDecimal.ZERO;
    private long serials;

    synchronized void add(Collection<Transaction> rows) {
        for (Transaction row : rows) {
            entries.add(new Entry(row.second(), serials++, row));
            count(row, 1);
        }
        entries.sort(YOUNGEST_FIRST);
    }

    /** Changes every row that fits; null deletes it. Answers what the rows have become. */
    synchronized List<Transaction> change(
            Predicate<Transaction> which, UnaryOperator<Transaction> into) {
        List<Transaction> changed = new ArrayList<>();
        List<Entry> after = new ArrayList<>(entries.size());
        for (Entry entry : entries) {
            if (!which.test(entry.row())) {
                after.add(entry);
                continue;
            }
            Transaction now = into.apply(entry.row());
            count(entry.row(), -1);
            if (now != null) {
                count(now, 1);
                changed.add(now);
                after.add(new Entry(now.second(), entry.serial(), now));
            }
        }
        entries.clear();
        entries.addAll(after);
        entries.sort(YOUNGEST_FIRST);
        return changed;
    }

    /** Seconds from and to are part of the window. */
    synchronized Slice slice(
            long from, long to, Predicate<Transaction> wanted, int offset, int count) {
        int first = older(to);
        int last = older(from - 1);
        if (wanted == EVERY) {
            int start = Math.min(first + offset, last);
            int end = Math.min(start + count, last);
            return new Slice(last - first, rows(entries.subList(start, end)));
        }
        List<Transaction> fitting =
                rows(entries.subList(first, last)).stream().filter(wanted).toList();
        int start = Math.min(offset, fitting.size());
        int end = Math.min(start + count, fitting.size());
        return new Slice(fitting.size(), fitting.subList(start, end));
    }

    /** Wants every row; known by identity, so that a slice need not look at each. */
    static final Predicate<Transaction> EVERY = row -> true;

    synchronized List<Transaction> all() {
        return rows(entries);
    }

    synchronized BigDecimal bookedSum() {
        return bookedSum;
    }

    synchronized BigDecimal pendingSum() {
        return pendingSum;
    }

    private void count(Transaction row, int sign) {
        BigDecimal part = sign > 0 ? row.amount() : row.amount().negate();
        if (row.booked()) {
            bookedSum = bookedSum.add(part);
        } else if (row.pending()) {
            pendingSum = pendingSum.add(part);
        }
    }

    /** Where the rows begin that are not younger than the given second. */
    private int older(long second) {
        int low = 0;
        int high = entries.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (entries.get(middle).second() > second) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private static List<Transaction> rows(List<Entry> some) {
        return some.stream().map(Entry::row).toList();
    }
}
