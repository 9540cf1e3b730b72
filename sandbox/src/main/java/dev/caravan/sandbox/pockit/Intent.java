package dev.caravan.sandbox.pockit;

/**
 * One authorisation that was asked for and is not yet decided, or is decided and closed. Immutable.
 *
 * @param kind aisp or pisp
 * @param auto whether it is allowed without a user
 * @param payinfo the payment as the JSON text it came in; empty where none came
 * @param createdAt milliseconds of the epoch
 * @param failures logins that failed so far
 */
record Intent(
        String id,
        String uuid,
        String kind,
        boolean auto,
        String payinfo,
        long createdAt,
        boolean open,
        int failures) {

    Intent closed() {
        return new Intent(id, uuid, kind, auto, payinfo, createdAt, false, failures);
    }

    Intent failed() {
        return new Intent(id, uuid, kind, auto, payinfo, createdAt, open, failures + 1);
    }

    boolean payment() {
        return kind.equals("pisp");
    }
}
