package dev.caravan.sandbox.pockit;

import dev.caravan.sandbox.http.Request;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Optional;

/** From when until when rows are wanted, both ends included. Immutable. */
record BookingWindow(Instant from, Instant to) {
    static final String FROM = "fromBookingDateTime";
    static final String TO = "toBookingDateTime";
    private static final BookingWindow EVERYTHING = new BookingWindow(Instant.MIN, Instant.MAX);

    static BookingWindow of(
            Request request, PockitSettings settings, Refusals refusals, Instant now) {
        Optional<String> from = Optional.ofNullable(request.query().get(FROM));
        Optional<String> to = Optional.ofNullable(request.query().get(TO));
        boolean asked = from.isPresent() || to.isPresent();
        Answers.WindowRule rule = settings.answers().windowRule();
        if (asked && rule == Answers.WindowRule.REFUSED) {
            throw refusals.resource(400, "Field.Unexpected", "there are no window parameters");
        }
        if (!asked || rule == Answers.WindowRule.IGNORED) {
            return EVERYTHING;
        }
        BookingWindow window =
                new BookingWindow(
                        from.map(text -> instant(text, refusals)).orElse(Instant.MIN),
                        to.map(text -> instant(text, refusals)).orElse(Instant.MAX));
        if (window.to.isBefore(window.from)) {
            throw refusals.resource(400, "Field.InvalidDate", "the window ends before it begins");
        }
        int days = settings.metering().unattendedDays();
        boolean far = from.isPresent() && window.from.isBefore(dayBefore(now, days));
        if (days > 0 && far && !Gate.attended(request)) {
            throw refusals.resource(
                    400, "Field.InvalidDate", "without a user " + days + " days back at most");
        }
        return window;
    }

    boolean everything() {
        return equals(EVERYTHING);
    }

    boolean holds(Transaction row) {
        Instant at = row.bookedAt().toInstant();
        return !at.isBefore(from) && !at.isAfter(to);
    }

    private static Instant dayBefore(Instant now, int days) {
        return LocalDate.ofInstant(now, ZoneOffset.UTC)
                .minusDays(days)
                .atStartOfDay()
                .toInstant(ZoneOffset.UTC);
    }

    private static Instant instant(String text, Refusals refusals) {
        try {
            if (text.matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ")) {
                return Instant.parse(text);
            }
        } catch (DateTimeException impossible) {
            // refused below
        }
        throw refusals.resource(
                400, "Field.InvalidDate", "expected YYYY-MM-DDThh:mm:ssZ, found " + text);
    }
}
