package dev.caravan.sandbox.pockit;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.sandbox.Json;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/**
 * One payment that was accepted, whether or not the caller got to know. Immutable.
 *
 * @param id the provider's id
 * @param intentId the consent it used up
 * @param key the x-idempotency-key it came with
 * @param details the object of contract 5 as JSON text
 * @param acceptedAt milliseconds of the epoch
 * @param forced a status that a test gave it; empty follows paymentSteps
 */
public record Payment(
        String id,
        String intentId,
        String user,
        String key,
        String details,
        long acceptedAt,
        String forced) {

    /** Always positive, though the money leaves the account. */
    public BigDecimal amount() {
        return new BigDecimal(field("amount"));
    }

    /** A member of the details, such as {@code creditor_sort_code}. */
    public String field(String name) {
        JsonNode all = Json.parse(details.getBytes(StandardCharsets.UTF_8));
        return all.path(name).asText();
    }

    public Instant accepted() {
        return Instant.ofEpochMilli(acceptedAt);
    }

    Payment forced(String status) {
        return new Payment(id, intentId, user, key, details, acceptedAt, status);
    }
}
