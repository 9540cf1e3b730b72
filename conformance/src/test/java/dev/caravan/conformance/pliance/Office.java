package dev.caravan.conformance.pliance;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caravan.conformance.House;
import dev.caravan.sandbox.pliance.PlianceCustomer;
import dev.caravan.sandbox.pliance.PlianceSettings;
import dev.caravan.sandbox.pliance.PlianceTwin;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/** A house with Pliance as shipped and its twin, both on one clock. Not thread-safe. */
final class Office implements AutoCloseable {
    static final String SECRET = "canary-0123456789abcdef0123456789abcdef";

    final House house;
    final PlianceTwin twin;

    private Office(House house, PlianceTwin twin) {
        this.house = house;
        this.twin = twin;
    }

    /** A few subjects of each kind, more than one page of them. */
    static PlianceSettings few() {
        return PlianceSettings.defaults()
                .subjects(7, 3, 4)
                .customers(PlianceCustomer.multitenant("acme", SECRET, "north", "south"));
    }

    static Office of(PlianceSettings settings, Map<String, String> changed) {
        Map<String, String> all = new HashMap<>();
        all.put("url.form", "http://127.0.0.1:[0-9]+");
        all.put("page.size", "4");
        all.put("gone.millis", "20");
        all.put("subjects.rest", "0s");
        all.put("ping.tick", "0 0 0 1 1 ? 2099".replace(' ', '+'));
        all.putAll(changed);
        House house = House.of("pliance", all);
        PlianceTwin twin = PlianceTwin.start(settings, house.clock);
        return new Office(house.start(), twin);
    }

    static Office of(PlianceSettings settings) {
        return of(settings, Map.of());
    }

    /** A connection to a customer's tenant as an operator makes it. */
    UUID connection(String tenant) {
        return connection(Map.of("tenant", tenant));
    }

    UUID connection(Map<String, String> changed) {
        Map<String, String> own = new HashMap<>();
        own.put("url", twin.base().toString());
        own.put("company", "acme");
        own.put("multitenant", "on");
        own.put("tenant", "north");
        own.put("user", "caravan");
        own.putAll(changed);
        UUID connection = house.connection(own);
        secret(connection, SECRET);
        return connection;
    }

    void secret(UUID connection, String secret) {
        try {
            house.database.update(
                    "update caravan.connection set secrets_sealed = ? where id = ?",
                    house.sealer.seal(
                            new ObjectMapper().writeValueAsString(Map.of("secret", secret))),
                    connection);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A connection whose first pull is through. */
    UUID pulled(String tenant) {
        UUID connection = connection(tenant);
        house.pull(connection);
        return connection;
    }

    @Override
    public void close() {
        house.close();
        twin.close();
    }
}
