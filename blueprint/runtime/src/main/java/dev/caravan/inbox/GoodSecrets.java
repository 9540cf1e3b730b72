package dev.caravan.inbox;

import java.util.List;
import java.util.UUID;

/** The secrets that prove posts of a connection: one, or two while one replaces the other. */
@FunctionalInterface
interface GoodSecrets {
    /** Those that are good now. */
    List<String> of(UUID connection);

    /** Those that were good a moment ago, from memory; none where nothing is known. */
    default List<String> held(UUID connection) {
        return List.of();
    }
}
