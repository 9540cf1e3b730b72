package dev.caravan.sandbox;

/** Sets the faults that every provider can have at one endpoint. Immutable. */
public record FaultPoint(FaultTable table, String endpoint) implements CommonFaults {}
