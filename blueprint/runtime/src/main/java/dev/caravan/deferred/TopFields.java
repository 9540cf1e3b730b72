package dev.caravan.deferred;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/** The scalar fields at the top of a JSON object, read without keeping the rest. Stateless. */
final class TopFields {
    private static final JsonFactory FACTORY = new JsonFactory();

    private TopFields() {}

    /** The fields by name; none where the bytes are no JSON object. */
    static Map<String, String> of(byte[] body) {
        Map<String, String> fields = new HashMap<>();
        if (body == null) {
            return fields;
        }
        try (JsonParser parser = FACTORY.createParser(body)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return Map.of();
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                if (parser.nextToken().isScalarValue()) {
                    fields.put(name, parser.getText());
                } else {
                    parser.skipChildren();
                }
            }
            return fields;
        } catch (IOException e) {
            return Map.of();
        }
    }
}
