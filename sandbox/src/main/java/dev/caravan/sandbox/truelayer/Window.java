package dev.caravan.sandbox.truelayer;

import java.time.LocalDate;

/** Booking days from and to, both inclusive (contract 4.1). Immutable. */
record Window(LocalDate from, LocalDate to) {
    static final Window EVERYTHING =
            new Window(LocalDate.of(1900, 1, 1), LocalDate.of(9999, 12, 31));

    boolean holds(Transaction row) {
        String day = row.bookingDate();
        return day.compareTo(from.toString()) >= 0 && day.compareTo(to.toString()) <= 0;
    }
}
