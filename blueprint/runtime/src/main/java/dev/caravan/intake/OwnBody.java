package dev.caravan.intake;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.connections.Enrolment;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Reads {@code {"settings": {..}, "secrets": {..}}} of a request: flat, names of {@code [a-z.]},
 * texts of at most 64 KiB. What does not fit is said by its name. Stateless.
 */
final class OwnBody {
    private static final Pattern NAME = Pattern.compile("[a-z.]{1,64}");
    private static final int MOST_BYTES = 65_536;

    private OwnBody() {}

    /**
     * @throws IllegalArgumentException with a sentence for the sender
     */
    static Enrolment.Own of(JsonNode body) {
        return new Enrolment.Own(
                body.has("settings") ? values(body.get("settings"), "settings", false) : null,
                body.has("secrets") ? values(body.get("secrets"), "secrets", true) : Map.of());
    }

    private static Map<String, String> values(JsonNode given, String what, boolean mayBeNull) {
        if (!given.isObject()) {
            throw new IllegalArgumentException("expected " + what + " to be an object of texts");
        }
        Map<String, String> values = new HashMap<>();
        for (Map.Entry<String, JsonNode> one : given.properties()) {
            JsonNode value = one.getValue();
            if (!NAME.matcher(one.getKey()).matches()) {
                throw new IllegalArgumentException(
                        "expected names of a to z and dots, at most 64, in " + what);
            }
            boolean fits =
                    value.isTextual()
                                    && value.asText().getBytes(StandardCharsets.UTF_8).length
                                            <= MOST_BYTES
                            || mayBeNull && value.isNull();
            if (!fits) {
                throw new IllegalArgumentException(
                        "expected " + one.getKey() + " in " + what + " to be a text of 64 KiB");
            }
            values.put(one.getKey(), value.isNull() ? null : value.asText());
        }
        return values;
    }
}
