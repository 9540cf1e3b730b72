package dev.caravan.sandbox.trac;

/** One {@code namespace.field.op=value} of a query string. Immutable. */
record Filter(String field, String op, String value) {
    /** What a field holds, and so which operators it takes. */
    enum Kind {
        TEXT,
        MOMENT
    }
}
