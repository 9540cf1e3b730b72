package dev.caravan.sandbox.trac;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The query string in the order in which it came, as contract 4 judges it. What breaks a rule is
 * answered 400 and named. Immutable.
 */
final class Query {
    /** What RFC 3986 section 3.4 admits unencoded. */
    private static final Pattern LEGAL =
            Pattern.compile("([A-Za-z0-9\\-._~!$&'()*+,;=:@/?]|%[0-9A-Fa-f]{2})*");

    private static final Set<String> OPERATORS = Set.of("eq", "lt", "le", "gt", "ge");

    private record Pair(String name, String value) {}

    private final List<Pair> parameters = new ArrayList<>();
    private final List<Filter> filters = new ArrayList<>();
    private final Answers answers;

    Query(String target, Answers answers) {
        this.answers = answers;
        int mark = target.indexOf('?');
        String text = mark < 0 ? "" : target.substring(mark + 1);
        check(LEGAL.matcher(text).matches(), "the query string is not URL-encoded");
        for (String pair : text.split("&")) {
            if (!pair.isEmpty()) {
                int equals = pair.indexOf('=');
                check(equals > 0, "expected name=value, found " + pair);
                take(decoded(pair.substring(0, equals)), decoded(pair.substring(equals + 1)));
            }
        }
        primaryFirst();
    }

    private void take(String name, String value) {
        if (name.indexOf('.') < 0) {
            check(one(name).isEmpty(), name + " came twice");
            parameters.add(new Pair(name, value));
            return;
        }
        int last = name.lastIndexOf('.');
        String op = name.substring(last + 1);
        check(
                OPERATORS.contains(op) && name.indexOf('.') < last,
                "expected namespace.field.op, found " + name);
        filters.add(new Filter(name.substring(0, last), op, value));
    }

    private void primaryFirst() {
        for (int at = 1; at < filters.size(); at++) {
            check(
                    !filters.get(at).field().equals(filters.get(0).field()),
                    "the first filter is the primary one and may not be repeated: "
                            + filters.get(0).field());
        }
    }

    /** Every parameter must be one of these. */
    void only(Set<String> known) {
        for (Pair one : parameters) {
            check(known.contains(one.name()), "unknown parameter " + one.name());
        }
    }

    List<Filter> filters() {
        return filters;
    }

    Optional<String> startKey() {
        return one("start_key").filter(key -> !key.isEmpty());
    }

    int perPage(int normal, int maximum) {
        Optional<String> wish = one("per_page");
        if (wish.isEmpty()) {
            return Math.min(normal, maximum);
        }
        check(wish.get().matches("[1-9][0-9]{0,8}"), "per_page must be a whole number above 0");
        int size = Integer.parseInt(wish.get());
        check(size <= maximum, "per_page may be " + maximum + " at most");
        return size;
    }

    /** False where it is missing. */
    boolean flag(String name) {
        String value = one(name).orElse("false");
        check(value.equals("true") || value.equals("false"), name + " must be true or false");
        return value.equals("true");
    }

    private Optional<String> one(String name) {
        return parameters.stream()
                .filter(pair -> pair.name().equals(name))
                .map(Pair::value)
                .findFirst();
    }

    void check(boolean holds, String otherwise) {
        if (!holds) {
            throw answers.refuse(400, otherwise);
        }
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }
}
