package dev.caravan.sandbox.leatherback;

/** What an id_token is. */
public enum IdTokenForm {
    /** A PS256 JWS of the twin's own key, published at /jwks. */
    SIGNED,
    /** Text that begins with oa_stg_ and cannot be validated. */
    OPAQUE,
    /** None at all. */
    ABSENT
}
