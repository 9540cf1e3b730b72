package dev.caravan.sandbox.pliance;

import java.time.Instant;

/** A row of the reports: a subject was matched with a listed name. Immutable. */
public record Activity(
        Subject.Kind kind, String ref, Instant at, String details, String identity, String name) {}
