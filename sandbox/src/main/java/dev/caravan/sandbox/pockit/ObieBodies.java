package dev.caravan.sandbox.pockit;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.sandbox.Json;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;

/** Shape O: the objects of UK Read/Write v3.1. Immutable. */
final class ObieBodies implements Bodies {
    private static final Map<String, String> NAMES =
            Map.of(
                    "accounts", "Account",
                    "account", "Account",
                    "balance", "Balance",
                    "product", "Product",
                    "beneficiaries", "Beneficiary",
                    "transactions", "Transaction",
                    "standing-orders", "StandingOrder",
                    "direct-debits", "DirectDebit",
                    "scheduled-payments", "ScheduledPayment");
    private final Answers answers;
    private final boolean odd;

    ObieBodies(PockitSettings settings) {
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
        String inland = account.sortCode() + account.accountNumber();
        identified(body, "SortCodeAccountNumber", inland, account);
        if (account.number() % 3 == 1) {
            identified(body, "IBAN", account.iban(), account);
        }
        if (account.number() % 3 == 2) {
            identified(body, "PAN", account.pan(), account);
        }
        return body;
    }

    private static void identified(
            ObjectNode body, String scheme, String text, BankAccount account) {
        body.withArray("Account")
                .addObject()
                .put("SchemeName", "UK.OBIE." + scheme)
                .put("Identification", text)
                .put("Name", "Holder " + account.user());
    }

    @Override
    public List<ObjectNode> balances(BankAccount account, String id, Instant now) {
        return answers.balanceTypes().stream()
                .map(
                        type -> {
                            boolean current = type.endsWith("Booked");
                            long pence = current ? account.current() : account.available();
                            ObjectNode body = Json.object().put("AccountId", id);
                            amount(body, BigDecimal.valueOf(Math.abs(pence), 2));
                            return body.put("CreditDebitIndicator", pence < 0 ? "Debit" : "Credit")
                                    .put("Type", type)
                                    .put("DateTime", TIME.format(now.atOffset(ZoneOffset.UTC)));
                        })
                .toList();
    }

    @Override
    public ObjectNode product(BankAccount account, String id) {
        return Json.object()
                .put("AccountId", id)
                .put("ProductId", "P" + account.number() % 3)
                .put("ProductType", "Other")
                .put("ProductName", "Pockit " + Bodies.subType(account));
    }

    @Override
    public ObjectNode beneficiary(Beneficiary one, String accountId) {
        ObjectNode body =
                Json.object()
                        .put("AccountId", accountId)
                        .put("BeneficiaryId", one.id())
                        .put("Reference", one.reference());
        body.putObject("CreditorAccount")
                .put("SchemeName", "UK.OBIE.SortCodeAccountNumber")
                .put("Identification", one.sortCode() + one.accountNumber())
                .put("Name", one.name());
        return body;
    }

    @Override
    public ObjectNode transaction(Transaction row, String accountId) {
        ObjectNode body = Json.object().put("AccountId", accountId);
        if (!row.id().isEmpty()) {
            body.put("TransactionId", row.id());
        }
        body.put("CreditDebitIndicator", row.minor() < 0 ? "Debit" : "Credit")
                .put("Status", row.status().name())
                .put("BookingDateTime", Bodies.time(row, odd));
        amount(body, Bodies.written(Math.abs(row.minor()), row, odd));
        body.put("TransactionInformation", row.description());
        if (!row.merchant().isEmpty()) {
            body.putObject("MerchantDetails").put("MerchantName", row.merchant());
        }
        if (odd && row.seq() % 10 == 4) {
            body.putObject("SupplementaryData").put("Channel", "APP");
        }
        return body;
    }

    private void amount(ObjectNode body, BigDecimal unsigned) {
        ObjectNode amount = body.putObject("Amount");
        Bodies.put(amount, "Amount", unsigned, answers.numericAmounts());
        amount.put("Currency", BankAccount.CURRENCY);
    }

    @Override
    public String listName(String resource) {
        return NAMES.get(resource);
    }
}
