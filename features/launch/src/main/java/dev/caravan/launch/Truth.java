package dev.caravan.launch;

/**
 * How many booked transactions the twin holds for the people who connected, by its own count.
 * Immutable.
 *
 * @param accounts accounts and cards
 * @param transactions booked transactions of all of them
 */
record Truth(long accounts, long transactions) {

    static Truth of(String json) {
        var accounts = Json.objects(json);
        return new Truth(
                accounts.size(),
                accounts.stream().mapToLong(account -> Json.number(account, "count")).sum());
    }
}
