package dev.caravan.inbox;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.caravan.connections.Pull;
import dev.caravan.faults.BodyFault;
import dev.caravan.faults.Fault;
import dev.caravan.store.SqlFault;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;
import org.apache.camel.Exchange;

/**
 * Takes the events out of a list of those that did not arrive. Each is kept, and committed, before
 * it is named as one that the list may forget; one without an id stays there and is noted.
 * Stateless.
 */
final class SweptItems {
    private static final ObjectMapper JSON =
            JsonMapper.builder()
                    .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                    .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
                    .build();

    private final String provider;
    private final BiPredicate<Exchange, String> keep;

    /**
     * @param keep keeps an event and tells whether it is new
     */
    SweptItems(String provider, BiPredicate<Exchange, String> keep) {
        this.provider = provider;
        this.keep = keep;
    }

    List<Map<String, String>> of(Exchange exchange, String items, String id) {
        Pull pull = Pull.of(exchange);
        List<Map<String, String>> safe = new ArrayList<>();
        for (JsonNode item : items(exchange, items)) {
            JsonNode name = item.at("/" + id.replace('.', '/'));
            if (!item.isObject() || !name.isValueNode() || name.asText().isEmpty()) {
                pull.unfinished(
                        Pull.kind(exchange),
                        fault(exchange, "listed an item without " + id, "it stays there")
                                .getMessage());
            } else if (pull.first("swept " + name.asText())) {
                kept(exchange, item, name.asText(), safe);
            }
        }
        return safe;
    }

    private void kept(Exchange exchange, JsonNode item, String id, List<Map<String, String>> safe) {
        try {
            keep.test(exchange, written(item));
            safe.add(Map.of("id", id));
        } catch (SqlFault e) {
            String found = "listed an item that the store refuses (SQLSTATE " + e.state() + ")";
            Pull.of(exchange)
                    .unfinished(
                            Pull.kind(exchange),
                            fault(exchange, found, "it stays there").getMessage());
        }
    }

    private JsonNode items(Exchange exchange, String path) {
        try {
            JsonNode items =
                    JSON.readTree(exchange.getMessage().getBody(byte[].class))
                            .at("/" + path.replace('.', '/'));
            if (items.isArray()) {
                return items;
            }
        } catch (IOException e) {
            // said below, without the parser's words, which quote the answer
        }
        throw fault(exchange, "answered with no array at " + path, "nothing of it was kept");
    }

    private static String written(JsonNode item) {
        try {
            return JSON.writeValueAsString(item);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("what was read as JSON is written as JSON");
        }
    }

    private BodyFault fault(Exchange exchange, String found, String next) {
        return new BodyFault(
                new Fault.Account(
                        "CARAVAN-BODY",
                        provider,
                        String.valueOf(exchange.getProperty("request")),
                        found,
                        next + "; the next sweep asks again",
                        null));
    }
}
