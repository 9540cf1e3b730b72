package dev.caravan.store;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The part of a table that one answer speaks of, written {@code column=value}: pending transactions
 * are a set of their own, and so are cards among accounts. Immutable.
 */
record Part(String column, String value) {
    private static final Pattern FORM = Pattern.compile("([a-z_]+)=([a-z_]+)");

    static Part parse(String provider, String file, String written) {
        if (written == null || written.isBlank()) {
            return new Part(null, null);
        }
        Matcher form = FORM.matcher(written.strip());
        if (!form.matches()) {
            throw Mapping.refused(
                    provider, file, "is for part '" + written + "', expected column=value");
        }
        return new Part(form.group(1), form.group(2));
    }

    String identityPrefix() {
        return value == null ? "''" : "'" + value + ":'";
    }

    String condition() {
        return value == null ? "true" : "t." + column + " = '" + value + "'";
    }
}
