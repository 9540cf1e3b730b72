package dev.caravan.sandbox.leatherback;

/** A registered third party (contract, step 1). Immutable. */
public record Client(String id, String certificate, String callbackUrl, String name) {}
