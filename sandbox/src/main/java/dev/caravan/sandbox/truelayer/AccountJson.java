package dev.caravan.sandbox.truelayer;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.sandbox.Json;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.List;

/**
 * Accounts, cards and their balances as JSON (contract 3.3), each account with the oddities of its
 * ordinal. A pure function of account and instant. Stateless.
 */
final class AccountJson {
    private static final List<String> TYPES =
            List.of("TRANSACTION", "SAVINGS", "BUSINESS_TRANSACTION", "BUSINESS_SAVINGS");

    private AccountJson() {}

    static ObjectNode of(BankAccount account, Instant now) {
        return account.kind() == Kind.CARD ? card(account, now) : account(account, now);
    }

    private static ObjectNode account(BankAccount account, Instant now) {
        int n = account.ordinal();
        ObjectNode json = Json.object().put("account_id", account.id());
        json.put("account_type", account.quirks() && n == 1 ? "SAVING" : TYPES.get(n % 4));
        json.put("display_name", "Mock account " + (n + 1)).put("currency", account.currency());
        identifiers(account, json.putObject("account_number"));
        json.putObject("provider").put("provider_id", "mock");
        return json.put("update_timestamp", stamp(account, now));
    }

    private static void identifiers(BankAccount account, ObjectNode number) {
        boolean iban = account.user().equals("john-iban") || !account.quirks();
        String digits = number(account);
        if (!iban && account.ordinal() % 3 == 2) {
            number.put("swift_bic", "MOCKGB2L");
            return;
        }
        number.put("number", digits).put("sort_code", "01-21-31");
        boolean unsupported = !iban && account.ordinal() % 3 == 1;
        number.put("swift_bic", unsupported ? "NOT_SUPPORTED_BY_PROVIDER" : "MOCKGB2L");
        if (!unsupported) {
            number.put("iban", iban(digits));
        }
    }

    private static String number(BankAccount account) {
        return String.format("%08d", (account.hash() >>> 10) % 100_000_000);
    }

    /** ISO 13616: the check digits make the number, read as digits, leave 1 when divided by 97. */
    private static String iban(String number) {
        String bank = "MOCK012131" + number;
        StringBuilder digits = new StringBuilder();
        (bank + "GB00").chars().forEach(c -> digits.append(Character.getNumericValue(c)));
        int rest = new BigInteger(digits.toString()).mod(BigInteger.valueOf(97)).intValue();
        return "GB" + String.format("%02d", 98 - rest) + bank;
    }

    private static ObjectNode card(BankAccount account, Instant now) {
        ObjectNode json = Json.object().put("account_id", account.id());
        json.put("card_network", account.ordinal() % 2 == 0 ? "VISA" : "MASTERCARD");
        json.put("card_type", account.ordinal() % 2 == 0 ? "CREDIT" : "CHARGE");
        json.put("currency", account.currency());
        json.put("display_name", "Mock card " + (account.ordinal() + 1));
        json.put("partial_card_number", cardNumber(account).substring(12));
        json.put("name_on_card", "J DOE").put("valid_from", "2017-01").put("valid_to", "2030-01");
        json.putObject("provider").put("provider_id", "mock");
        return json.put("update_timestamp", stamp(account, now));
    }

    /** The number that the meta of the card's transactions shows. */
    static String cardNumber(BankAccount account) {
        return "555555000" + String.format("%07d", account.hash() >>> 44);
    }

    static ObjectNode balance(BankAccount account, Instant now) {
        long bits = Mix.of(account.hash() ^ 900);
        BigDecimal current = BigDecimal.valueOf(bits & 0xFFFFF, 2);
        ObjectNode json = Json.object().put("currency", account.currency());
        if (account.kind() == Kind.CARD) {
            // on a card the current balance is what is owed
            BigDecimal limit = new BigDecimal("12000.00");
            json.put("current", current).put("credit_limit", limit);
            BigDecimal available = limit.subtract(current);
            if (account.quirks()) {
                json.put("available", available.toPlainString());
            } else {
                json.put("available", available);
            }
            json.put("last_statement_balance", new BigDecimal("120.50"));
            json.put("last_statement_date", "2026-10-28").put("payment_due_date", "2026-11-24");
            json.put("payment_due", new BigDecimal("5.00"));
        } else {
            json.put("current", current);
            if (!account.quirks() || account.ordinal() != 1) {
                json.put("available", current.add(new BigDecimal("500")));
                json.put("overdraft", new BigDecimal("500"));
            }
        }
        return json.put("update_timestamp", stamp(account, now));
    }

    private static String stamp(BankAccount account, Instant now) {
        String utc = now.toString();
        String bare = utc.substring(0, 19);
        return switch (account.quirks() ? account.ordinal() % 3 : 0) {
            case 1 -> bare + ".1234567Z";
            case 2 -> bare + "+00:00";
            default -> bare + "Z";
        };
    }
}
