package dev.caravan.sandbox.leatherback;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** The ways in which this provider writes a moment. Stateless. */
final class Stamp {
    private static final DateTimeFormatter TICKS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSSS");

    private Stamp() {}

    /** With the seven fraction digits of .NET ticks and a Z. */
    static String ticks(Instant at) {
        return TICKS.format(at.atOffset(ZoneOffset.UTC)) + "Z";
    }

    /** The same without any zone, as the paged list has it. */
    static String zoneless(LocalDateTime at) {
        return TICKS.format(at);
    }

    static String httpDate(Instant at) {
        return DateTimeFormatter.ofPattern("EEE, dd MMM uuuu HH:mm:ss 'GMT'", java.util.Locale.US)
                .format(at.atOffset(ZoneOffset.UTC));
    }
}
