package dev.caravan.sandbox.truelayer;

/**
 * A connection made without a browser, for tests that begin after the consent. The refresh token is
 * empty when the scope had no offline_access. Immutable.
 */
public record Tokens(Connection connection, String accessToken, String refreshToken) {}
