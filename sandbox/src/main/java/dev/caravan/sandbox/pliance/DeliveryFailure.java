package dev.caravan.sandbox.pliance;

import java.time.Instant;

/** An event that was not taken; it stays until the customer deletes it. Immutable. */
public record DeliveryFailure(String id, Event event, String reason, Instant at) {}
