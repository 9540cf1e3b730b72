package dev.caravan.sandbox.truelayer;

/** Which of the two id spaces an account lives in. Neither knows the ids of the other. */
public enum Kind {
    ACCOUNT("accounts"),
    CARD("cards");

    private final String segment;

    Kind(String segment) {
        this.segment = segment;
    }

    /** The first path segment of its endpoints. */
    public String segment() {
        return segment;
    }
}
