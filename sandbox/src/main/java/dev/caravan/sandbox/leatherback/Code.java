package dev.caravan.sandbox.leatherback;

/** An authorization code and what it stands for. Immutable. */
record Code(
        String value,
        String clientId,
        String consentId,
        String redirectUri,
        String nonce,
        long expiresAt,
        boolean used) {
    Code spent() {
        return new Code(value, clientId, consentId, redirectUri, nonce, expiresAt, true);
    }
}
