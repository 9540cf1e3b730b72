package dev.caravan.console;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.apache.camel.Exchange;

/** The fields of a posted form. Immutable. */
final class Form {
    private final Map<String, String> fields;

    private Form(Map<String, String> fields) {
        this.fields = Map.copyOf(fields);
    }

    static Form of(Exchange exchange) {
        String body = exchange.getMessage().getBody(String.class);
        Map<String, String> fields = new HashMap<>();
        for (String pair : (body == null ? "" : body).split("&")) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                fields.putIfAbsent(pair.substring(0, equals), decoded(pair.substring(equals + 1)));
            }
        }
        return new Form(fields);
    }

    private static String decoded(String value) {
        try {
            return URLDecoder.decode(value, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return "";
        }
    }

    /** Empty where the form has no such field. */
    String get(String name) {
        return fields.getOrDefault(name, "");
    }
}
