package dev.caravan.store;

import java.util.Map;

/**
 * Where an answer keeps its records and how it says that it is complete, as the provider's {@code
 * answers.properties} states it: {@code envelope.items}, {@code envelope.status} and {@code
 * envelope.complete}; paths are object fields with dots. Immutable.
 */
public record Envelope(String[] items, String[] status, String complete) {

    public static Envelope of(Map<String, String> classes) {
        return new Envelope(
                path(classes.getOrDefault("envelope.items", "")),
                path(classes.getOrDefault("envelope.status", "")),
                classes.getOrDefault("envelope.complete", ""));
    }

    private static String[] path(String written) {
        return written.isBlank() ? new String[0] : written.strip().split("\\.");
    }
}
