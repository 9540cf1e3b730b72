package dev.caravan.sandbox.pliance;

/** Where a tenant wants its events, with the secret that goes along in clear. Immutable. */
public record Webhook(String url, String secret, boolean enabled) {
    public static final Webhook NONE = new Webhook("", "", false);

    boolean wanted() {
        return enabled && !url.isEmpty();
    }
}
