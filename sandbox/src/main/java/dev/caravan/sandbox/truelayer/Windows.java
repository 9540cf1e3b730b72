package dev.caravan.sandbox.truelayer;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;

/**
 * Turns {@code from} and {@code to} into the window that the bank is willing to give, or refuses it
 * (contract 4). An instant stands for the day it is written with. Immutable.
 */
record Windows(TwinSettings settings, Instant now, LocalDate today) {

    /** The window of a call whose {@code from} and {@code to} are members of the given map. */
    Window of(Connection connection, Map<String, String> query) {
        if (settings.ignoreFrom()) {
            return Window.EVERYTHING;
        }
        LocalDate to = query.containsKey("to") ? day("to", query) : today;
        LocalDate from = query.containsKey("from") ? day("from", query) : to.minusDays(89);
        if (from.isAfter(to) || to.isAfter(today)) {
            throw refused("from " + from + " to " + to + " is not a window of the past");
        }
        boolean deep = connection.deep(now, Duration.ofSeconds(settings.deepWindowSeconds()));
        if (from.isBefore(today.minusDays(settings.scaDays())) && !deep) {
            throw ApiError.of(403, "sca_exceeded", "This window needs a fresh authentication.");
        }
        if (from.isBefore(today.minusDays(settings.historyCeilingDays()))) {
            throw refused("the bank's history does not reach back to " + from);
        }
        int cap = settings.silentSpanCapDays();
        LocalDate capped = cap > 0 ? to.minusDays(cap) : from;
        return new Window(capped.isAfter(from) ? capped : from, to);
    }

    /** Refuses what is no date before a bank is asked. */
    static void requireDates(Map<String, String> query) {
        for (String name : List.of("from", "to")) {
            if (query.containsKey(name)) {
                day(name, query);
            }
        }
    }

    private static LocalDate day(String name, Map<String, String> query) {
        String text = query.get(name);
        try {
            return LocalDate.parse(text.length() > 10 ? text.substring(0, 10) : text);
        } catch (DateTimeParseException unreadable) {
            throw ApiError.of(
                    400, "validation_error", name + ": expected YYYY-MM-DD, found " + text);
        }
    }

    private static ApiError refused(String why) {
        return ApiError.of(400, "invalid_date_range", why);
    }
}
