package dev.caravan.store;

import dev.caravan.connections.Pull;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;

/**
 * The part of a table that one answer speaks of. {@code status=pending} is a set of its own beside
 * others of its scope; {@code organization_id={org}} is the set of what the exchange is about;
 * {@code party_id=*} is one set for each value that the page names. Immutable.
 */
record Part(String column, String value) {
    private static final Pattern FORM = Pattern.compile("([a-z_]+)=([a-z0-9_]+|\\{[a-z_]+}|\\*)");

    static Part parse(String provider, String file, String written) {
        if (written == null || written.isBlank()) {
            return new Part(null, null);
        }
        Matcher form = FORM.matcher(written.strip());
        if (!form.matches()) {
            throw Mapping.refused(
                    provider,
                    file,
                    "is for part '"
                            + written
                            + "', expected column=value, column={name} or column=*");
        }
        return new Part(form.group(1), form.group(2));
    }

    /** As a route writes it; empty where it is all of its table. */
    String written() {
        return column == null ? "" : column + "=" + value;
    }

    /** What a mapping knows of it, as JSON. */
    String json() {
        return column == null ? "{}" : "{\"" + column + "\": \"" + value + "\"}";
    }

    boolean each() {
        return "*".equals(value);
    }

    private boolean asked() {
        return value != null && value.startsWith("{");
    }

    /** The value that a statement compares with: what the exchange is about where it is asked. */
    String of(Exchange exchange) {
        return asked()
                ? Pull.about(exchange, value.substring(1, value.length() - 1))
                : each() ? null : value;
    }

    /** The value that is the same for every exchange; empty where there is none. */
    String fixed() {
        return value == null || asked() || each() ? "" : value;
    }

    /** Beside sets of one scope that could hold equal keys, a set's value is part of identity. */
    String identityPrefix() {
        return "'" + prefix() + "'";
    }

    /** The same as plain text. */
    String prefix() {
        return value == null || asked() || each() ? "" : value + ":";
    }

    /** The name under which the exchange knows the value, null where the part is no asked one. */
    String asks() {
        return asked() ? value.substring(1, value.length() - 1) : null;
    }

    String condition() {
        return value == null
                ? "true"
                : each()
                        ? "t." + column + " in (select parent from told)"
                        : asked()
                                ? "t." + column + " = (select part from given)"
                                // a literal, so that a partial index fits
                                : "t." + column + " = '" + value + "'";
    }
}
