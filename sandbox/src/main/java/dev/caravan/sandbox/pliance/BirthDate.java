package dev.caravan.sandbox.pliance;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.sandbox.Json;
import java.time.Month;
import java.time.Year;
import java.util.Locale;

/** A date of birth of which any part may be unknown, written as zero here. Immutable. */
public record BirthDate(int year, int month, int day) {
    public static final BirthDate UNKNOWN = new BirthDate(0, 0, 0);

    public BirthDate {
        boolean fits = year >= 0 && year <= 9999 && month >= 0 && month <= 12;
        // without a year the 29th of February is possible
        int days = month < 1 || month > 12 ? 31 : Month.of(month).maxLength();
        int last = year > 0 && month == 2 && !Year.isLeap(year) ? 28 : days;
        if (!fits || day < 0 || day > last) {
            throw new Failure(400, "birthdate: no such date");
        }
    }

    /** As on the wire: question marks for what is unknown. */
    public String text() {
        return part(year, 4) + "-" + part(month, 2) + "-" + part(day, 2);
    }

    /** The object beside the text; null where nothing is known. */
    ObjectNode json() {
        if (equals(UNKNOWN)) {
            return null;
        }
        ObjectNode json = Json.object();
        put(json, "day", day);
        put(json, "month", month);
        put(json, "year", year);
        return json;
    }

    private static void put(ObjectNode json, String name, int value) {
        if (value == 0) {
            json.putNull(name);
        } else {
            json.put(name, value);
        }
    }

    private static String part(int value, int width) {
        return value == 0
                ? "?".repeat(width)
                : String.format(Locale.ROOT, "%0" + width + "d", value);
    }
}
