package dev.caravan.sandbox.truelayer;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;

/**
 * Walks the booked rows of one account in one window, the youngest segment first. What was written
 * by hand comes before what was generated, and wins over it. Owned by one thread.
 */
final class Rows {
    /** Meets each row in one of its two shapes. */
    interface Visitor {
        void generated(GeneratedRow row) throws IOException;

        void written(long position, Transaction row) throws IOException;
    }

    private final List<Segment> segments;
    private final NavigableMap<Long, Transaction> written;
    private final Window window;
    private final GeneratedRow cursor;

    Rows(BankAccount account, AccountState state, Window window, long salt) {
        this.segments = account.segments(state);
        this.written = state.written();
        this.window = window;
        this.cursor = new GeneratedRow(account, salt);
    }

    void forEach(Visitor visitor) throws IOException {
        for (Map.Entry<Long, Transaction> row : written.descendingMap().entrySet()) {
            if (row.getValue() != null && window.holds(row.getValue())) {
                visitor.written(row.getKey(), row.getValue());
            }
        }
        for (Segment segment : segments) {
            long from = segment.first(window.from().toEpochDay());
            for (long n = segment.first(window.to().toEpochDay() + 1) - 1; n >= from; n--) {
                if (written.isEmpty() || !written.containsKey(segment.base() + n)) {
                    visitor.generated(cursor.show(segment, n));
                }
            }
        }
    }
}
