package dev.caravan.intake;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.caravan.faults.StoreFault;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.apache.camel.Exchange;

/**
 * The door of an admin call: the key first, then the work, then its answer as JSON. A store that is
 * away is 503. Immutable.
 */
record Keyed(AdminKey key) {
    private static final ObjectMapper JSON =
            JsonMapper.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();
    private static final int MOST_CHARACTERS = 16_384;
    private static final int UNAUTHORIZED = 401;
    private static final int BUSY = 503;

    /** What is said to whoever asked. */
    record Answer(int status, JsonNode body) {
        static Answer error(int status, String what) {
            return new Answer(status, JSON.createObjectNode().put("error", what));
        }
    }

    void answer(Exchange exchange, Supplier<Answer> work) {
        Answer answer;
        if (!key.fits(exchange.getMessage().getHeader("Authorization", String.class))) {
            answer = Answer.error(UNAUTHORIZED, "expected the key of etc/caravan.admin.key");
        } else {
            try {
                answer = work.get();
            } catch (StoreFault e) {
                answer = Answer.error(BUSY, e.getMessage());
            }
        }
        exchange.getMessage().removeHeaders("*");
        exchange.getMessage().setHeader(Exchange.HTTP_RESPONSE_CODE, answer.status());
        exchange.getMessage().setHeader(Exchange.CONTENT_TYPE, "application/json");
        exchange.getMessage().setBody(answer.body().toString());
    }

    /** The object that was sent; null where it is none, too large or names a field twice. */
    static JsonNode body(Exchange exchange) {
        String text = exchange.getMessage().getBody(String.class);
        try {
            JsonNode body =
                    text == null || text.length() > MOST_CHARACTERS ? null : JSON.readTree(text);
            return body != null && body.isObject() ? body : null;
        } catch (JsonProcessingException e) {
            return null;
        }
    }

    static Optional<UUID> id(Exchange exchange) {
        return uuid(text(exchange, "id"));
    }

    static Optional<UUID> uuid(String written) {
        try {
            return Optional.of(UUID.fromString(written));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    static String text(Exchange exchange, String name) {
        return exchange.getMessage().getHeader(name, "", String.class);
    }
}
