package dev.caravan.sandbox.pockit;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.sandbox.Json;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Shape F: the flat objects of the sister protocol. Immutable. */
final class FlatBodies implements Bodies {
    private static final Map<String, String> NAMES =
            Map.of(
                    "accounts", "Accounts",
                    "account", "Accounts",
                    "balance", "Balance",
                    "product", "Product",
                    "beneficiaries", "Beneficiaries",
                    "transactions", "Transactions",
                    "standing-orders", "StandingOrders",
                    "direct-debits", "DirectDebits",
                    "scheduled-payments", "ScheduledPayments");
    private final Answers answers;
    private final boolean odd;

    FlatBodies(PockitSettings settings) {
        this.answers = settings.answers();
        this.odd = settings.holdings().oddRows();
    }

    @Override
    public ObjectNode account(BankAccount account, String id) {
        ObjectNode body =
                Json.object()
                        .put("AccountId", id)
                        .put("Currency", BankAccount.CURRENCY)
                        .put("AccountType", "Personal")
                        .put("AccountSubType", Bodies.subType(account))
                        .put("Nickname", "Pockit " + (account.number() + 1));
        return switch (account.number() % 3) {
            case 1 ->
                    body.put("SchemeName", "IBAN")
                            .put("Identification", "IBAN: " + account.iban() + " BIC :PCKTGB21XXX");
            case 2 -> body.put("SchemeName", "PAN").put("Identification", account.pan());
            default ->
                    body.put("SchemeName", "SortCodeAccountNumber")
                            .put("Identification", account.sortCode() + account.accountNumber());
        };
    }

    @Override
    public List<ObjectNode> balances(BankAccount account, String id, Instant now) {
        ObjectNode body = Json.object();
        amount(body, BigDecimal.valueOf(account.current(), 2));
        return List.of(body);
    }

    @Override
    public ObjectNode product(BankAccount account, String id) {
        return Json.object()
                .put("AccountId", id)
                .put("ProductName", "Pockit " + Bodies.subType(account));
    }

    @Override
    public ObjectNode beneficiary(Beneficiary one, String accountId) {
        return Json.object()
                .put("BeneficiaryId", one.id())
                .put("Name", one.name())
                .put("Identification", one.sortCode() + one.accountNumber())
                .put("SchemeName", "SortCodeAccountNumber")
                .put("Reference", one.reference());
    }

    @Override
    public ObjectNode transaction(Transaction row, String accountId) {
        ObjectNode body = Json.object();
        if (!row.id().isEmpty()) {
            body.put("TransactionId", row.id());
        }
        body.put("BookingDateTime", Bodies.time(row, odd));
        amount(body, Bodies.written(row.minor(), row, odd));
        body.put("Status", row.status().name())
                .put("Code", row.minor() < 0 ? "IssuedCreditTransfers" : "ReceivedCreditTransfers")
                .put("SubCode", "DomesticCreditTransfer")
                .put("TransactionInformation", row.description());
        if (!row.merchant().isEmpty()) {
            body.put("MerchantName", row.merchant()).put("MerchantCategoryCode", "5999");
        }
        return body;
    }

    private void amount(ObjectNode body, BigDecimal signed) {
        boolean sign = answers.signedAmounts();
        Bodies.put(body, "Amount", sign ? signed : signed.abs(), answers.numericAmounts());
        body.put("Currency", BankAccount.CURRENCY);
        if (!sign) {
            body.put("CreditDebit", signed.signum() < 0 ? "Debit" : "Credit");
        }
    }

    @Override
    public String listName(String resource) {
        return NAMES.get(resource);
    }
}
