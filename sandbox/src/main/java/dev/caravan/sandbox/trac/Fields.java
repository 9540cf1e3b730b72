package dev.caravan.sandbox.trac;

import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.format.ResolverStyle;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * The fields of one kind of row that filters may name. Filters join by and; a moment is compared as
 * UTC. Immutable once built, so safe for use by many threads.
 */
final class Fields<T> {
    private static final DateTimeFormatter NO_ZONE =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss[.SSS]")
                    .withResolverStyle(ResolverStyle.STRICT);

    private record Field<T>(Filter.Kind kind, Function<T, Object> value) {}

    private final Map<String, Field<T>> fields = new LinkedHashMap<>();

    /** A missing value, null, fits no filter. */
    Fields<T> text(String name, Function<T, Object> value) {
        fields.put(name, new Field<>(Filter.Kind.TEXT, value));
        return this;
    }

    /** The value in milliseconds. */
    Fields<T> moment(String name, Function<T, Object> millis) {
        fields.put(name, new Field<>(Filter.Kind.MOMENT, millis));
        return this;
    }

    Predicate<T> wanted(Query query, boolean strict) {
        Predicate<T> wanted = row -> true;
        for (Filter filter : query.filters()) {
            Field<T> field = fields.get(filter.field());
            query.check(field != null || !strict, "unknown filter " + filter.field());
            if (field != null) {
                wanted = wanted.and(one(query, filter, field));
            }
        }
        return wanted;
    }

    private Predicate<T> one(Query query, Filter filter, Field<T> field) {
        if (field.kind() == Filter.Kind.TEXT) {
            query.check(filter.op().equals("eq"), filter.field() + " takes eq only");
            return row -> filter.value().equals(field.value().apply(row));
        }
        long moment = moment(query, filter);
        return switch (filter.op()) {
            case "eq" -> row -> (long) field.value().apply(row) == moment;
            case "lt" -> row -> (long) field.value().apply(row) < moment;
            case "le" -> row -> (long) field.value().apply(row) <= moment;
            case "gt" -> row -> (long) field.value().apply(row) > moment;
            default -> row -> (long) field.value().apply(row) >= moment;
        };
    }

    private static long moment(Query query, Filter filter) {
        try {
            return LocalDateTime.parse(filter.value(), NO_ZONE)
                    .toInstant(ZoneOffset.UTC)
                    .toEpochMilli();
        } catch (DateTimeParseException unreadable) {
            query.check(false, filter.field() + " must look like 2024-01-01T00:00:00, no zone");
            return 0;
        }
    }
}
