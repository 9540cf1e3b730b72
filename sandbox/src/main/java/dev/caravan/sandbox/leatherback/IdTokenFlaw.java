package dev.caravan.sandbox.leatherback;

/** One way in which an id_token can be wrong; everything else about it stays right. */
public enum IdTokenFlaw {
    WRONG_ISSUER,
    WRONG_AUDIENCE,
    EXPIRED,
    ISSUED_IN_FUTURE,
    WRONG_NONCE,
    NO_NONCE,
    WRONG_C_HASH,
    NO_C_HASH,
    WRONG_S_HASH,
    NO_S_HASH,
    WRONG_INTENT,
    NO_INTENT,
    /** The signature has one byte changed. */
    BAD_SIGNATURE,
    /** Signed by a key that was never published, under the kid of the one that was. */
    FOREIGN_KEY,
    /** Signed by a key that was never published, under its own kid. */
    UNKNOWN_KID,
    ALG_NONE,
    /** The right key, PKCS#1 instead of PSS. */
    ALG_RS256,
    /** The encoded public key taken for a shared secret. */
    ALG_HS256,
    /** A header member that must be understood and cannot be. */
    UNKNOWN_CRIT,
    /** No id_token at all. */
    MISSING
}
