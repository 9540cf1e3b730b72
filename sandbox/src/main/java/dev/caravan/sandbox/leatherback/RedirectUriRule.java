package dev.caravan.sandbox.leatherback;

/** Whether the code exchange names redirect_uri. */
public enum RedirectUriRule {
    /** May be left out, as in the published sample. */
    OPTIONAL,
    /** As RFC 6749 section 4.1.3 has it. */
    REQUIRED,
    /** The field is unknown here, and unknown fields are refused. */
    REFUSED
}
