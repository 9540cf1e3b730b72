package dev.caravan.sandbox.truelayer;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.sandbox.Json;
import java.math.BigDecimal;

/**
 * One row as it goes over the wire, booked or pending. An id or a type that is null is left out of
 * the JSON. Immutable.
 */
public record Transaction(
        String normalisedId,
        String providerId,
        String timestamp,
        String description,
        BigDecimal amount,
        String type,
        String currency,
        String category,
        String merchant,
        BigDecimal runningBalance) {

    public Transaction(
            String normalisedId,
            String providerId,
            String timestamp,
            String description,
            BigDecimal amount,
            String type,
            String currency,
            String category,
            String merchant) {
        this(
                normalisedId,
                providerId,
                timestamp,
                description,
                amount,
                type,
                currency,
                category,
                merchant,
                null);
    }

    /** A purchase without ids: money out of an account. */
    public static Transaction debit(String timestamp, String description, String amount) {
        BigDecimal out = new BigDecimal(amount).abs().negate();
        return new Transaction(
                null, null, timestamp, description, out, "DEBIT", "GBP", "PURCHASE", null);
    }

    /** Money into an account, without ids. */
    public static Transaction credit(String timestamp, String description, String amount) {
        BigDecimal in = new BigDecimal(amount).abs();
        return new Transaction(
                null, null, timestamp, description, in, "CREDIT", "GBP", "CREDIT", null);
    }

    public Transaction withIds(String normalised, String provider) {
        return new Transaction(
                normalised,
                provider,
                timestamp,
                description,
                amount,
                type,
                currency,
                category,
                merchant,
                runningBalance);
    }

    public Transaction withAmount(BigDecimal other) {
        return new Transaction(
                normalisedId,
                providerId,
                timestamp,
                description,
                other,
                type,
                currency,
                category,
                merchant,
                runningBalance);
    }

    public Transaction withType(String other) {
        return new Transaction(
                normalisedId,
                providerId,
                timestamp,
                description,
                amount,
                other,
                currency,
                category,
                merchant,
                runningBalance);
    }

    public Transaction withDescription(String other) {
        return new Transaction(
                normalisedId,
                providerId,
                timestamp,
                other,
                amount,
                type,
                currency,
                category,
                merchant,
                runningBalance);
    }

    public Transaction withTimestamp(String other) {
        return new Transaction(
                normalisedId,
                providerId,
                other,
                description,
                amount,
                type,
                currency,
                category,
                merchant,
                runningBalance);
    }

    public Transaction withCurrency(String other) {
        return new Transaction(
                normalisedId,
                providerId,
                timestamp,
                description,
                amount,
                type,
                other,
                category,
                merchant,
                runningBalance);
    }

    /** The balance after this row, which many banks tell with it. */
    public Transaction withRunningBalance(BigDecimal after) {
        return new Transaction(
                normalisedId,
                providerId,
                timestamp,
                description,
                amount,
                type,
                currency,
                category,
                merchant,
                after);
    }

    /** The date as the bank wrote it. */
    public String bookingDate() {
        return timestamp.substring(0, 10);
    }

    /** Contract 3.4: negative is money out of the account, whatever the bank's sign says. */
    public BigDecimal signedAmount(Kind kind) {
        boolean out;
        if (type == null) {
            out = kind == Kind.CARD ? amount.signum() > 0 : amount.signum() < 0;
        } else if (kind == Kind.CARD) {
            out = type.equals("DEBIT");
        } else {
            out = amount.signum() < 0 || type.equals("DEBIT");
        }
        return out ? amount.abs().negate() : amount.abs();
    }

    ObjectNode json(String transactionId) {
        ObjectNode json = Json.object().put("transaction_id", transactionId);
        putUnlessNull(json, "normalised_provider_transaction_id", normalisedId);
        putUnlessNull(json, "provider_transaction_id", providerId);
        json.put("timestamp", timestamp).put("description", description).put("amount", amount);
        json.put("currency", currency);
        putUnlessNull(json, "transaction_type", type);
        json.put("transaction_category", category).putArray("transaction_classification");
        putUnlessNull(json, "merchant_name", merchant);
        if (runningBalance != null) {
            json.putObject("running_balance")
                    .put("amount", runningBalance)
                    .put("currency", currency);
        }
        return json;
    }

    private static void putUnlessNull(ObjectNode json, String name, String value) {
        if (value != null) {
            json.put(name, value);
        }
    }
}
