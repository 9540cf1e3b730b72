package dev.caravan.faults;

import dev.caravan.connections.Spans;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * How one provider's errors are classed: the lines of its {@code answers.properties}. The most
 * specific line wins: {@code STATUS.code@endpoint}, {@code STATUS.code}, {@code code}, {@code
 * STATUS@endpoint}, {@code STATUS}, {@code 4xx}. Each names a class and, where it has a memory, a
 * span: {@code absent 30d}; a second span holds where the user is present: {@code quota 1d 1m}.
 * Immutable.
 */
public final class Classes {
    private static final Set<String> KNOWN =
            Set.of(
                    "transient",
                    "throttled",
                    "quota",
                    "token",
                    "consent",
                    "client",
                    "window",
                    "login",
                    "absent",
                    "withheld",
                    "gone",
                    "request",
                    "body",
                    "locked",
                    "denied",
                    "revoked");
    private static final Set<String> OTHERS =
            Set.of(
                    "envelope",
                    "code",
                    "ok",
                    "token",
                    "callback",
                    "retry",
                    "payment",
                    "deferred",
                    "revoke",
                    "account");

    private final String provider;
    private final Map<String, String> lines;

    public Classes(String provider, Map<String, String> lines) {
        this.provider = provider;
        this.lines = Map.copyOf(lines);
        this.lines.forEach(this::check);
    }

    /**
     * What to make of an error.
     *
     * @param span how long the class holds, null where it has no memory
     * @param most up to how long, where the span doubles with every failure in a row; null where it
     *     does not
     * @param attended how long it holds with the user present, null where that is no different
     */
    public record Class(String name, Duration span, Duration most, Duration attended) {
        public Class(String name, Duration span) {
            this(name, span, null, null);
        }

        /** The class as it is where the user is present. */
        public Class withUser() {
            return attended == null ? this : new Class(name, attended, null, null);
        }

        /** The span after so many failures in a row. */
        public Duration span(int failures) {
            if (span == null || most == null) {
                return span;
            }
            Duration grown = span.multipliedBy(1L << Math.min(failures, 20));
            return grown.compareTo(most) > 0 ? most : grown;
        }
    }

    private void check(String key, String value) {
        if (OTHERS.contains(key.split("\\.", 2)[0])) {
            return;
        }
        if (!KNOWN.contains(value.strip().split("\\s+")[0])) {
            throw new SetupFault(
                    new Fault.Account(
                            "CARAVAN-ERRORS",
                            provider,
                            "answers.properties, line " + key,
                            "names the class '"
                                    + value
                                    + "', expected one of "
                                    + new java.util.TreeSet<>(KNOWN),
                            "mend the file; what ran before runs on",
                            null));
        }
        try {
            parsed(value);
        } catch (IllegalArgumentException e) {
            throw new SetupFault(
                    new Fault.Account(
                            "CARAVAN-ERRORS",
                            provider,
                            "answers.properties, line " + key,
                            e.getMessage(),
                            "mend the file; what ran before runs on",
                            null));
        }
    }

    /** The class of a status, an error code (null where the body has none) and an endpoint. */
    public Class of(int status, String code, String endpoint) {
        return Stream.of(
                        status + "." + code + "@" + endpoint,
                        status + "." + code,
                        String.valueOf(code),
                        status + "@" + endpoint,
                        String.valueOf(status),
                        status / 100 + "xx")
                .map(lines::get)
                .filter(java.util.Objects::nonNull)
                .findFirst()
                .map(Classes::parsed)
                .orElse(new Class(status >= 500 ? "transient" : "request", null));
    }

    /**
     * The class of a code whose status is not told, for an endpoint: what the code means with the
     * status it usually has.
     */
    public Class untold(String code, String endpoint) {
        String dotted = "." + code;
        return Stream.of(dotted + "@" + endpoint, dotted)
                .map(
                        end ->
                                lines.keySet().stream()
                                        .filter(key -> key.matches("\\d{3}.*") && key.endsWith(end))
                                        .sorted()
                                        .findFirst())
                .flatMap(java.util.Optional::stream)
                .findFirst()
                .map(lines::get)
                .or(() -> java.util.Optional.ofNullable(lines.get(String.valueOf(code))))
                .map(Classes::parsed)
                .orElse(new Class("transient", null));
    }

    private static Class parsed(String line) {
        String[] words = line.strip().split("\\s+");
        String[] spans = words.length > 1 ? words[1].split("\\.\\.") : new String[0];
        return new Class(
                words[0],
                spans.length > 0 ? Spans.of(spans[0]) : null,
                spans.length > 1 ? Spans.of(spans[1]) : null,
                words.length > 2 ? Spans.of(words[2]) : null);
    }

    /**
     * What a refusal of a token that was only just renewed means, at an endpoint if that is said
     * ({@code token.refused@ENDPOINT}); consent where nothing is said.
     */
    public Class refusedAgain(String endpoint) {
        return parsed(
                lines.getOrDefault(
                        "token.refused@" + endpoint,
                        lines.getOrDefault("token.refused", "consent")));
    }

    /** How long a renewed token is not renewed again, however often it is refused. */
    public Duration tokenRest() {
        return Spans.of(lines.getOrDefault("token.rest", "0s"));
    }

    /** The longest pause that a provider may ask for. */
    public Duration longestPause() {
        return Spans.of(lines.getOrDefault("retry.most", "1d"));
    }

    /**
     * Whether Retry-After says when a used-up allowance is free again, however much sooner than its
     * span.
     */
    public boolean quotaTold() {
        return lines.getOrDefault("retry.quota", "").strip().equals("told");
    }

    /**
     * The path at which an answer says that it is a success although its status does, as JSON
     * pointer, and the word it must have there; null where status alone counts.
     */
    public String okPointer() {
        String path = lines.get("ok.path");
        return path == null ? null : "/" + path.replace('.', '/');
    }

    public String okValue() {
        return lines.getOrDefault("ok.value", "true");
    }

    /** The paths to try for the error code in a body, as JSON pointers. */
    public List<String> codePointers() {
        return Stream.of(lines.getOrDefault("code.path", "error").split("\\|"))
                .map(path -> "/" + path.strip().replace('.', '/'))
                .toList();
    }
}
