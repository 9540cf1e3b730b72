package dev.caravan.sandbox;

/**
 * One fault that waits at an endpoint. Strikes every fitting request until it is lifted or has
 * struck the given number of times; whom it fits can be narrowed after it was set. Safe for use by
 * many threads.
 */
public final class Fault {
    private final String endpoint;
    private final Effect effect;
    private String user = "";
    private String account = "";
    private long pass;
    private long left = Long.MAX_VALUE;
    private long hits;

    Fault(String endpoint, Effect effect) {
        this.endpoint = endpoint;
        this.effect = effect;
    }

    /** Strikes so many more requests, then never again. */
    public synchronized Fault times(long strikes) {
        left = strikes;
        return this;
    }

    /** Lets so many fitting requests pass before the first strike. */
    public synchronized Fault afterCalls(long passing) {
        pass = passing;
        return this;
    }

    public synchronized Fault forUser(String only) {
        user = only;
        return this;
    }

    public synchronized Fault forAccount(String only) {
        account = only;
        return this;
    }

    public synchronized void lift() {
        left = 0;
    }

    /** How many requests it has struck. */
    public synchronized long hits() {
        return hits;
    }

    public String endpoint() {
        return endpoint;
    }

    public Effect effect() {
        return effect;
    }

    /** Whether it strikes this request; a yes is counted. */
    synchronized boolean strikes(String at, String who, String which) {
        boolean fits =
                left > 0
                        && (endpoint.equals("*") || endpoint.equals(at))
                        && (user.isEmpty() || user.equals(who))
                        && (account.isEmpty() || account.equals(which));
        if (!fits || pass-- > 0) {
            return false;
        }
        pass = 0;
        left--;
        hits++;
        return true;
    }
}
