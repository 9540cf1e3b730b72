package dev.caravan.sandbox.leatherback;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.sandbox.Json;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.List;
import java.util.Locale;

/** An account and its balances in the shapes of contract section 4. Stateless. */
final class AccountJson {
    private AccountJson() {}

    /** An account of shape A. */
    static ObjectNode obie(BankAccount account, Consent consent) {
        ObjectNode json = Json.object().put("AccountId", account.id());
        json.put("Status", account.ordinal() % 5 == 4 ? "Disabled" : "Enabled");
        boolean bare = account.quirks() && account.ordinal() % 4 == 3;
        if (!bare) {
            json.put("Currency", account.currency());
        }
        json.put("AccountType", account.ordinal() % 2 == 0 ? "Personal" : "Business");
        json.put("AccountSubType", account.subType());
        if (account.quirks() && account.ordinal() % 2 == 1) {
            json.put("Description", account.name());
        } else {
            json.put("Nickname", account.name());
        }
        if (!bare) {
            json.put("OpeningDate", account.openedOn() + "T00:00:00+00:00");
        }
        if (consent.may("ReadAccountsDetail")) {
            ArrayNode identifiers = json.putArray("Account");
            account.identifiers().forEach(one -> identifiers.add(identifier(account, one)));
            json.putObject("Servicer")
                    .put("SchemeName", "UK.OBIE.BICFI")
                    .put("Identification", "LBTWGB2L");
        }
        return json;
    }

    private static ObjectNode identifier(BankAccount account, Identifier one) {
        // schemes without prefix are old but legal
        boolean old = account.quirks() && account.ordinal() % 3 == 2;
        String scheme = old ? one.scheme().replace("UK.OBIE.", "") : one.scheme();
        ObjectNode json = Json.object().put("SchemeName", scheme);
        json.put("Identification", one.value()).put("Name", one.name());
        if (account.quirks() && account.ordinal() == 0) {
            json.put("SecondaryIdentification", "00" + account.ordinal());
        }
        return json;
    }

    /** An account of shapes B and C. */
    static ObjectNode flat(BankAccount account, Consent consent) {
        ObjectNode json = Json.object().put("accountId", account.id());
        json.put("accountName", account.name());
        if (consent.may("ReadBalances")) {
            json.put("availableBalance", thousands(account.availableBalance()));
            json.put("ledgerBalance", thousands(account.bookedBalance()));
        }
        json.putNull("freezeRemarks");
        json.put("currencyCode", account.currency());
        json.put("currencyId", Scatter.uuid(Scatter.of(3, account.currency())));
        json.put("rateByPassThresholdAmount", new BigDecimal("0.00"));
        json.put("isPrimary", account.ordinal() == 0).put("status", "Active");
        json.put("accountExitStatus", "None").put("systemAccountType", account.subType());
        ArrayNode details = json.putArray("accountDetails");
        if (consent.may("ReadAccountsDetail")) {
            account.identifiers().forEach(one -> details.add(detail(one)));
        }
        json.put("id", Scatter.uuid(account.hash() ^ 9));
        json.put("dateAdded", Stamp.zoneless(account.openedOn().atTime(9, 15, 42, 123_456_700)));
        json.put("dateModified", Stamp.zoneless(account.openedOn().atTime(17, 0, 1, 9_876_500)));
        return json;
    }

    private static ObjectNode detail(Identifier one) {
        boolean iban = one.scheme().endsWith("IBAN");
        ObjectNode json = Json.object();
        json.put("accountNumber", iban ? one.value() : one.value().substring(6));
        json.put("bankCountry", "United Kingdom").put("bankCountryIso", "GB");
        json.put("bankName", "Leatherback twin").put("bankAddress", "1 Invented Row, Nowhere");
        json.put("paymentMethodType", iban ? "BicSwift" : "SortCode");
        json.put("paymentMethodValue", iban ? one.bic() : one.value().substring(0, 6));
        return json.putNull("transitNumber").putNull("institutionCode");
    }

    /** The balances of shape A. */
    static List<ObjectNode> balances(BankAccount account) {
        return List.of(
                balance(account, "InterimAvailable", account.availableBalance()),
                balance(account, "InterimBooked", account.bookedBalance()));
    }

    private static ObjectNode balance(BankAccount account, String type, BigDecimal amount) {
        ObjectNode json = Json.object().put("AccountId", account.id());
        json.put("CreditDebitIndicator", amount.signum() < 0 ? "Debit" : "Credit");
        json.put("Type", type).put("DateTime", Stamp.ticks(account.now()));
        amount(json.putObject("Amount"), amount, account.currency());
        if (account.ordinal() == 1 && type.equals("InterimAvailable")) {
            ObjectNode line = json.putArray("CreditLine").addObject().put("Included", false);
            line.put("Type", "Pre-Agreed");
            amount(line.putObject("Amount"), new BigDecimal("1500.00"), account.currency());
        }
        return json;
    }

    /** Unsigned; the sign lives in the indicator. */
    static void amount(ObjectNode into, BigDecimal amount, String currency) {
        into.put("Amount", amount.abs().toPlainString()).put("Currency", currency);
    }

    private static String thousands(BigDecimal amount) {
        DecimalFormat format =
                new DecimalFormat("#,##0.00###", DecimalFormatSymbols.getInstance(Locale.ROOT));
        format.setRoundingMode(RoundingMode.UNNECESSARY);
        return format.format(amount);
    }
}
