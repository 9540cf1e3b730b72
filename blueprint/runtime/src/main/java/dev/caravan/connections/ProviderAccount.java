package dev.caravan.connections;

/**
 * An account as a route needs it.
 *
 * @param id ours, for life
 * @param external the provider's id
 * @param family {@code account} or {@code card}
 */
public record ProviderAccount(
        long id, String external, String family, String currency, String institution) {}
