package dev.caravan.sandbox;

/**
 * Who asks for what. Faults, counters and the journal go by these words. Immutable.
 *
 * @param endpoint the endpoint as a template, such as {@code orgs/{id}/members}; {@code unknown}
 *     where there is none
 * @param user whose credentials came along; empty where the twin cannot tell
 * @param account the id that the path fills into the template; empty where it names none
 * @param attended whether the request says that a user is present
 */
public record Visit(String endpoint, String user, String account, boolean attended) {
    public static final Visit UNKNOWN = new Visit("unknown", "", "", false);
}
