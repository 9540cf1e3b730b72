package dev.caravan.sandbox.truelayer;

import java.math.BigDecimal;

/**
 * What a store must hold for one account. The digest is SHA-256 over the identities of all booked
 * rows, sorted by code point and joined by line feeds; equal rows without ids count as often as
 * they are. Immutable.
 */
public record AccountTruth(
        String user,
        String accountId,
        Kind kind,
        String currency,
        long count,
        BigDecimal sum,
        String digest) {}
