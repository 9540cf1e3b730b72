package dev.caravan.sandbox.truelayer;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Invented payees with the category that a bank would give them. The bytes of a row that depend on
 * the payee alone are made once. Immutable.
 */
record Merchant(String name, String category, byte[] head, byte[] tail) {
    static final List<Merchant> SPENDING =
            List.of(
                    of("Quillfeather Books", "PURCHASE", "Shopping", "Books"),
                    of("Mossgate Grocers", "PURCHASE", "Shopping", "Groceries"),
                    of("Tarn & Fell Outdoor", "PURCHASE", "Shopping", "Sports"),
                    of("Copperpot Café", "PURCHASE", "Food & Dining", "Coffee shops"),
                    of("The \"Blue\" Lantern", "PURCHASE", "Food & Dining", "Restaurants"),
                    of("Northline Rail", "PURCHASE", "Auto & Transport", "Public transport"),
                    of("Harrow Vale Water", "DIRECT_DEBIT", "Bills and Utilities", "Utilities"),
                    of("Pinnock Energy", "DIRECT_DEBIT", "Bills and Utilities", "Utilities"),
                    of("Wrenfield Council", "BILL_PAYMENT", "Bills and Utilities", "Taxes"),
                    of("Cash machine Oxbow St", "ATM", "Cash", "Withdrawal"),
                    of("Lodestar Broadband", "DIRECT_DEBIT", "Bills and Utilities", "Internet"),
                    of("Ænna Fjord Textiles", "PURCHASE", "Shopping", "Clothing"),
                    of("Saltmarsh Dental", "OTHER", "Health & Fitness", "Dentist"),
                    of("Fernley Lettings", "STANDING_ORDER", "Home", "Rent"),
                    of("Kestrel Cycles", "PURCHASE", "Auto & Transport", "Service & parts"),
                    of("Umber Lane Bakery", "PURCHASE", "Food & Dining", "Groceries"));
    static final List<Merchant> INCOME =
            List.of(
                    of("Thistledown Works payroll", "CREDIT", "Income", "Paycheck"),
                    of("Refund Mossgate Grocers", "CREDIT", "Income", "Refunds"),
                    of("Interest", "INTEREST", "Income", "Interest"),
                    of("Transfer from A Fenwick", "TRANSFER", "Transfer", "Transfer"));

    private static Merchant of(String name, String category, String... classes) {
        byte[] quoted = JsonText.inner(name);
        String text = new String(quoted, StandardCharsets.UTF_8);
        return new Merchant(
                name,
                category,
                JsonText.utf8("\",\"description\":\"" + text + " "),
                JsonText.utf8(
                        "\"transaction_category\":\""
                                + category
                                + "\",\"transaction_classification\":[\""
                                + String.join("\",\"", classes)
                                + "\"],\"merchant_name\":\""
                                + text
                                + "\""));
    }
}
