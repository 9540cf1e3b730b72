package dev.caravan.sandbox.leatherback;

import java.math.BigDecimal;
import java.time.OffsetDateTime;
import java.util.UUID;

/**
 * One row of an account as the bank holds it. The amount is signed, negative for money out, and
 * keeps its scale; texts are empty where the bank gives none. Immutable.
 *
 * @param id the TransactionId; empty where the row has none
 * @param status Booked, Pending or Rejected
 * @param mutable whether the bank may still change the row although it is booked
 * @param bookingDateTime as written in answers, with its zone
 * @param counterparty name of the other side, which is the creditor of money out
 * @param counterpartyAccount IBAN of the other side
 */
public record Transaction(
        String id,
        String status,
        boolean mutable,
        String bookingDateTime,
        String valueDateTime,
        BigDecimal amount,
        String currency,
        String reference,
        String information,
        String merchant,
        String counterparty,
        String counterpartyAccount) {
    public static final String BOOKED = "Booked";
    public static final String PENDING = "Pending";

    /** A booked row of money out, with an id of its own and the currency of its account. */
    public static Transaction debit(String bookingDateTime, String information, String amount) {
        return booked(bookingDateTime, information, new BigDecimal(amount).negate());
    }

    /** A booked row of money in. */
    public static Transaction credit(String bookingDateTime, String information, String amount) {
        return booked(bookingDateTime, information, new BigDecimal(amount));
    }

    private static Transaction booked(String at, String information, BigDecimal amount) {
        String id = "LB" + UUID.randomUUID();
        return new Transaction(id, BOOKED, false, at, "", amount, "", "", information, "", "", "");
    }

    /** The moment that windows and order go by; raises where the booking date is none. */
    long second() {
        return OffsetDateTime.parse(bookingDateTime).toEpochSecond();
    }

    public boolean credit() {
        return amount.signum() > 0;
    }

    public boolean booked() {
        return status.equals(BOOKED);
    }

    public boolean pending() {
        return status.equals(PENDING);
    }

    /** The booking date as written, without a zone shift. */
    public String bookingDate() {
        return bookingDateTime.substring(0, 10);
    }

    /** An empty text takes the id away. */
    public Transaction withId(String value) {
        return new Transaction(
                value,
                status,
                mutable,
                bookingDateTime,
                valueDateTime,
                amount,
                currency,
                reference,
                information,
                merchant,
                counterparty,
                counterpartyAccount);
    }

    public Transaction withStatus(String value) {
        return new Transaction(
                id,
                value,
                mutable,
                bookingDateTime,
                valueDateTime,
                amount,
                currency,
                reference,
                information,
                merchant,
                counterparty,
                counterpartyAccount);
    }

    public Transaction withMutable(boolean value) {
        return new Transaction(
                id,
                status,
                value,
                bookingDateTime,
                valueDateTime,
                amount,
                currency,
                reference,
                information,
                merchant,
                counterparty,
                counterpartyAccount);
    }

    public Transaction withBookingDateTime(String value) {
        return new Transaction(
                id,
                status,
                mutable,
                value,
                valueDateTime,
                amount,
                currency,
                reference,
                information,
                merchant,
                counterparty,
                counterpartyAccount);
    }

    public Transaction withValueDateTime(String value) {
        return new Transaction(
                id,
                status,
                mutable,
                bookingDateTime,
                value,
                amount,
                currency,
                reference,
                information,
                merchant,
                counterparty,
                counterpartyAccount);
    }

    public Transaction withAmount(BigDecimal value) {
        return new Transaction(
                id,
                status,
                mutable,
                bookingDateTime,
                valueDateTime,
                value,
                currency,
                reference,
                information,
                merchant,
                counterparty,
                counterpartyAccount);
    }

    public Transaction withCurrency(String value) {
        return new Transaction(
                id,
                status,
                mutable,
                bookingDateTime,
                valueDateTime,
                amount,
                value,
                reference,
                information,
                merchant,
                counterparty,
                counterpartyAccount);
    }

    public Transaction withReference(String value) {
        return new Transaction(
                id,
                status,
                mutable,
                bookingDateTime,
                valueDateTime,
                amount,
                currency,
                value,
                information,
                merchant,
                counterparty,
                counterpartyAccount);
    }

    public Transaction withInformation(String value) {
        return new Transaction(
                id,
                status,
                mutable,
                bookingDateTime,
                valueDateTime,
                amount,
                currency,
                reference,
                value,
                merchant,
                counterparty,
                counterpartyAccount);
    }
}
