package dev.caravan.sandbox.leatherback;

import java.time.Instant;

/**
 * An access token that was given out. Without a consent it is a client token. Immutable.
 *
 * @param expiresAt in epoch seconds
 */
record AccessToken(String value, String clientId, String consentId, long expiresAt, boolean dead) {
    boolean client() {
        return consentId.isEmpty();
    }

    boolean alive(Instant now) {
        return !dead && now.getEpochSecond() < expiresAt;
    }

    AccessToken killed() {
        return new AccessToken(value, clientId, consentId, expiresAt, true);
    }

    AccessToken expired(Instant now) {
        return new AccessToken(value, clientId, consentId, now.getEpochSecond(), dead);
    }
}
