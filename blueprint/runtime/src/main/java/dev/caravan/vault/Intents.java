package dev.caravan.vault;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caravan.store.Database;
import java.util.Optional;
import java.util.UUID;

/**
 * What payments are to say, sealed in the store and opened only where a request is filled in. Safe
 * for any number of threads.
 */
final class Intents {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Database database;
    private final Sealer sealer;

    Intents(Database database, Sealer sealer) {
        this.database = database;
        this.sealer = sealer;
    }

    /** One word of a payment's intent; empty once it is erased or where it has none. */
    Optional<String> of(UUID payment, String name) {
        return database.first(
                        "select intent_sealed from caravan.payment where id = ? and intent_sealed"
                                + " is not null",
                        row -> row.getString(1),
                        payment)
                .map(text -> parsed(sealer.open(text)).path(name))
                .filter(JsonNode::isTextual)
                .map(JsonNode::asText);
    }

    private static JsonNode parsed(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the intent of a payment is no JSON");
        }
    }
}
