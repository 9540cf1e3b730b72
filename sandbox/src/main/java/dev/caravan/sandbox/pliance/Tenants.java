package dev.caravan.sandbox.pliance;

import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * The books of every customer and tenant. A place is there from its first call on; switching a
 * customer's multitenancy loses its data, as the contract warns. Safe for use by many threads.
 */
final class Tenants {
    private final Map<Place, Books> books = new ConcurrentHashMap<>();
    private final Supplier<PlianceSettings> settings;
    private final Screening screening;
    private final Courier courier;
    private final Clock clock;

    Tenants(Supplier<PlianceSettings> settings, Screening screening, Courier courier, Clock clock) {
        this.settings = settings;
        this.screening = screening;
        this.courier = courier;
        this.clock = clock;
        for (PlianceCustomer customer : settings.get().customers()) {
            customer.places().forEach(place -> population().fill(at(place)));
        }
    }

    Population population() {
        return new Population(settings.get(), screening.list().all(), clock.instant());
    }

    /** The books that a call sees: without multitenancy whatever tenant it names is ignored. */
    Books at(PlianceCustomer customer, String tenant) {
        return at(new Place(customer.iss(), customer.multitenant() ? tenant : ""));
    }

    Books at(Place place) {
        return books.computeIfAbsent(
                place, at -> new Books(at, screening, courier, clock, settings));
    }

    Collection<Books> all() {
        return List.copyOf(books.values());
    }

    void switched(PlianceSettings before, PlianceSettings after) {
        for (PlianceCustomer old : before.customers()) {
            boolean kept =
                    after.customers().stream()
                            .anyMatch(
                                    now ->
                                            now.iss().equals(old.iss())
                                                    && now.multitenant() == old.multitenant());
            if (!kept) {
                books.keySet().removeIf(place -> place.customer().equals(old.iss()));
            }
        }
    }
}
