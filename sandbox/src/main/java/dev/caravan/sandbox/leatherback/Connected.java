package dev.caravan.sandbox.leatherback;

/**
 * A connection made without a browser, for tests that begin after the consent. The refresh token is
 * empty where there is none. Immutable.
 */
public record Connected(Consent consent, String accessToken, String refreshToken) {}
