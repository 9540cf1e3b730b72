package dev.caravan.sandbox;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A clock that stands until it is told to move. Every copy made with {@link #withZone} shows the
 * same instant, so one call moves all who look at it. Safe for use by many threads.
 */
public final class MovableClock extends Clock {
    private final AtomicReference<Instant> now;
    private final ZoneId zone;

    private MovableClock(AtomicReference<Instant> now, ZoneId zone) {
        this.now = now;
        this.zone = zone;
    }

    public static MovableClock at(Instant instant) {
        return new MovableClock(
                new AtomicReference<>(Objects.requireNonNull(instant)), ZoneOffset.UTC);
    }

    public static MovableClock at(String iso) {
        return at(Instant.parse(iso));
    }

    /** Moves by the given time, backwards when it is negative, and answers the new instant. */
    public Instant advance(Duration by) {
        return now.updateAndGet(instant -> instant.plus(by));
    }

    public void set(Instant instant) {
        now.set(Objects.requireNonNull(instant));
    }

    @Override
    public Instant instant() {
        return now.get();
    }

    @Override
    public ZoneId getZone() {
        return zone;
    }

    @Override
    public Clock withZone(ZoneId other) {
        return new MovableClock(now, other);
    }
}
