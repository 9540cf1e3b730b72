package dev.caravan.conformance;

import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import dev.caravan.connections.Journeys;
import dev.caravan.deploy.Deployer;
import dev.caravan.deploy.ProviderFolders;
import dev.caravan.deploy.Verbs;
import dev.caravan.faults.StoreFault;
import dev.caravan.inbox.Addresses;
import dev.caravan.intake.Https;
import dev.caravan.intake.Listener;
import dev.caravan.intake.WebhookIntake;
import dev.caravan.sandbox.MovableClock;
import dev.caravan.store.Database;
import dev.caravan.store.StoreLogin;
import dev.caravan.vault.Sealer;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.apache.camel.CamelContext;
import org.apache.camel.component.quartz.QuartzComponent;
import org.quartz.JobKey;
import org.quartz.SchedulerException;

/**
 * A node with one provider as shipped: its routes, mappings and settings, a real PostgreSQL and a
 * clock that can be moved. What the provider's twin is, and how users get to it, is the test's own.
 * Not thread-safe.
 */
public final class House implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    public final String provider;
    public final MovableClock clock = MovableClock.at(Instant.now());
    public final StoreLogin login = TestServer.database();
    public final Database database = new Database(login, 4);
    public final Path home;
    public final Sealer sealer;
    public final Journeys journeys;

    private Path routes;
    private Duration looks = Duration.ofMillis(250);
    private final Map<String, String> settings;
    private Duration shift = Duration.ZERO;
    private Database pool;
    private Deployer deployer;

    private House(String provider, Path routes, Map<String, String> settings) {
        this.provider = provider;
        this.routes = routes;
        // the deployer reads them while a test changes them
        this.settings = new ConcurrentHashMap<>(settings);
        try {
            home = Scratch.folder("house");
            Files.createDirectories(home.resolve("secrets"));
            byte[] key = new byte[32];
            new java.security.SecureRandom().nextBytes(key);
            Files.writeString(
                    home.resolve("vault.key"),
                    Base64.getUrlEncoder().withoutPadding().encodeToString(key));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        sealer = Sealer.from(home.resolve("vault.key"));
        journeys = new Journeys(database, sealer);
    }

    /**
     * A house for a provider as shipped, not started yet: write its secrets first.
     *
     * @param changed settings that differ from the shipped ones
     */
    public static House of(String provider, Map<String, String> changed) {
        Map<String, String> settings = new HashMap<>(World.shipped(provider));
        settings.put("retry.delays", "1:20;2:20;3:20");
        settings.put("circuit.seconds", "1");
        settings.keySet().stream()
                .filter(name -> name.startsWith("calls.") && name.endsWith("second"))
                .toList()
                .forEach(name -> settings.put(name, "1000"));
        settings.putAll(changed);
        return new House(provider, World.ROUTES, settings);
    }

    /** The same for a folder of its own, with all of its settings. */
    public static House of(String provider, Path routes, Map<String, String> settings) {
        return new House(provider, routes, new HashMap<>(settings));
    }

    public House secret(String name, String value) {
        try {
            Files.writeString(home.resolve("secrets").resolve(name), value);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    /** The folder of the provider's files. */
    Path folder() {
        return routes.resolve(provider);
    }

    public String setting(String name) {
        return settings.get(name);
    }

    public House set(String name, String value) {
        settings.put(name, value);
        return this;
    }

    /** A setting that is not set any more. */
    public House unset(String name) {
        settings.remove(name);
        return this;
    }

    /** Runs the provider's files from here, and looks for edits so often; before the start. */
    public House edited(Path folders, Duration pause) {
        routes = folders;
        looks = pause;
        return this;
    }

    /** Starts a node and awaits that the provider runs. */
    public House start() {
        pool = new Database(login, 10);
        deployer = node(pool, "test");
        return this;
    }

    /** Starts a node without awaiting the provider, whose folder may not be there yet. */
    public House open() {
        pool = new Database(login, 10);
        deployer = deployer(pool, "test");
        return this;
    }

    /** A second node on the same store. */
    public Deployer secondNode() {
        return node(new Database(login, 10), "second");
    }

    private Deployer deployer(Database store, String name) {
        Deployer node =
                new Deployer(
                        new ProviderFolders(routes),
                        each -> each.equals(provider) ? Map.copyOf(settings) : null,
                        new Verbs(store, sealer, home.resolve("secrets"), clock, name),
                        new SimpleMeterRegistry(),
                        () -> true,
                        looks);
        node.start();
        return node;
    }

    private Deployer node(Database store, String name) {
        Deployer node = deployer(store, name);
        until(() -> node.running().contains(provider) || !node.refusals().isEmpty());
        if (!node.refusals().isEmpty()) {
            throw new IllegalStateException(node.refusals().toString());
        }
        return node;
    }

    public Deployer deployer() {
        return deployer;
    }

    public CamelContext camel() {
        until(() -> deployer.camel(provider).isPresent());
        return deployer.camel(provider).orElseThrow();
    }

    /** Cuts the node off from the store, as the first moment of a crash. */
    public void cut() {
        pool.close();
    }

    /** Ends the node as a crash does: cut off from the store before anything can be tidied up. */
    public void crash() {
        pool.close();
        deployer.close();
        database.update("update caravan.connection set lease_until = null");
        database.update("update caravan.task set due_at = caravan.now() where pull_id is not null");
    }

    /** A connection without a trip: active, with settings of its own, due now. */
    public UUID connection(Map<String, String> own) {
        UUID id =
                database.first(
                                "insert into caravan.connection (provider, user_ref, state,"
                                    + " settings) values (?, 'test', 'active', ?::jsonb) returning"
                                    + " id",
                                row -> row.getObject(1, UUID.class),
                                provider,
                                json(own))
                        .orElseThrow();
        database.update(
                "insert into caravan.task (connection_id, kind, provider, due_at) values (?,"
                        + " 'pull', ?, caravan.now() + interval '1 day')",
                id,
                provider);
        return id;
    }

    /**
     * Opens the public listener's webhooks.
     *
     * @param proxies addresses whose word about https is believed
     */
    public Listener webhooks(int port, MeterRegistry counted, List<String> proxies) {
        Listener listener =
                new Listener(
                        "public",
                        "127.0.0.1",
                        port,
                        null,
                        Map.of(
                                "webhooks",
                                new WebhookIntake(
                                        new Addresses(database),
                                        deployer,
                                        new Https("http://127.0.0.1:" + port, proxies),
                                        counted,
                                        clock)));
        listener.start();
        return listener;
    }

    private static String json(Map<String, String> flat) {
        try {
            return new com.fasterxml.jackson.databind.ObjectMapper().writeValueAsString(flat);
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Pulls everything now and awaits the end. */
    public void pull(UUID connection) {
        String before = lastEnd(connection);
        journeys.pull(connection, null, Duration.ofMinutes(5));
        tick("pull");
        awaitPull(connection, before);
    }

    /** Lets a schedule tick now; by itself it does so every second. */
    public void tick(String trigger) {
        try {
            // while a new version is swapped in there is none for a moment
            until(() -> scheduler() != null);
            scheduler().triggerJob(new JobKey(trigger, provider));
        } catch (SchedulerException e) {
            throw new IllegalStateException(e);
        }
    }

    private org.quartz.Scheduler scheduler() {
        return camel().getComponent("quartz", QuartzComponent.class).getScheduler();
    }

    /** Waits until a pull has ended since the one that ended then. */
    public void awaitPull(UUID connection, String before) {
        until(() -> !Objects.equals(lastEnd(connection), before) && idle(connection));
    }

    /** When the last pull ended, null where none has. */
    public String lastEnd(UUID connection) {
        return texts(
                        "select done_at::text from caravan.task where kind = 'pull' and done_at is"
                                + " not null and connection_id = '"
                                + connection
                                + "'")
                .stream()
                .findFirst()
                .orElse(null);
    }

    public boolean idle(UUID connection) {
        return number(
                        "select count(*) from caravan.connection where id = '"
                                + connection
                                + "' and lease_owner is not null")
                == 0;
    }

    /** Moves every clock: the twin's (where it shares this one), the node's and the store's. */
    public void advance(Duration by) {
        clock.advance(by);
        shift = shift.plus(by);
        database.update(
                "do $$ begin execute format('alter database %I set caravan.clock_shift = ' ||"
                        + " quote_literal('"
                        + shift.toSeconds()
                        + " seconds'), current_database()); end $$");
        for (Database each : List.of(pool, database)) {
            ((HikariDataSource) each.dataSource()).getHikariPoolMXBean().softEvictConnections();
        }
    }

    public long number(String sql) {
        return database.first(sql, row -> row.getLong(1)).orElseThrow();
    }

    public String text(String sql) {
        return texts(sql).stream().filter(Objects::nonNull).findFirst().orElse(null);
    }

    public List<String> texts(String sql) {
        return database.query(sql, row -> row.getString(1));
    }

    public String state(UUID connection) {
        return text(
                "select state from ledger.connection where connection_id = '" + connection + "'");
    }

    /** The last fault of a connection as its operators read it; empty where all is well. */
    public String fault(UUID connection) {
        return text(
                "select coalesce(last_fault, '') from ledger.connection where connection_id = '"
                        + connection
                        + "'");
    }

    public static void until(BooleanSupplier done) {
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(25))
                .ignoreException(StoreFault.class)
                .until(done::getAsBoolean);
    }

    @Override
    public void close() {
        deployer.close();
        pool.close();
        database.close();
    }
}
