package dev.caravan.sandbox.pockit;

/**
 * How {@code x-jws-signature} is read: the defaults of contract 3.2 and each of their alternatives.
 * Immutable.
 *
 * @param secret Which bytes of the certificate are the HMAC secret.
 * @param iat The unit of {@code iat}.
 * @param getPayload What a GET signs as its payload.
 * @param queryInPath Whether the signed path ends with the query as it is on the wire.
 * @param iatMaxAgeSeconds An older signature is refused.
 * @param iatMaxAheadSeconds A signature from further in the future is refused.
 */
public record Signing(
        SecretForm secret,
        IatUnit iat,
        GetPayload getPayload,
        boolean queryInPath,
        long iatMaxAgeSeconds,
        long iatMaxAheadSeconds) {

    /** The five readings of "the certificate". */
    public enum SecretForm {
        /** The bytes of the PEM file as uploaded. */
        PEM_EXACT,
        /** Without the white space at its ends. */
        PEM_TRIMMED,
        /** With CR LF at the end of each line. */
        PEM_CRLF,
        /** The base64 between the armour lines, as one line. */
        B64_BODY,
        /** What that base64 stands for. */
        DER
    }

    /** What {@code iat} counts. */
    public enum IatUnit {
        SECONDS,
        MILLIS
    }

    /** What stands for the body of a GET. */
    public enum GetPayload {
        /** The two bytes of an empty object. */
        EMPTY_OBJECT,
        /** No byte at all. */
        EMPTY,
        /** The query as an object of strings, in its order; the empty object without a query. */
        QUERY_OBJECT
    }

    static Signing defaults() {
        return new Signing(
                SecretForm.PEM_EXACT, IatUnit.SECONDS, GetPayload.EMPTY_OBJECT, false, 300, 60);
    }
}
