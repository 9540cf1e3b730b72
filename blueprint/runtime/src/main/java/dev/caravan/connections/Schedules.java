package dev.caravan.connections;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.faults.Fault;
import dev.caravan.faults.SetupFault;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TimeZone;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.UnaryOperator;
import org.quartz.CronExpression;

/**
 * When each kind of record is pulled: settings {@code schedule.KIND}, a span such as {@code 8h} or
 * a Quartz cron; empty is never. A span is spread by up to a tenth of it, a cron by up to {@code
 * schedule.spread} (10m), so that connections do not come in step. Immutable.
 */
public final class Schedules {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String PREFIX = "schedule.";
    private static final Set<String> WORDS = Set.of("spread", "zone");

    private final Map<String, When> kinds = new LinkedHashMap<>();

    /** The next time after an instant. */
    private record When(UnaryOperator<Instant> next, Duration spread) {
        Instant after(Instant now) {
            return next.apply(now).plusMillis(random(spread.toMillis()));
        }

        Instant latest(Instant now) {
            return next.apply(now).plus(spread);
        }
    }

    /**
     * Reads the settings.
     *
     * @throws SetupFault where one is neither a span nor a cron
     */
    public Schedules(String provider, Map<String, String> settings) {
        Duration spread = Spans.of(settings.getOrDefault("schedule.spread", "10m"));
        ZoneId zone = ZoneId.of(settings.getOrDefault("schedule.zone", "UTC").strip());
        settings.forEach(
                (name, written) -> {
                    String kind = name.startsWith(PREFIX) ? name.substring(PREFIX.length()) : "";
                    if (!kind.isEmpty() && !WORDS.contains(kind) && !written.isBlank()) {
                        kinds.put(kind, when(provider, name, written.strip(), spread, zone));
                    }
                });
    }

    private static When when(
            String provider, String name, String written, Duration spread, ZoneId zone) {
        if (!written.contains(" ")) {
            Duration span = Spans.of(written);
            return new When(now -> now.plus(span), span.dividedBy(10));
        }
        try {
            CronExpression cron = new CronExpression(written);
            cron.setTimeZone(TimeZone.getTimeZone(zone));
            return new When(now -> cron.getNextValidTimeAfter(Date.from(now)).toInstant(), spread);
        } catch (ParseException e) {
            throw new SetupFault(
                    new Fault.Account(
                            "CARAVAN-SCHEDULE",
                            provider,
                            "setting " + name,
                            "is '" + written + "', expected a span such as 8h or a Quartz cron",
                            "mend it; what ran before runs on",
                            null));
        }
    }

    private static long random(long most) {
        return most <= 0 ? 0 : ThreadLocalRandom.current().nextLong(most);
    }

    boolean isEmpty() {
        return kinds.isEmpty();
    }

    /** The kinds that are due: their time has come, or they were never pulled. */
    Set<String> due(String dueByKind, Instant now) {
        JsonNode times = parsed(dueByKind);
        Set<String> due = new LinkedHashSet<>();
        for (String kind : kinds.keySet()) {
            if (!times.hasNonNull(kind) || !Instant.parse(times.get(kind).asText()).isAfter(now)) {
                due.add(kind);
            }
        }
        return due;
    }

    /** The times of all kinds after a pull of these, as JSON. */
    String next(String dueByKind, Set<String> pulled, Instant now) {
        JsonNode times = parsed(dueByKind);
        ObjectNode next = JSON.createObjectNode();
        kinds.forEach(
                (kind, when) -> {
                    if (pulled.contains(kind)) {
                        next.put(kind, when.after(now).toString());
                    } else if (times.hasNonNull(kind)) {
                        next.set(kind, times.get(kind));
                    }
                });
        return next.toString();
    }

    /** How many seconds after an instant a kind is pulled at the latest. */
    double longest(String kind, Instant now) {
        return Duration.between(now, kinds.get(kind).latest(now)).toSeconds();
    }

    /** The earliest of these times, null where there is none. */
    static Instant earliest(String dueByKind) {
        Instant earliest = null;
        for (JsonNode time : parsed(dueByKind)) {
            Instant at = Instant.parse(time.asText());
            earliest = earliest == null || at.isBefore(earliest) ? at : earliest;
        }
        return earliest;
    }

    private static JsonNode parsed(String json) {
        try {
            return JSON.readTree(json == null ? "{}" : json);
        } catch (JsonProcessingException e) {
            return JSON.createObjectNode();
        }
    }
}
