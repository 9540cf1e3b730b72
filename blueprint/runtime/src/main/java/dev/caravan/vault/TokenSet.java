package dev.caravan.vault;

import java.time.Instant;
import java.util.UUID;

/**
 * The tokens of a connection as they are stored: sealed.
 *
 * @param generation grows with every set; 0 before the first one
 * @param access sealed, null before the first set
 * @param refresh sealed, or null
 * @param expires when the access token ends
 * @param stored when this set was stored
 */
record TokenSet(
        UUID connection,
        long generation,
        String access,
        String refresh,
        Instant expires,
        Instant stored) {}
