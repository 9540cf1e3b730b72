package dev.caravan.conformance.pliance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caravan.conformance.House;
import dev.caravan.inbox.Addresses;
import dev.caravan.intake.Listener;
import dev.caravan.sandbox.Exchange;
import dev.caravan.sandbox.pliance.PlianceCustomer;
import dev.caravan.sandbox.pliance.PlianceSettings;
import dev.caravan.sandbox.pliance.PlianceTruth;
import dev.caravan.sandbox.pliance.PlianceTwin;
import dev.caravan.sandbox.pliance.Subject.Kind;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.UnaryOperator;

/** A house with Pliance as shipped and its twin, both on one clock. Not thread-safe. */
final class Office implements AutoCloseable {
    static final String SECRET = "canary-0123456789abcdef0123456789abcdef";

    static final String HOOK_SECRET = "hook-canary-0123456789abcdef";

    final House house;
    final PlianceTwin twin;
    private int tenants;
    private int port;
    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private Listener listener;

    private Office(House house, PlianceTwin twin) {
        this.house = house;
        this.twin = twin;
    }

    /** A few subjects of each kind, more than one page of them. */
    static PlianceSettings few() {
        return PlianceSettings.defaults()
                .subjects(7, 3, 4)
                .listMovesEvery(0)
                .customers(PlianceCustomer.multitenant("acme", SECRET, "north", "south"));
    }

    static Office of(PlianceSettings settings, Map<String, String> changed) {
        return of(settings, changed, house -> house);
    }

    /**
     * @param before what is done to the house before it starts
     */
    static Office of(
            PlianceSettings settings, Map<String, String> changed, UnaryOperator<House> before) {
        Map<String, String> all = new HashMap<>();
        all.put("url.form", "http://127.0.0.1:[0-9]+");
        all.put("page.size", "4");
        all.put("gone.millis", "20");
        all.put("subjects.rest", "0s");
        all.put("ping.tick", "0 0 0 1 1 ? 2099".replace(' ', '+'));
        all.putAll(changed);
        House house = before.apply(House.of("pliance", all));
        PlianceTwin twin = PlianceTwin.start(settings, house.clock);
        return new Office(house.start(), twin);
    }

    static Office of(PlianceSettings settings) {
        return of(settings, Map.of());
    }

    /** One whose public listener is open, and whose routes register their webhooks there. */
    static Office hooked(PlianceSettings settings, Map<String, String> changed) {
        int port = freePort();
        Map<String, String> all = new HashMap<>();
        all.put("webhook.url", "http://127.0.0.1:" + port);
        all.put("webhook.http", "loopback");
        all.putAll(changed);
        Office office = of(settings.secretOverHttp(true), all);
        office.open(port);
        return office;
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
        secrets(connection, Map.of("secret", secret, "webhook.secret", HOOK_SECRET));
    }

