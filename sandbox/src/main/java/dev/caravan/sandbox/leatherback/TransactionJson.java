package dev.caravan.sandbox.leatherback;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.sandbox.Json;
import java.math.BigDecimal;

/** A row as OBTransaction6. Stateless. */
final class TransactionJson {
    private TransactionJson() {}

    /**
     * @param detail with the parts that need ReadTransactionsDetail
     */
    static ObjectNode of(BankAccount account, Transaction row, boolean detail) {
        ObjectNode json = Json.object().put("AccountId", account.id());
        text(json, "TransactionId", row.id());
        text(json, "TransactionReference", row.reference());
        json.put("CreditDebitIndicator", row.credit() ? "Credit" : "Debit");
        json.put("Status", row.status());
        if (row.mutable()) {
            json.put("TransactionMutability", "Mutable");
        } else if (row.booked() && row.id().endsWith("0")) {
            json.put("TransactionMutability", "Immutable");
        }
        json.put("BookingDateTime", row.bookingDateTime());
        text(json, "ValueDateTime", row.valueDateTime());
        AccountJson.amount(json.putObject("Amount"), row.amount(), row.currency());
        if (row.amount().scale() > 2 && !row.reference().isEmpty()) {
            json.putObject("CurrencyExchange")
                    .put("SourceCurrency", "NGN")
                    .put("TargetCurrency", row.currency())
                    .put("ExchangeRate", new BigDecimal("0.00052"));
        }
        json.putObject("BankTransactionCode")
                .put("Code", row.credit() ? "ReceivedCreditTransfer" : "IssuedCreditTransfer")
                .put("SubCode", "DomesticCreditTransfer");
        return detail ? detailed(json, row) : json;
    }

    private static ObjectNode detailed(ObjectNode json, Transaction row) {
        text(json, "TransactionInformation", row.information());
        if (!row.merchant().isEmpty()) {
            json.putObject("MerchantDetails").put("MerchantName", row.merchant());
        }
        if (!row.counterparty().isEmpty()) {
            json.putObject(row.credit() ? "DebtorAccount" : "CreditorAccount")
                    .put("SchemeName", "UK.OBIE.IBAN")
                    .put("Identification", row.counterpartyAccount())
                    .put("Name", row.counterparty());
        }
        return json;
    }

    private static void text(ObjectNode json, String name, String value) {
        if (!value.isEmpty()) {
            json.put(name, value);
        }
    }
}
