package dev.caravan.launch;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads a JSON text into maps, lists, strings, {@link BigDecimal}s and booleans, so that the
 * launcher needs nothing but a JDK. A text that is not JSON raises {@link IllegalArgumentException}
 * with the position. A value is immutable once read; reading keeps its state in an instance of its
 * own.
 */
final class Json {

    private final String text;
    private int at;

    private Json(String text) {
        this.text = text;
    }

    /** The object in {@code text}. */
    @SuppressWarnings("unchecked")
    static Map<String, Object> object(String text) {
        var reader = new Json(text);
        if (!(reader.whole() instanceof Map<?, ?> object)) {
            throw new IllegalArgumentException("expected a JSON object, found " + text);
        }
        return (Map<String, Object>) object;
    }

    /** The array of objects in {@code text}. */
    @SuppressWarnings("unchecked")
    static List<Map<String, Object>> objects(String text) {
        var reader = new Json(text);
        if (!(reader.whole() instanceof List<?> list)) {
            throw new IllegalArgumentException("expected a JSON array, found " + text);
        }
        return list.stream().map(entry -> (Map<String, Object>) entry).toList();
    }

    /** The whole number at {@code path} ("pulls.running"), 0 where there is none. */
    static long number(Map<String, Object> object, String path) {
        return at(object, path) instanceof BigDecimal number ? number.longValue() : 0;
    }

    /** The objects in the list at {@code path}, empty where there is none. */
    @SuppressWarnings("unchecked")
    static List<Map<String, Object>> objects(Map<String, Object> object, String path) {
        return list(object, path).stream().map(entry -> (Map<String, Object>) entry).toList();
    }

    /** {@code members} as a JSON object of texts. */
    static String object(Map<String, String> members) {
        var out = new StringBuilder("{");
        members.forEach(
                (name, value) ->
                        out.append(out.length() == 1 ? "" : ",")
                                .append(quote(name))
                                .append(':')
                                .append(quote(value)));
        return out.append('}').toString();
    }

    /** The text at {@code path}, or "" where there is none. */
    static String string(Map<String, Object> object, String path) {
        return at(object, path) instanceof String string ? string : "";
    }

    /** The list at {@code path}, empty where there is none. */
    static List<?> list(Map<String, Object> object, String path) {
        return at(object, path) instanceof List<?> list ? list : List.of();
    }

    /** {@code text} as a JSON string, quotes included. */
    static String quote(String text) {
        var out = new StringBuilder("\"");
        for (var i = 0; i < text.length(); i++) {
            var c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < ' ') {
                out.append(String.format("\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        return out.append('"').toString();
    }

    private static Object at(Map<String, Object> object, String path) {
        Object value = object;
        for (var step : path.split("\\.")) {
            value = value instanceof Map<?, ?> map ? map.get(step) : null;
        }
        return value;
    }

    private Object whole() {
        var value = value();
        space();
        if (at != text.length()) {
            throw wrong("the end");
        }
        return value;
    }

    private Object value() {
        space();
        if (at == text.length()) {
            throw wrong("a value");
        }
        return switch (text.charAt(at)) {
            case '{' -> members();
            case '[' -> elements();
            case '"' -> string();
            case 't' -> word("true", Boolean.TRUE);
            case 'f' -> word("false", Boolean.FALSE);
            case 'n' -> word("null", null);
            default -> number();
        };
    }

    private Map<String, Object> members() {
        var members = new LinkedHashMap<String, Object>();
        at++;
        if (taken('}')) {
            return members;
        }
        do {
            space();
            var name = string();
            need(':');
            members.put(name, value());
        } while (taken(','));
        need('}');
        return members;
    }

    private List<Object> elements() {
        var elements = new ArrayList<>();
        at++;
        if (taken(']')) {
            return elements;
        }
        do {
            elements.add(value());
        } while (taken(','));
        need(']');
        return elements;
    }

    private String string() {
        need('"');
        var out = new StringBuilder();
        while (at < text.length() && text.charAt(at) != '"') {
            var c = text.charAt(at++);
            out.append(c == '\\' ? escaped() : c);
        }
        need('"');
        return out.toString();
    }

    private char escaped() {
        if (at == text.length()) {
            throw wrong("an escaped character");
        }
        var c = text.charAt(at++);
        return switch (c) {
            case 'n' -> '\n';
            case 't' -> '\t';
            case 'r' -> '\r';
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'u' -> (char) Integer.parseInt(text.substring(at, at += 4), 16);
            default -> c;
        };
    }

    private BigDecimal number() {
        var from = at;
        while (at < text.length() && "+-.eE0123456789".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        if (from == at) {
            throw wrong("a value");
        }
        return new BigDecimal(text.substring(from, at));
    }

    private Object word(String word, Object value) {
        if (!text.startsWith(word, at)) {
            throw wrong(word);
        }
        at += word.length();
        return value;
    }

    private boolean taken(char c) {
        space();
        if (at < text.length() && text.charAt(at) == c) {
            at++;
            return true;
        }
        return false;
    }

    private void need(char c) {
        if (!taken(c)) {
            throw wrong("'" + c + "'");
        }
    }

    private void space() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
    }

    private IllegalArgumentException wrong(String expected) {
        var found = text.substring(at, Math.min(text.length(), at + 20));
        return new IllegalArgumentException(
                "not JSON at character "
                        + at
                        + ": expected "
                        + expected
                        + ", found \""
                        + found
                        + '"');
    }
}
