package dev.caravan.sandbox.pockit;

import java.math.BigDecimal;

/**
 * What a store must hold for one account. Digest and sum are of the booked rows. Immutable.
 *
 * @param accountId the id that the user's newest consent sees
 * @param available as it is sent: the current balance where only that one is, and the reverse
 */
public record AccountTruth(
        String user,
        String accountId,
        String key,
        String sortCode,
        String accountNumber,
        String iban,
        BigDecimal available,
        BigDecimal current,
        long count,
        BigDecimal sum,
        String digest) {}
