package dev.caravan.sandbox.pockit;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;

/**
 * One row of an account. Immutable.
 *
 * @param seq names the row inside the twin, in the order in which rows came; never sent
 * @param id the TransactionId; empty where the provider sends none
 * @param bookedAt the BookingDateTime with the offset it is written with
 * @param minor the amount in pence, negative for money out
 * @param merchant empty where there is none
 */
public record Transaction(
        long seq,
        String id,
        Status status,
        OffsetDateTime bookedAt,
        long minor,
        String description,
        String merchant) {

    /** The three words of OBIE. */
    public enum Status {
        Booked,
        Pending,
        Rejected
    }

    /** A booked row of midnight UTC, for {@link BankAccount#add}; the amount is signed. */
    public static Transaction booked(LocalDate date, String amount, String description) {
        return new Transaction(
                0,
                "",
                Status.Booked,
                date.atStartOfDay().atOffset(ZoneOffset.UTC),
                new BigDecimal(amount).movePointRight(2).longValueExact(),
                description,
                "");
    }

    /** The same of money that is not yet booked. */
    public static Transaction pending(LocalDate date, String amount, String description) {
        return booked(date, amount, description).status(Status.Pending);
    }

    public Transaction id(String value) {
        return new Transaction(seq, value, status, bookedAt, minor, description, merchant);
    }

    public Transaction status(Status value) {
        return new Transaction(seq, id, value, bookedAt, minor, description, merchant);
    }

    public Transaction bookedAt(OffsetDateTime value) {
        return new Transaction(seq, id, status, value, minor, description, merchant);
    }

    public Transaction amount(String signed) {
        long pence = new BigDecimal(signed).movePointRight(2).longValueExact();
        return new Transaction(seq, id, status, bookedAt, pence, description, merchant);
    }

    public Transaction description(String value) {
        return new Transaction(seq, id, status, bookedAt, minor, value, merchant);
    }

    Transaction seq(long value) {
        return new Transaction(value, id, status, bookedAt, minor, description, merchant);
    }

    /** Two decimals, negative for money out. */
    public BigDecimal signedAmount() {
        return BigDecimal.valueOf(minor, 2);
    }

    /** The date as it is written, whatever the offset. */
    public LocalDate bookingDate() {
        return bookedAt.toLocalDate();
    }

    /** The id, or the words that stand for it: {@code date|signed amount|currency|description}. */
    public String identity() {
        return id.isEmpty()
                ? String.join(
                        "|",
                        bookingDate().toString(),
                        signedAmount().toPlainString(),
                        BankAccount.CURRENCY,
                        description)
                : id;
    }
}
