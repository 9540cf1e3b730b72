package dev.caravan.sandbox.pockit;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.sandbox.Json;

class PaymentTest {
    static ObjectNode details() {
        return Json.object()
                .put("amount", "12.50")
                .put("currency", "GBP")
                .put("creditor_name", "Fernley Lettings")
                .put("creditor_sort_code", "040004")
                .put("creditor_account_number", "12345678")
                .put("reference", "INV-1");
    }
}
