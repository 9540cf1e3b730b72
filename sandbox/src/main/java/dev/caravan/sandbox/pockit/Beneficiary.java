package dev.caravan.sandbox.pockit;

/** Somebody whom the user pays; invented. Immutable. */
public record Beneficiary(
        String id, String name, String sortCode, String accountNumber, String reference) {}
