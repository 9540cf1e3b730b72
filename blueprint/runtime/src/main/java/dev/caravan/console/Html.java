package dev.caravan.console;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.regex.Pattern;

/** Pieces of pages. Every value that comes from outside is escaped. Stateless. */
final class Html {
    private static final Pattern INSTANT =
            Pattern.compile("(\\d{4}-\\d\\d-\\d\\d) (\\d\\d:\\d\\d:\\d\\d)(?:\\.\\d+)?\\+00");
    private static final Pattern DAY = Pattern.compile("\\d{4}-\\d\\d-\\d\\d");

    /** Columns whose words say how it is. */
    private static final Set<String> TONED = Set.of("state", "outcome", "last_pull", "is");

    private static final Set<String> GOOD =
            Set.of("runs", "active", "complete", "done", "ok", "executed");
    private static final Set<String> SOSO =
            Set.of(
                    "runs as before",
                    "idle",
                    "starting",
                    "paused",
                    "expiring",
                    "partial",
                    "interrupted",
                    "waiting",
                    "pending");
    private static final Set<String> BAD =
            Set.of(
                    "refused",
                    "failed",
                    "dead",
                    "bad",
                    "reauth_required",
                    "expired",
                    "rejected",
                    "unknown");

    private Html() {}

    static String escaped(Object value) {
        return value == null
                ? ""
                : value.toString()
                        .replace("&", "&amp;")
                        .replace("<", "&lt;")
                        .replace(">", "&gt;")
                        .replace("\"", "&quot;")
                        .replace("'", "&#39;");
    }

    /**
     * A value of a column as it is shown: times for people and machines, words that say how it is
     * in a colour as well (never in colour alone), and text of others kept from turning its
     * neighbours around.
     */
    static String value(String column, Object value) {
        if (value == null) {
            return "";
        }
        String text = value.toString();
        var instant = INSTANT.matcher(text);
        if (instant.matches()) {
            return "<time datetime=\"%1$sT%2$sZ\">%1$s %2$s</time>"
                    .formatted(instant.group(1), instant.group(2));
        }
        if (DAY.matcher(text).matches()) {
            return "<time>" + text + "</time>";
        }
        String tone =
                !TONED.contains(column)
                        ? null
                        : GOOD.contains(text)
                                ? "good"
                                : SOSO.contains(text) ? "soso" : BAD.contains(text) ? "bad" : null;
        return tone == null
                ? value instanceof Number ? escaped(text) : "<bdi>" + escaped(text) + "</bdi>"
                : "<span class=\"tone "
                        + tone
                        + "\">"
                        + escaped(text.replace('_', ' '))
                        + "</span>";
    }

    static String link(String address, String inside) {
        return "<a href=\"" + escaped(address) + "\">" + inside + "</a>";
    }

    /** A part of an address as it must be written there. */
    static String part(Object value) {
        return URLEncoder.encode(String.valueOf(value), StandardCharsets.UTF_8);
    }

    /** The first letters of an id, as people call it. */
    static String brief(Object id) {
        String text = String.valueOf(id);
        return "<span class=\"id\">"
                + escaped(text.length() > 8 && text.indexOf('-') == 8 ? text.substring(0, 8) : text)
                + "</span>";
    }

    static String section(String title, String inside) {
        return "<section><h2>" + escaped(title) + "</h2>" + inside + "</section>";
    }

    static String paragraph(String text) {
        return "<p>" + escaped(text) + "</p>";
    }
}
