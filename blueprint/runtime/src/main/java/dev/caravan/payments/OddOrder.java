package dev.caravan.payments;

import java.util.Map;

/** A payment that is not asked for as it must be: what is expected of each field that is odd. */
public final class OddOrder extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Map<String, String> fields;

    OddOrder(Map<String, String> fields) {
        super("fields of a payment do not fit", null, false, false);
        this.fields = fields;
    }

    /** What is expected, by field; nothing of what was sent is in it. */
    public Map<String, String> fields() {
        return fields;
    }
}
