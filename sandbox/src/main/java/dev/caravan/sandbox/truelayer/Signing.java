package dev.caravan.sandbox.truelayer;

/** How a signed webhook is signed (contract 7.3): four ways that hold, and what must not hold. */
public enum Signing {
    TRUE(true),
    /** The names of the signed headers are written in lower case. */
    LOWER_CASE_NAMES(true),
    /** The path was signed with a slash more, or less, at its end. */
    OTHER_SLASH(true),
    /** A legacy X-Tl-Signature, of which nobody knows the key, comes along. */
    LEGACY_BESIDE(true),
    MISSING(false),
    CHANGED_METHOD(false),
    CHANGED_PATH(false),
    CHANGED_HEADER(false),
    CHANGED_BODY(false),
    /** The payload is embedded in the middle part. */
    EMBEDDED_PAYLOAD(false),
    TRAILING_DOT(false),
    UNKNOWN_KID(false),
    /** A known kid, and the signature of a key that is in no key set. */
    FOREIGN_KEY(false),
    /** The header says ES256. */
    OTHER_ALG(false),
    /** RS512, truly signed by the RSA key of the same key set. */
    RSA_KEY(false),
    /** tl_version is the number 2, not the text. */
    OTHER_VERSION(false),
    FOREIGN_JKU(false);

    private final boolean holds;

    Signing(boolean holds) {
        this.holds = holds;
    }

    /** Whether a verifier must accept it. */
    public boolean holds() {
        return holds;
    }
}
