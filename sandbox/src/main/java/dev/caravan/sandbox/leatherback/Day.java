package dev.caravan.sandbox.leatherback;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;

/**
 * What the beginning of one day brings to an account: the rows of the day before, the end of what
 * was mutable, and the life of pending rows in turns of three days. The same day always brings the
 * same. Immutable.
 */
record Day(LocalDate date, LocalDate firstDay, LeatherbackSettings settings, RowMaker maker) {
    private static final long ARRIVALS = 1L << 32;
    private static final BigDecimal CENT = new BigDecimal("0.01");

    void passOver(Ledger ledger) {
        long age = date.toEpochDay() - firstDay.toEpochDay();
        if (age > 0) {
            ledger.change(Transaction::mutable, Day::finished);
            ledger.add(arrivals(age));
        }
        int turn = (int) (age % 3);
        if (turn == 0) {
            List<Transaction> held = new ArrayList<>();
            for (int k = 0; k < settings.pendingPerAccount(); k++) {
                held.add(maker.pending(date, k));
            }
            ledger.add(held);
        } else if (settings.pendingLives() && turn == 1) {
            ledger.change(Transaction::pending, Day::corrected);
        } else if (settings.pendingLives()) {
            boolean[] books = {false};
            ledger.change(
                    Transaction::pending,
                    row -> {
                        books[0] = !books[0];
                        return books[0] ? maker.settled(row, date) : null;
                    });
        }
    }

    private List<Transaction> arrivals(long age) {
        List<Transaction> more = new ArrayList<>();
        for (int k = 0; k < settings.arrivalsPerDay(); k++) {
            long n = ARRIVALS + age * settings.arrivalsPerDay() + k;
            Transaction row = maker.booked(n, date.minusDays(1));
            boolean open = maker.mayChange(n) && !row.id().isEmpty();
            more.add(row.withMutable(open));
        }
        return more;
    }

    private static Transaction finished(Transaction row) {
        return row.withMutable(false)
                .withAmount(row.amount().add(row.credit() ? CENT : CENT.negate()))
                .withInformation(row.information() + " FINAL");
    }

    private static Transaction corrected(Transaction row) {
        return row.withAmount(row.amount().subtract(new BigDecimal("1.00")));
    }
}
