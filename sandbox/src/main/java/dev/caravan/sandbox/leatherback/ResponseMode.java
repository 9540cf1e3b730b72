package dev.caravan.sandbox.leatherback;

/** How the answer of the authorization app reaches the callback. */
public enum ResponseMode {
    /** Behind the hash, which no server sees; the default of code id_token. */
    FRAGMENT,
    /** In the query string. */
    QUERY,
    /** As fields of a form that posts itself. */
    FORM_POST
}
