package dev.caravan.sandbox.pockit;

/**
 * What lies in the accounts when the twin starts; all of it invented. Immutable.
 *
 * @param seed Two twins of one seed and one first day hold the same rows.
 * @param users Users user1/word1 to user<n>/word<n>.
 * @param accountsPerUser Accounts of each user; each further one shows other identifiers.
 * @param transactionsPerAccount Booked rows of each account.
 * @param pendingPerAccount Pending rows of each account.
 * @param rejectedPerAccount Rejected rows of each account: sent, and never part of the truth.
 * @param beneficiariesPerAccount Beneficiaries of each account.
 * @param historyDays The days before the first day over which the booked rows are spread evenly.
 * @param arrivalsPerDay Further booked rows that each day after the first one brings.
 * @param idlessPercent The share of the booked rows that carry no TransactionId.
 * @param identicalRows So many of an account's booked rows are without id and alike in everything.
 * @param oddRows Amounts with trailing zeros, offsets other than Z, line breaks and unknown members
 *     are sprinkled over the rows.
 * @param escapedIds Account ids hold a blank and a slash, so that a path needs escaping.
 */
public record Holdings(
        long seed,
        int users,
        int accountsPerUser,
        int transactionsPerAccount,
        int pendingPerAccount,
        int rejectedPerAccount,
        int beneficiariesPerAccount,
        int historyDays,
        int arrivalsPerDay,
        int idlessPercent,
        int identicalRows,
        boolean oddRows,
        boolean escapedIds) {

    public Holdings {
        if (identicalRows > transactionsPerAccount) {
            identicalRows = transactionsPerAccount;
        }
    }

    static Holdings defaults() {
        return new Holdings(20261121, 20, 2, 40, 2, 1, 3, 80, 0, 10, 2, true, false);
    }
}
