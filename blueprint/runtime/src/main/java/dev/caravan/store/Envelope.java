package dev.caravan.store;

import java.util.Arrays;
import java.util.Map;
import org.apache.camel.Exchange;

/**
 * Where an answer keeps its records and how it says that it is complete, as the provider's {@code
 * answers.properties} states it: {@code envelope.items}, {@code envelope.status} and {@code
 * envelope.complete}. Paths are object fields with dots; several with {@code |} are tried in order,
 * a lone dot is the whole answer; a route's property {@code items} speaks for one call. Immutable.
 */
public record Envelope(String written, String[] status, String complete) {

    public static Envelope of(Map<String, String> answers) {
        String status = answers.getOrDefault("envelope.status", "").strip();
        return new Envelope(
                answers.getOrDefault("envelope.items", "."),
                status.isEmpty() ? new String[0] : status.split("\\."),
                answers.getOrDefault("envelope.complete", ""));
    }

    /** The paths to try for the records of an exchange, each with dots; empty is the whole. */
    String[] items(Exchange exchange) {
        return Arrays.stream(exchange.getProperty("items", written, String.class).split("\\|"))
                .map(String::strip)
                .map(path -> path.equals(".") ? "" : path)
                .toArray(String[]::new);
    }
}
