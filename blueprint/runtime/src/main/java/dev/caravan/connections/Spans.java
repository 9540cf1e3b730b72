package dev.caravan.connections;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Spans of time as settings write them: {@code 30s}, {@code 5m}, {@code 6h}, {@code 7d}. */
public final class Spans {
    private static final Pattern FORM = Pattern.compile("(\\d+)\\s*([smhd])");

    private Spans() {}

    public static Duration of(String written) {
        Matcher form = FORM.matcher(written.strip());
        if (!form.matches()) {
            throw new IllegalArgumentException(
                    "expected a span such as 30s, 5m, 6h or 7d, found '" + written + "'");
        }
        long amount = Long.parseLong(form.group(1));
        return switch (form.group(2)) {
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            default -> Duration.ofDays(amount);
        };
    }
}
