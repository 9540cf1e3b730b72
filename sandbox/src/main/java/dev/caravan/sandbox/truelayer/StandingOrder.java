package dev.caravan.sandbox.truelayer;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.sandbox.Json;
import java.math.BigDecimal;
import java.util.List;

/**
 * One standing order as it is true at the bank; it has no identifier (contract 3.3). A pure
 * function of its account. Immutable.
 */
public record StandingOrder(
        String accountId,
        String frequency,
        String payee,
        String reference,
        String firstPaymentDate,
        BigDecimal amount,
        String currency,
        String status) {
    private static final List<String> FREQUENCIES =
            List.of("IntrvlMnthDay:01:05", "IntrvlWkDay:01:03", "EvryWorkgDay", "QtrDay");

    static List<StandingOrder> of(BankAccount account) {
        if (account.kind() == Kind.CARD) {
            return List.of();
        }
        return List.of(one(account, 0), one(account, 1));
    }

    private static StandingOrder one(BankAccount account, int number) {
        int pick = (int) (account.hash() >>> 8 + number & 3);
        return new StandingOrder(
                account.id(),
                FREQUENCIES.get(pick),
                number == 0 ? "Fernley Lettings" : "A Fenwick",
                "SO-" + number,
                "2024-0" + (1 + pick) + "-05",
                BigDecimal.valueOf(5_000 + (account.hash() >>> 20 & 0xFFFF), 2),
                account.currency(),
                number == 0 ? "Active" : "Inactive");
    }

    /** The amounts are declared string and exampled as number: both are given. */
    ObjectNode json(boolean asText) {
        ObjectNode json = Json.object().put("frequency", frequency).put("status", status);
        json.put("timestamp", firstPaymentDate + "T00:00:00").put("currency", currency);
        json.put("next_payment_date", "2027-01-05T00:00:00+00:00");
        json.put("first_payment_date", firstPaymentDate + "T00:00:00Z");
        json.put("final_payment_date", "9999-12-31T00:00:00+00:00");
        if (asText) {
            json.put("next_payment_amount", amount.toPlainString());
            json.put("first_payment_amount", amount.toPlainString());
        } else {
            json.put("next_payment_amount", amount).put("first_payment_amount", amount);
        }
        json.put("payee", payee).put("reference", reference);
        json.putObject("meta").put("provider_account_id", accountId.substring(0, 8));
        return json;
    }
}
