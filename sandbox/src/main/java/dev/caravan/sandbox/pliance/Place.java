package dev.caravan.sandbox.pliance;

/** A customer and one of its tenants; without multitenancy the tenant is empty. Immutable. */
public record Place(String customer, String tenant) {}
