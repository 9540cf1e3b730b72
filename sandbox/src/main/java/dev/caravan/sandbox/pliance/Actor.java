package dev.caravan.sandbox.pliance;

/** Who acts, by the words of the token; Pliance writes both into its log. Immutable. */
record Actor(String customer, String givenName, String sub) {
    /** The provider itself, when its lists change. */
    static final Actor MONITOR = new Actor("", "Pliance", "monitoring");
}
