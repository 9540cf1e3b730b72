package dev.caravan.faults;

import dev.caravan.connections.Spans;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * How one provider's errors are classed: the lines of its {@code answers.properties}. The most
 * specific line wins: {@code STATUS.code@endpoint}, {@code STATUS.code}, {@code code}, {@code
 * STATUS@endpoint}, {@code STATUS}, {@code 4xx}. Each names a class and, where it has a memory, a
 * span: {@code absent 30d}. Immutable.
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
                    "denied");

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
     */
    public record Class(String name, Duration span) {}

    private void check(String key, String value) {
        if (key.startsWith("envelope.") || key.startsWith("code.")) {
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

    private static Class parsed(String line) {
        String[] words = line.strip().split("\\s+");
        return new Class(words[0], words.length > 1 ? Spans.of(words[1]) : null);
    }

    /** The path of the error code in a body, as JSON pointer. */
    public String codePointer() {
        return "/" + lines.getOrDefault("code.path", "error").replace('.', '/');
    }
}
