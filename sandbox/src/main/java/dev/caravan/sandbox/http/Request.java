package dev.caravan.sandbox.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.sandbox.Json;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * One HTTP request as it was read. Header names are lower case, a name that came twice has its
 * values joined by a comma, path and query are decoded on demand. Immutable as long as nobody
 * writes into the body.
 */
public record Request(
        String method, String target, Map<String, String> headers, byte[] body, String peer) {

    public String path() {
        int mark = target.indexOf('?');
        return mark < 0 ? target : target.substring(0, mark);
    }

    public Map<String, String> query() {
        int mark = target.indexOf('?');
        return mark < 0 ? Map.of() : pairs(target.substring(mark + 1));
    }

    public Optional<String> header(String lowerCaseName) {
        return Optional.ofNullable(headers.get(lowerCaseName));
    }

    /**
     * The fields of a form body or the scalar members of a JSON object; empty for anything else.
     */
    public Map<String, String> fields() {
        if (body.length == 0) {
            return Map.of();
        }
        if (!headers.getOrDefault("content-type", "").contains("json")) {
            return pairs(new String(body, StandardCharsets.UTF_8));
        }
        Map<String, String> fields = new LinkedHashMap<>();
        json().fields()
                .forEachRemaining(
                        member ->
                                fields.put(
                                        member.getKey(),
                                        member.getValue().isValueNode()
                                                ? member.getValue().asText()
                                                : member.getValue().toString()));
        return Collections.unmodifiableMap(fields);
    }

    /** The body as a tree; raises {@link IllegalArgumentException} when it is not JSON. */
    public JsonNode json() {
        return Json.parse(body);
    }

    private static Map<String, String> pairs(String encoded) {
        Map<String, String> pairs = new LinkedHashMap<>();
        for (String pair : encoded.split("&")) {
            int equals = pair.indexOf('=');
            if (!pair.isEmpty()) {
                String name = equals < 0 ? pair : pair.substring(0, equals);
                pairs.put(decode(name), equals < 0 ? "" : decode(pair.substring(equals + 1)));
            }
        }
        return Collections.unmodifiableMap(pairs);
    }

    private static String decode(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }
}