    void secrets(UUID connection, Map<String, String> secrets) {
        try {
            house.database.update(
                    "update caravan.connection set secrets_sealed = ? where id = ?",
                    house.sealer.seal(new ObjectMapper().writeValueAsString(secrets)),
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

    /** A URL at which the house takes a connection's webhooks. */
    String address(UUID connection) {
        if (listener == null) {
            open(freePort());
        }
        return "http://127.0.0.1:"
                + port
                + new Addresses(house.database).make(connection, "pliance", null).path();
    }

    /** Opens the public listener, again where it was closed. */
    void open(int at) {
        port = at;
        listener = house.webhooks(port, metrics, List.of());
    }

    /** Nobody listens for webhooks until the port is opened again. */
    int closeListener() {
        listener.close();
        return port;
    }

    /** Pulls these kinds now, and nothing that is not due beside. */
    void pull(UUID connection, String kinds) {
        String before = house.lastEnd(connection);
        house.journeys.pull(connection, kinds);
        house.tick("pull");
        house.awaitPull(connection, before);
    }

    /** How many events were first learned this way. */
    double learned(String source) {
        MeterRegistry of =
                source.equals("webhook")
                        ? metrics
                        : house.camel()
                                .getRegistry()
                                .lookupByNameAndType("metricsRegistry", MeterRegistry.class);
        return of.counter("caravan.inbox.events", "provider", "pliance", "source", source).count();
    }

    /** Ticks until as many events are over, then waits until nothing is worked on. */
    void worked(UUID connection, int events) {
        House.until(
                () -> {
                    // by itself it ticks once a second, and takes one event of a subject each time
                    house.tick("inbox");
                    return inbox(connection, "state").stream()
                                            .filter(List.of("done", "ignored")::contains)
                                            .count()
                                    >= events
                            && house.idle(connection);
                });
    }

    /** A column of a connection's events, in order of arrival. */
    List<String> inbox(UUID connection, String column) {
        return house.texts(
                "select "
                        + column
                        + " from ledger.inbox where connection_id = '"
                        + connection
                        + "' order by event_id");
    }

    static int freePort() {
        try (ServerSocket any = new ServerSocket(0)) {
            return any.getLocalPort();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A connection is pinged now. */
    void ping(UUID connection) {
        house.database.update(
                "insert into caravan.task (connection_id, kind, provider, due_at) values (?,"
                        + " 'ping', 'pliance', caravan.now()) on conflict (connection_id, kind) do"
                        + " update set due_at = caravan.now()",
                connection);
        String before = pinged(connection);
        house.tick("ping");
        House.until(() -> !Objects.equals(pinged(connection), before) && house.idle(connection));
    }

    private String pinged(UUID connection) {
        return house.text(
                "select at::text from ledger.ping where connection_id = '" + connection + "'");
    }

    /** A tenant of its own, so that tests may share an office. */
    String tenant(int persons, int companies, int second) {
        String tenant = "tenant-" + ++tenants;
        twin.tenant("acme", tenant).grow(Kind.PERSON, persons);
        twin.tenant("acme", tenant).grow(Kind.COMPANY, companies);
        twin.tenant("acme", tenant).grow(Kind.COMPANY_V2, second);
        return tenant;
    }

    /** What the twin was asked for a tenant. */
    List<Exchange> calls(String tenant, String endpoint) {
        return twin.journal().on(endpoint).stream()
                .filter(call -> call.header("x-tenant").orElse("").equals(tenant))
                .toList();
    }

    /** A command as the customer's own software would send it; no tenant is none. */
    int command(String tenant, String method, String path, Object body) {
        String bearer =
                twin.journal().all().stream()
                        .filter(
                                call ->
                                        Objects.equals(
                                                call.header("x-tenant").orElse(null), tenant))
                        .reduce((one, other) -> other)
                        .orElseThrow()
                        .header("authorization")
                        .orElseThrow();
        try {
            HttpRequest request =
                    HttpRequest.newBuilder(twin.base().resolve(path))
                            .header("Authorization", bearer)
                            .header("X-Tenant", tenant == null ? "ignored" : tenant)
                            .header("Content-Type", "application/json")
                            .method(
                                    method,
                                    HttpRequest.BodyPublishers.ofString(
                                            new ObjectMapper().writeValueAsString(body)))
                            .build();
            return HttpClient.newHttpClient()
                    .send(request, HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The run of a kind in the last pull: outcome, message. */
    String run(UUID connection, String kind) {
        return house.text(
                "select outcome || ' ' || coalesce(message, '') from ledger.pull_run where"
                        + " connection_id = '"
                        + connection
                        + "' and kind = '"
                        + kind
                        + "' order by pull_id desc limit 1");
    }

    PlianceTruth truth(String tenant) {
        return twin.tenant("acme", tenant).truth();
    }

    /** Columns of a view's rows that are alive. */
    List<String> stored(UUID connection, String columns, String view) {
        return house.texts(
                "select "
                        + columns
                        + " from ledger."
                        + view
                        + (view.contains(" where ") ? " and" : " where")
                        + " removed_at is null and connection_id = '"
                        + connection
                        + "'");
    }

    /** Every row that Pliance holds is in its view once, and nothing else. */
    void holds(UUID connection, String tenant) {
        same(connection, "provider_party_id", "party", truth(tenant).subjectIds());
        same(connection, "provider_party_id", "screening_subject", truth(tenant).subjectIds());
        same(
                connection,
                "concat_ws('/', provider_party_id, provider_link_id, match_id, alias_id)",
                "screening_match",
                truth(tenant).matchIds());
        same(
                connection,
                "concat_ws('/', provider_party_id, value, coalesce(country, ''))",
                "party_identifier",
                truth(tenant).identifierIds());
        same(
                connection,
                "concat_ws('/', provider_party_id, provider_link_id, relation)",
                "party_relation",
                truth(tenant).relationIds());
        assertThat(stored(connection, "concat_ws('/', match_id, list_id)", "watchlist_entry"))
                .as("watchlist_entry")
                .containsAll(truth(tenant).entryIds());
    }

    private void same(UUID connection, String columns, String view, List<String> truth) {
        assertThat(stored(connection, columns, view))
                .as(view)
                .containsExactlyInAnyOrderElementsOf(truth);
    }

    @Override
    public void close() {
        if (listener != null) {
            listener.close();
        }
        house.close();
        twin.close();
    }
}
