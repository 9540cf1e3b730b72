package dev.caravan.windows;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;

/**
 * The days that a walk has fetched, both ends included. Immutable.
 *
 * @param from null where the walk had no lower bound, so that all there is was told
 * @param zone the calendar of the days
 * @param began when the walk began, by the store's clock; null where only its age is known
 * @param age how long ago it began: what the provider booked since is not in it
 */
public record Covered(LocalDate from, LocalDate to, String zone, Instant began, Duration age) {}
