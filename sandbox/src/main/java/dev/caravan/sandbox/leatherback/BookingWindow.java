package dev.caravan.sandbox.leatherback;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.Map;

/**
 * The window that a query asks for. A zone may be written and is ignored: the bank means its own.
 * Immutable; both ends, in epoch seconds, belong to it.
 */
record BookingWindow(long from, long to) {

    static BookingWindow of(
            Map<String, String> query, LeatherbackSettings settings, Consent consent) {
        long from = Long.MIN_VALUE + 1;
        long to = Long.MAX_VALUE;
        if (query.containsKey("fromBookingDateTime")) {
            from = second(query.get("fromBookingDateTime"), settings, "fromBookingDateTime", false);
        }
        if (query.containsKey("toBookingDateTime")) {
            to = second(query.get("toBookingDateTime"), settings, "toBookingDateTime", true);
        }
        if (from > to) {
            throw ObieError.badRequest(
                    ObieError.INVALID_DATE, "from is after to", "fromBookingDateTime");
        }
        return new BookingWindow(Math.max(from, consent.from()), Math.min(to, consent.to()));
    }

    private static long second(
            String text, LeatherbackSettings settings, String name, boolean endOfDay) {
        try {
            boolean zoned = text.matches(".*T.*(Z|[+-]\\d\\d:?\\d\\d)");
            if (settings.bookingDates() == BookingDates.ZONED && !zoned
                    || settings.bookingDates() == BookingDates.ZONELESS && zoned) {
                throw new DateTimeException("with or without zone");
            }
            return local(text, zoned, endOfDay)
                    .atZone(ZoneId.of(settings.bankZone()))
                    .toEpochSecond();
        } catch (DateTimeException unreadable) {
            throw ObieError.badRequest(
                    ObieError.INVALID_DATE,
                    name + ": expected " + settings.bookingDates() + ", found " + text,
                    name);
        }
    }

    private static LocalDateTime local(String text, boolean zoned, boolean endOfDay) {
        if (zoned) {
            return OffsetDateTime.parse(text).toLocalDateTime();
        }
        if (text.length() == 10) {
            LocalDate day = LocalDate.parse(text);
            return endOfDay ? day.atTime(23, 59, 59) : day.atStartOfDay();
        }
        return LocalDateTime.parse(text);
    }
}
