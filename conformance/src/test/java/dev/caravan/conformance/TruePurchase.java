package dev.caravan.conformance;

import java.math.BigDecimal;
import java.time.LocalDate;

/**
 * One transaction as it really was, and when a bank tells of it. Immutable.
 *
 * @param account the bank's own number of the account, from 0
 * @param bought the day of the purchase
 * @param booked the day from which it is told as booked; null is never
 * @param dated the booking date that is told
 * @param pendingUntil the first day on which it is no longer told as pending; null was never
 *     pending
 * @param carries whether the pending row has the id of the booked one
 * @param kin what those share that nobody could tell apart
 * @param sure whether the rule promises to find what the pending row became
 */
record TruePurchase(
        int no,
        int account,
        LocalDate bought,
        LocalDate booked,
        LocalDate dated,
        LocalDate pendingUntil,
        String pendingText,
        BigDecimal pendingAmount,
        String text,
        BigDecimal amount,
        boolean carries,
        String kin,
        boolean sure) {

    boolean pendingOn(LocalDate day) {
        return pendingUntil != null && !day.isBefore(bought) && day.isBefore(pendingUntil);
    }

    boolean bookedBy(LocalDate day) {
        return booked != null && !booked.isAfter(day);
    }
}
