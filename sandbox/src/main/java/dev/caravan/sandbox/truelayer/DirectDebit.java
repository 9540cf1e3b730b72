package dev.caravan.sandbox.truelayer;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.sandbox.Json;
import java.math.BigDecimal;
import java.util.List;

/**
 * One direct debit as it is true at the bank. Its {@code direct_debit_id} may change with every
 * request, and the second of an account has no provider id either (contract 3.3). Immutable.
 */
public record DirectDebit(
        String accountId,
        String name,
        String mandate,
        String providerId,
        BigDecimal previousAmount,
        String currency,
        String status) {

    static List<DirectDebit> of(BankAccount account) {
        if (account.kind() == Kind.CARD) {
            return List.of();
        }
        return List.of(one(account, 0), one(account, 1));
    }

    private static DirectDebit one(BankAccount account, int number) {
        long bits = Mix.of(account.hash() ^ 500 + number);
        return new DirectDebit(
                account.id(),
                number == 0 ? "Pinnock Energy" : "Lodestar Broadband",
                "MND" + Mix.hex(bits).substring(0, 9),
                number == 0 ? "dd-" + Mix.hex(bits) : null,
                BigDecimal.valueOf(1_000 + (bits & 0xFFF), 2),
                account.currency(),
                "Active");
    }

    ObjectNode json(long salt) {
        String id = Mix.hex(Mix.of(Mix.of(salt, mandate)));
        ObjectNode json = Json.object().put("direct_debit_id", id).put("name", name);
        json.put("timestamp", "0001-01-01T00:00:00Z").put("status", status);
        json.put("previous_payment_timestamp", "2026-10-01T00:00:00.1234567Z");
        json.put("previous_payment_amount", previousAmount).put("currency", currency);
        ObjectNode meta = json.putObject("meta");
        meta.put("provider_mandate_identification", mandate);
        meta.put("provider_account_id", accountId.substring(0, 8));
        if (providerId != null) {
            meta.put("provider_direct_debit_id", providerId);
        }
        return json;
    }
}
