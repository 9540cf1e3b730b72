package dev.caravan.sandbox.pockit;

/** A consent and its first pair of tokens. Immutable; the consent is not. */
public record Tokens(Consent consent, String accessToken, String refreshToken) {}
