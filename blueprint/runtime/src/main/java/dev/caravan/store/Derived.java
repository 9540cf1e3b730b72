package dev.caravan.store;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * What a mapping makes of a row today, beside what it made of it then. Immutable.
 *
 * @param fate what is to be said of it before its values
 * @param reason why it does not fit, null where it does
 * @param changes column to what it would say
 * @param was the same columns as they are
 * @param stuck columns that the kept payload does not give again, so that they stay
 * @param write what {@link Derivation#write} needs to know of the row, as JSON
 */
record Derived(
        long id,
        Fate fate,
        String reason,
        JsonNode changes,
        JsonNode was,
        JsonNode stuck,
        JsonNode write) {
    /** What becomes of a row before its values are looked at. */
    enum Fate {
        /** It is what it was, be its values other ones. */
        SAME,
        /** The kept payload does not make the row even by the mapping that made it. */
        LOST,
        /** The mapping of today makes nothing of it. */
        DROPPED,
        /** By the mapping of today it is another record, or one of another part. */
        REKEYED
    }

    boolean differs() {
        return fits() && !changes.isEmpty();
    }

    boolean fits() {
        return fate == Fate.SAME && reason == null;
    }
}
