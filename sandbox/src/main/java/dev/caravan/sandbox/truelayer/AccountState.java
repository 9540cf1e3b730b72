package dev.caravan.sandbox.truelayer;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * What an account holds at one moment. Generated rows are named by segments, every other row, new
 * or changed, is written out under its position. Immutable, so a page that is being served never
 * changes under way.
 *
 * @param written rows by position; a null stands for a deleted row
 */
record AccountState(
        List<Segment> segments,
        NavigableMap<Long, Transaction> written,
        List<Transaction> pending) {
    /** Positions from here on belong to rows that were added by hand. */
    private static final long ADDED = 1L << 48;

    /** Rows that the calendar brings begin here; rows that were grown begin at its multiples. */
    private static final long BLOCK = 1L << 33;

    AccountState {
        segments = List.copyOf(segments);
        written = Collections.unmodifiableNavigableMap(new TreeMap<>(written));
        pending = List.copyOf(pending);
    }

    AccountState add(Transaction row) {
        long last = written.isEmpty() ? 0 : written.lastKey();
        return put(Math.max(ADDED, last + 1), row);
    }

    AccountState put(long position, Transaction row) {
        TreeMap<Long, Transaction> more = new TreeMap<>(written);
        more.put(position, row);
        return new AccountState(segments, more, pending);
    }

    AccountState grow(int rows, LocalDate today) {
        List<Segment> more = new ArrayList<>(segments);
        more.add(new Segment(BLOCK * (segments.size() + 2L), rows, today.toEpochDay(), 1));
        return new AccountState(more, written, pending);
    }

    AccountState pending(List<Transaction> now) {
        return new AccountState(segments, written, now);
    }

    /** Of all segments those that exist today, the youngest first. */
    List<Segment> segments(LocalDate firstDay, int arrivalsPerDay, LocalDate today) {
        List<Segment> all = new ArrayList<>(segments);
        long days = today.toEpochDay() - firstDay.toEpochDay();
        if (arrivalsPerDay > 0 && days > 0) {
            long count = arrivalsPerDay * days;
            all.add(new Segment(BLOCK, count, firstDay.toEpochDay() + 1, days));
        }
        Collections.reverse(all);
        return all;
    }
}
