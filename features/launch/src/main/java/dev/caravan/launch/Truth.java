package dev.caravan.launch;

import java.util.Map;

/**
 * How many transactions the twin holds for the connections that were made, by its own count.
 * Immutable.
 *
 * @param accounts accounts and cards
 * @param transactions booked and pending
 */
record Truth(long accounts, long transactions) {

    static Truth of(String json) {
        long accounts = 0;
        long transactions = 0;
        for (var entry : Json.list(Json.object(json), "accounts")) {
            @SuppressWarnings("unchecked")
            var account = (Map<String, Object>) entry;
            accounts++;
            transactions += Json.number(account, "count");
        }
        return new Truth(accounts, transactions);
    }
}
