package dev.caravan.sandbox.pockit;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.sandbox.Json;

/**
 * One standing order, direct debit or scheduled payment of an account: resources that the contract
 * only suspects. Stateless.
 */
final class ExtraBodies {
    private ExtraBodies() {}

    static ObjectNode of(Spot spot, BankAccount account, Answers.Shape shape) {
        String kind =
                switch (spot.resource()) {
                    case "standing-orders" -> "StandingOrder";
                    case "direct-debits" -> "DirectDebit";
                    default -> "ScheduledPayment";
                };
        return shape == Answers.Shape.O
                ? obie(kind, spot.id(), account)
                : Json.object()
                        .put(kind + "Id", id(kind, account))
                        .put(kind + "DateTime", "2027-01-04T00:00:00Z")
                        .put("SchemeName", "SortCodeAccountNumber")
                        .put("Identification", "04000412345678")
                        .put("Amount", "25.00")
                        .put("Currency", BankAccount.CURRENCY)
                        .put("Name", "Fernley Lettings");
    }

    static String id(String kind, BankAccount account) {
        return kind.charAt(0) + "-" + account.key();
    }

    private static ObjectNode obie(String kind, String accountId, BankAccount account) {
        ObjectNode body =
                Json.object().put("AccountId", accountId).put(kind + "Id", id(kind, account));
        String amount =
                switch (kind) {
                    case "StandingOrder" -> "NextPaymentAmount";
                    case "DirectDebit" -> "PreviousPaymentAmount";
                    default -> "InstructedAmount";
                };
        body.putObject(amount).put("Amount", "25.00").put("Currency", BankAccount.CURRENCY);
        switch (kind) {
            case "StandingOrder" ->
                    body.put("Frequency", "IntrvlMnthDay:01:04")
                            .put("NextPaymentDateTime", "2027-01-04T00:00:00Z")
                            .put("StandingOrderStatusCode", "Active");
            case "DirectDebit" ->
                    body.put("MandateIdentification", "MANDATE 1").put("Name", "Pinnock Energy");
            default -> body.put("ScheduledPaymentDateTime", "2027-01-04T00:00:00Z");
        }
        return body;
    }
}
