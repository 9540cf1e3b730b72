package dev.caravan.sandbox.leatherback;

/** Which claims a request object must carry (contract, step 4). */
public enum RequestObjectProfile {
    /**
     * The strict superset: iss, aud, exp, nbf, iat, jti, state and nonce, and the doubled query
     * parameters.
     */
    OBIE,
    /**
     * As published: client_id, redirect_uri, scope, response_type and the intent; others are
     * checked where present.
     */
    SEED
}
