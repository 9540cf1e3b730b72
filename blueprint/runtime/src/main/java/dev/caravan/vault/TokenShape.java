package dev.caravan.vault;

import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jwt.JWTParser;
import dev.caravan.faults.Fault;
import dev.caravan.faults.SetupFault;
import java.text.ParseException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Date;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * How a provider's token answers are read: the lines {@code token.*} of its {@code
 * answers.properties}, where what is not said is as in RFC 6749 section 5.1. A lifetime that makes
 * no sense becomes the shortest, one too long the longest. Immutable.
 */
final class TokenShape {
    /** From here on a number of seconds since 1970 is one of milliseconds: the year 5138. */
    private static final long MILLIS_FROM = 100_000_000_000L;

    private static final Set<String> FORMS = Set.of("seconds", "instant", "jwt");

    private final Map<String, String> lines;
    private final String form;
    private final long shortest;
    private final long longest;

    /**
     * @throws SetupFault where a line says what nobody knows
     */
    TokenShape(String provider, Map<String, String> answers) {
        this.lines = answers;
        this.form = line("expires.form", "seconds");
        if (!FORMS.contains(form)) {
            throw odd(provider, "expires.form", "one of " + new TreeSet<>(FORMS));
        }
        this.shortest = seconds(provider, "shortest", 0);
        this.longest = seconds(provider, "longest", Long.MAX_VALUE);
    }

    private String line(String name, String otherwise) {
        return lines.getOrDefault("token." + name, otherwise).strip();
    }

    private long seconds(String provider, String name, long otherwise) {
        String written = line(name, String.valueOf(otherwise));
        if (!written.matches("\\d{1,19}")) {
            throw odd(provider, name, "seconds");
        }
        return Long.parseLong(written);
    }

    private SetupFault odd(String provider, String name, String expected) {
        return new SetupFault(
                new Fault.Account(
                        "CARAVAN-ERRORS",
                        provider,
                        "answers.properties, line token." + name,
                        "is '" + line(name, "") + "', expected " + expected,
                        "mend the file; what ran before runs on",
                        null));
    }

    Optional<String> access(JsonNode answer) {
        return text(answer, line("access", "access_token"));
    }

    String accessField() {
        return line("access", "access_token");
    }

    Optional<String> refresh(JsonNode answer) {
        return text(answer, line("refresh", "refresh_token"));
    }

    /** What was granted: lower case, sorted, one space between; empty where nothing is said. */
    Optional<String> scopes(JsonNode answer) {
        JsonNode said = at(answer, line("scope", "scope"));
        StringBuilder text = new StringBuilder(said.asText(""));
        said.forEach(one -> text.append(' ').append(one.asText("")));
        Set<String> scopes = new TreeSet<>();
        for (String scope : text.toString().toLowerCase(java.util.Locale.ROOT).split("[\\s,]+")) {
            if (!scope.isEmpty()) {
                scopes.add(scope);
            }
        }
        return scopes.isEmpty() ? Optional.empty() : Optional.of(String.join(" ", scopes));
    }

    /** When the access token of an answer ends. */
    Instant expires(JsonNode answer, Instant now) {
        JsonNode said = at(answer, line("expires", "expires_in"));
        if (form.equals("instant")) {
            return bounded(instant(said), now);
        }
        Instant own = form.equals("jwt") ? access(answer).map(TokenShape::exp).orElse(null) : null;
        return own != null ? own : now.plusSeconds(bounded(number(said)));
    }

    private Instant bounded(Instant told, Instant now) {
        if (told == null || !told.isAfter(now)) {
            return now.plusSeconds(shortest);
        }
        return told.getEpochSecond() - now.getEpochSecond() > longest
                ? now.plusSeconds(longest)
                : told;
    }

    private long bounded(long seconds) {
        return seconds <= 0 ? shortest : Math.min(seconds, Math.min(longest, Integer.MAX_VALUE));
    }

    private static long number(JsonNode said) {
        String text = said.asText("").strip();
        return text.matches("\\d{1,18}(\\.\\d+)?") ? Long.parseLong(text.split("\\.")[0]) : 0;
    }

    private static Instant instant(JsonNode said) {
        long number = number(said);
        if (number > 0) {
            return number > MILLIS_FROM
                    ? Instant.ofEpochMilli(number)
                    : Instant.ofEpochSecond(number);
        }
        try {
            return OffsetDateTime.parse(said.asText("").strip()).toInstant();
        } catch (DateTimeException e) {
            return null;
        }
    }

    /** The end that a token states of itself; read, not believed: it only plans the next one. */
    private static Instant exp(String token) {
        try {
            Date exp = JWTParser.parse(token).getJWTClaimsSet().getExpirationTime();
            return exp == null ? null : exp.toInstant();
        } catch (ParseException | RuntimeException e) {
            return null;
        }
    }

    /** A claim of the access token in an answer; empty where it is no JWT or has no such claim. */
    Optional<String> claim(JsonNode answer, String name) {
        try {
            return access(answer).isEmpty()
                    ? Optional.empty()
                    : Optional.ofNullable(
                                    JWTParser.parse(access(answer).get())
                                            .getJWTClaimsSet()
                                            .getClaim(name))
                            .map(String::valueOf);
        } catch (ParseException | RuntimeException e) {
            return Optional.empty();
        }
    }

    private static Optional<String> text(JsonNode answer, String field) {
        String text = at(answer, field).asText("");
        return text.isEmpty() ? Optional.empty() : Optional.of(text);
    }

    private static JsonNode at(JsonNode answer, String path) {
        return answer.at("/" + path.replace('.', '/'));
    }
}
