package dev.caravan.sandbox.leatherback;

import java.time.Instant;

/**
 * A refresh token that was given out. A successor stands for a token that was used and rotated.
 * Immutable; moments are epoch seconds.
 */
record RefreshToken(
        String value,
        String clientId,
        String consentId,
        long expiresAt,
        String successor,
        long rotatedAt,
        boolean dead) {

    boolean alive(Instant now) {
        return !dead && successor.isEmpty() && now.getEpochSecond() < expiresAt;
    }

    boolean inGrace(Instant now, int seconds) {
        return !dead && !successor.isEmpty() && now.getEpochSecond() < rotatedAt + seconds;
    }

    RefreshToken rotated(String next, Instant now) {
        return new RefreshToken(
                value, clientId, consentId, expiresAt, next, now.getEpochSecond(), dead);
    }

    RefreshToken killed() {
        return new RefreshToken(value, clientId, consentId, expiresAt, successor, rotatedAt, true);
    }
}
