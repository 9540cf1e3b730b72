package dev.caravan.sandbox.truelayer;

import java.math.BigDecimal;

/**
 * One booked row as it is true at the bank, to compare a store with. The amount is signed by
 * contract 3.4: negative is money out of the account. Immutable; the position names the row inside
 * the twin.
 */
public record BookedRow(
        String accountId,
        Kind kind,
        String normalisedId,
        String providerId,
        String bookingDate,
        BigDecimal signedAmount,
        String currency,
        String description,
        long position) {

    static BookedRow of(BankAccount account, long position, Transaction row) {
        return new BookedRow(
                account.id(),
                account.kind(),
                row.normalisedId(),
                row.providerId(),
                row.bookingDate(),
                row.signedAmount(account.kind()),
                row.currency(),
                row.description(),
                position);
    }

    /** The identity of contract 4.5 but for the ordinal of equal rows. */
    public String identity() {
        if (normalisedId != null) {
            return normalisedId;
        }
        if (providerId != null) {
            return providerId;
        }
        return String.join("|", bookingDate, signedAmount.toPlainString(), currency, description);
    }
}
