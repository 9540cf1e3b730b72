package dev.caravan.sandbox.leatherback;

/** What becomes of x-jws-signature (contract section 5). */
public enum MessageSignature {
    /** Neither asked for nor looked at. */
    IGNORED,
    /** Refused with UK.OBIE.Signature.Unexpected. */
    UNEXPECTED,
    /** Demanded on POST and put on answers; b64 false, the raw body is signed. */
    V3_1_3,
    /** Demanded on POST and put on answers; no b64, the base64url body is signed. */
    V3_1_4
}
