package dev.caravan.sandbox.pliance;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A customer of Pliance: who signs its tokens, and whether its data is parted by tenants.
 * Immutable.
 *
 * @param iss The issuer that its tokens name.
 * @param secret The word whose UTF-8 bytes sign them; 32 bytes at least.
 * @param multitenant Whether X-Tenant parts the data; off, the header is ignored.
 * @param tenants Tenants that hold subjects at the start; any other one starts empty at its first
 *     call. Without multitenancy the one place holds them.
 */
public record PlianceCustomer(
        String iss, String secret, boolean multitenant, List<String> tenants) {
    public PlianceCustomer {
        if (iss == null || iss.isBlank()) {
            throw new IllegalArgumentException("iss: expected a word, found none");
        }
        if (secret == null || secret.getBytes(StandardCharsets.UTF_8).length < 32) {
            throw new IllegalArgumentException("secret of " + iss + ": expected 32 bytes or more");
        }
        tenants = tenants == null ? List.of() : List.copyOf(tenants);
    }

    public static PlianceCustomer single(String iss, String secret) {
        return new PlianceCustomer(iss, secret, false, List.of());
    }

    public static PlianceCustomer multitenant(String iss, String secret, String... tenants) {
        return new PlianceCustomer(iss, secret, true, List.of(tenants));
    }

    /** The places that hold subjects at the start. */
    List<Place> places() {
        return multitenant
                ? tenants.stream().map(tenant -> new Place(iss, tenant)).toList()
                : List.of(new Place(iss, ""));
    }
}
