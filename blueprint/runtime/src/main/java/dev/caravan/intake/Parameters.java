package dev.caravan.intake;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;

/**
 * The parameters of a callback, of its query and its form, read from what was sent and not from the
 * headers that Camel makes of them. One that comes twice spoils all (RFC 6749 section 3.1), and so
 * does a form or a value that is too large. Immutable.
 *
 * @param values by name, in order
 * @param trouble why they cannot be used, null where they can: {@code doubled}, {@code large} or
 *     {@code malformed}
 */
record Parameters(Map<String, String> values, String trouble) {
    private static final int MOST_BYTES = 65_536;
    private static final int MOST_CHARACTERS = 16_384;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.-]{1,64}");

    static Parameters of(Exchange exchange) {
        String query = exchange.getMessage().getHeader(Exchange.HTTP_RAW_QUERY, "", String.class);
        byte[] form =
                exchange.getMessage()
                                .getHeader(Exchange.HTTP_METHOD, "", String.class)
                                .equals("POST")
                        ? exchange.getMessage().getBody(byte[].class)
                        : null;
        if (form != null && form.length > MOST_BYTES) {
            return new Parameters(Map.of(), "large");
        }
        return parsed(
                query + "&" + (form == null ? "" : new String(form, StandardCharsets.US_ASCII)));
    }

    static Parameters parsed(String encoded) {
        Map<String, String> values = new LinkedHashMap<>();
        for (String pair : encoded.split("&")) {
            String[] sides = pair.split("=", 2);
            try {
                String name = URLDecoder.decode(sides[0], StandardCharsets.UTF_8);
                String value =
                        sides.length > 1 ? URLDecoder.decode(sides[1], StandardCharsets.UTF_8) : "";
                if (value.length() > MOST_CHARACTERS) {
                    return new Parameters(Map.of(), "large");
                }
                if (NAME.matcher(name).matches() && values.put(name, value) != null) {
                    return new Parameters(Map.of(), "doubled");
                }
            } catch (IllegalArgumentException e) {
                return new Parameters(Map.of(), "malformed");
            }
        }
        return new Parameters(values, null);
    }

    String get(String name) {
        return values.getOrDefault(name, "");
    }

    @Override
    public String toString() {
        return "the parameters of a callback";
    }
}
