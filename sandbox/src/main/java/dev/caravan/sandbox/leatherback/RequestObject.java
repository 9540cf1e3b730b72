package dev.caravan.sandbox.leatherback;

/**
 * A request object that passed every check. State and nonce are empty where it had none. Immutable.
 *
 * @param once what makes it good once: its jti, or the whole of it where it has none
 */
record RequestObject(
        String clientId,
        String redirectUri,
        String consentId,
        String state,
        String nonce,
        String once) {}
