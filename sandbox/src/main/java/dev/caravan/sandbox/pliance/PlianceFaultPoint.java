package dev.caravan.sandbox.pliance;

import dev.caravan.sandbox.CommonFaults;
import dev.caravan.sandbox.Fault;
import dev.caravan.sandbox.FaultTable;
import dev.caravan.sandbox.pliance.PlianceEffect.Kind;

/**
 * Sets faults at one endpoint: the common ones and this provider's own, each named by what the
 * caller sees. A fault strikes from the moment it is named. Immutable.
 */
public record PlianceFaultPoint(FaultTable table, String endpoint) implements CommonFaults {

    /** HTTP 200, and an envelope that says it failed; the work is done all the same. */
    public Fault failsUnder200(String message) {
        return own(Kind.FAILS_UNDER_200, message);
    }

    /** {@code success:true} beside {@code status:"Error"}. */
    public Fault disagrees() {
        return own(Kind.DISAGREES);
    }

    public Fault withoutData() {
        return own(Kind.WITHOUT_DATA);
    }

    /** Another message, for instance of Ping. */
    public Fault says(String message) {
        return own(Kind.SAYS, message);
    }

    /** The failure of a missing subject, though it is there. */
    public Fault missingSubject() {
        return own(Kind.MISSING_SUBJECT);
    }

    /** 401 for a token that is good. */
    public Fault tokenRefused() {
        return own(Kind.TOKEN_REFUSED);
    }

    public Fault extraFields() {
        return own(Kind.EXTRA_FIELDS);
    }

    /** Gender, operational status and classifications are words that nobody knows. */
    public Fault unknownWords() {
        return own(Kind.UNKNOWN_WORDS);
    }

    public Fault nulInName() {
        return own(Kind.NUL_IN_NAME);
    }

    /** A name of a million letters. */
    public Fault longName() {
        return own(Kind.LONG_NAME);
    }

    /** Scores of 17. */
    public Fault hugeScore() {
        return own(Kind.HUGE_SCORE);
    }

    public Fault nullScore() {
        return own(Kind.NULL_SCORE);
    }

    /** Hits as one array instead of an array of arrays. */
    public Fault flatHits() {
        return own(Kind.FLAT_HITS);
    }

    public Fault withoutHits() {
        return own(Kind.WITHOUT_HITS);
    }

    public Fault unreadableTimestamp() {
        return own(Kind.UNREADABLE_TIMESTAMP);
    }

    /** A page without rows, though more pages follow. */
    public Fault emptyPage() {
        return own(Kind.EMPTY_PAGE);
    }

    /** The first page, whatever page is asked for. */
    public Fault samePage() {
        return own(Kind.SAME_PAGE);
    }

    /** The first row comes again in place of the last. */
    public Fault repeatsARow() {
        return own(Kind.REPEATS_A_ROW);
    }

    /** The last row is not there. */
    public Fault skipsARow() {
        return own(Kind.SKIPS_A_ROW);
    }

    private Fault own(Kind kind) {
        return own(kind, "Sandbox");
    }

    private Fault own(Kind kind, String word) {
        return set(new PlianceEffect(kind, word));
    }
}
