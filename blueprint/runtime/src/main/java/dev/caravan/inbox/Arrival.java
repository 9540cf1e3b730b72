package dev.caravan.inbox;

import java.util.UUID;

/**
 * An event as it is stored. Nothing of its content shows in {@code toString}. Immutable by
 * agreement: the arrays are ours alone.
 *
 * @param address the address it came to, null where it came another way
 * @param key SHA-256 of what tells events of a connection apart
 * @param source {@code webhook} or {@code offer}
 * @param headers the harmless headers, as JSON
 */
record Arrival(
        String provider,
        UUID connection,
        Long address,
        byte[] key,
        String type,
        String entity,
        String source,
        String headers,
        String body,
        byte[] hash) {
    /** The same event, about what its address is for. */
    Arrival about(String what) {
        return new Arrival(
                provider, connection, address, key, type, what, source, headers, body, hash);
    }

    @Override
    public String toString() {
        return "an event for connection " + connection;
    }
}
