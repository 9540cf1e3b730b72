package dev.caravan.conformance;

import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import dev.caravan.connections.Journeys;
import dev.caravan.deploy.Deployer;
import dev.caravan.deploy.Metrics;
import dev.caravan.deploy.ProviderFolders;
import dev.caravan.deploy.Verbs;
import dev.caravan.desk.Desk;
import dev.caravan.faults.StoreFault;
import dev.caravan.intake.CallbackRefusals;
import dev.caravan.intake.Listener;
import dev.caravan.intake.PublicIntake;
import dev.caravan.intake.UserAddress;
import dev.caravan.sandbox.Exchange;
import dev.caravan.sandbox.Fault;
import dev.caravan.sandbox.MovableClock;
import dev.caravan.sandbox.http.Damage;
import dev.caravan.sandbox.http.Reply;
import dev.caravan.sandbox.truelayer.Browser;
import dev.caravan.sandbox.truelayer.TrueLayerTwin;
import dev.caravan.sandbox.truelayer.TwinSettings;
import dev.caravan.store.Database;
import dev.caravan.store.StoreLogin;
import dev.caravan.vault.Sealer;
import dev.caravan.watch.Calls;
import dev.caravan.watch.Meters;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.apache.camel.CamelContext;
import org.apache.camel.component.quartz.QuartzComponent;
import org.quartz.JobKey;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;

/**
 * The shipped routes, mappings and settings against a twin and a real PostgreSQL, on a clock that
 * can be moved. A world is the test's own: its database, its ports, its twin. Not thread-safe.
 */
final class World implements AutoCloseable {
    static final Path ROUTES = Path.of("..", "routes");
    static final Path CONFIG = Path.of("..", "config");

    /** A documentation address (RFC 5737): the user behind a browser. */
    static final String USER_ADDRESS = "203.0.113.7";

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    final TrueLayerTwin twin;
    final MovableClock clock;
    final StoreLogin login;
    final Database database;
    final Journeys journeys;
    final int port = freePort();
    final Path home;

    private final Map<String, String> settings = new HashMap<>();
    private final Sealer sealer;
    final TripCookies cookies = new TripCookies();
    private Duration shift = Duration.ZERO;
    private Deployer deployer;
    private Listener listener;
    private Database pool;
    final PrometheusMeterRegistry metrics = (PrometheusMeterRegistry) Metrics.registry();
    private Calls calls;
    private Meters meters;

    /** What the node's verbs measure into. */
    Meters meters() {
        return meters;
    }

    /** What the node's calls came to and is not written down yet. */
    Calls calls() {
        return calls;
    }

    Deployer deployer() {
        return deployer;
    }

    /** The desk of an installation that lies there. */
    Desk desk(ProviderFolders folders, Path installation) {
        return new Desk(
                database,
                deployer,
                folders,
                journeys,
                installation,
                installation,
                Clock.systemUTC(),
                List.of());
    }

    private World(TwinSettings twinSettings, Map<String, String> changed, StoreLogin store) {
        clock = MovableClock.at(Instant.now());
        login = store;
        database = new Database(login, 4);
        twin =
                TrueLayerTwin.start(
                        twinSettings.redirectUris(
                                "http://127.0.0.1:" + port + "/callback/truelayer"),
                        clock);
        try {
            home = Scratch.folder("world");
            Files.createDirectories(home.resolve("secrets"));
            Files.writeString(
                    home.resolve("secrets/truelayer.client.secret"), twinSettings.clientSecret());
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
        settings.putAll(shipped("truelayer"));
        settings.put("auth.url", twin.base().toString());
        settings.put("api.url", twin.base() + "/data/v1");
        settings.put("connections.url", twin.base().toString().replaceAll("/$", ""));
        settings.put("client.id", twinSettings.clientId());
        settings.put("redirect.url", "http://127.0.0.1:" + port + "/callback/truelayer");
        settings.put("retry.delays", "1:20;2:20;3:20");
        settings.put("calls.second", "1000");
        settings.put("circuit.seconds", "1");
        settings.put("consent.tick", "0/1+*+*+*+*+?");
        // every call waits for its answer; reads in the background have tests of their own
        settings.put("async", "off");
        settings.putAll(changed);
        start();
    }

    /** A small bank: two users' worth of accounts with a few rows each. */
    static TwinSettings smallBank() {
        return TwinSettings.defaults()
                .users(60)
                .accountsPerConnection(2)
                .cardsPerConnection(1)
                .transactionsPerAccount(40)
                .pendingPerAccount(3)
                .historyDays(60);
    }

    static World of(TwinSettings settings) {
        return of(settings, Map.of());
    }

    static World of(TwinSettings settings, Map<String, String> changed) {
        return of(settings, changed, TestServer.database());
    }

    static World of(TwinSettings settings, Map<String, String> changed, StoreLogin store) {
        return new World(settings, changed, store);
    }

    /** The settings as shipped in {@code config/}. */
    static Map<String, String> shipped(String provider) {
        Properties file = new Properties();
        try (Reader in =
                Files.newBufferedReader(CONFIG.resolve("caravan.provider." + provider + ".cfg"))) {
            file.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Map<String, String> settings = new HashMap<>();
        file.forEach((key, value) -> settings.put((String) key, (String) value));
        return settings;
    }

    /** Starts a node: pool, deployer, listener. */
    void start() {
        pool = new Database(login, 10);
        Verbs verbs = new Verbs(pool, sealer, home.resolve("secrets"), clock, "test");
        calls = verbs.calls();
        meters = verbs.meters();
        deployer =
                new Deployer(
                        new ProviderFolders(ROUTES),
                        name -> name.equals("truelayer") ? Map.copyOf(settings) : null,
                        verbs,
                        metrics,
                        () -> true);
        deployer.start();
        listener =
                new Listener(
                        "public",
                        "127.0.0.1",
                        port,
                        new PublicIntake(
                                journeys,
                                deployer,
                                new UserAddress(List.of("127.0.0.1")),
                                new CallbackRefusals(new SimpleMeterRegistry(), clock),
                                "http://127.0.0.1:" + port));
        listener.start();
        until(() -> deployer.running().contains("truelayer") || !deployer.refusals().isEmpty());
        if (!deployer.refusals().isEmpty()) {
            throw new IllegalStateException(deployer.refusals().toString());
        }
    }

    /** Every row of every table as text; bytea shows as hex. */
    List<String> everything() {
        List<String> rows = new ArrayList<>();
        for (String table :
                texts(
                        "select table_name from information_schema.tables where table_schema ="
                                + " 'caravan'")) {
            rows.addAll(texts("select t::text from caravan." + table + " t"));
        }
        return rows;
    }

    /** The running routes of the node. */
    CamelContext camel() {
        return deployer.camel("truelayer").orElseThrow();
    }

    /** A text as the vault seals it. */
    String seal(String text) {
        return sealer.seal(text);
    }

    /** A second node on the same store. */
    Deployer secondNode() {
        Deployer second =
                new Deployer(
                        new ProviderFolders(ROUTES),
                        name -> name.equals("truelayer") ? Map.copyOf(settings) : null,
                        new Verbs(
                                new Database(login, 10),
                                sealer,
                                home.resolve("secrets"),
                                clock,
                                "second"),
                        new SimpleMeterRegistry(),
                        () -> true);
        second.start();
        until(() -> second.running().contains("truelayer"));
        return second;
    }

    /** Cuts the node off from the store, as the first moment of a crash. */
    void cut() {
        pool.close();
    }

    /**
     * Ends the node as a crash does: its store connections are cut before anything can be tidied
     * up.
     */
    void crash() {
        pool.close();
        stop();
        database.update("update caravan.connection set lease_until = null");
        database.update("update caravan.task set due_at = caravan.now() where pull_id is not null");
    }

    void stop() {
        listener.close();
        deployer.close();
        pool.close();
    }

    /** A user connects through the browser; the first pull is not awaited. */
    UUID connect(String user) {
        return connect(journeys.begin("truelayer", user), user);
    }

    /** The user of a connection goes to the bank once more. */
    UUID reconnect(UUID connection, String user) {
        return connect(journeys.again(connection).orElseThrow(), user);
    }

    private UUID connect(Journeys.Begun begun, String user) {
        HttpResponse<String> page = back(callback(begun.link(), user));
        if (!page.body().contains("Connected")) {
            throw new IllegalStateException(page.statusCode() + " " + page.body());
        }
        tick();
        return begun.connection();
    }

    /**
     * Follows a one-time link, logs in as the twin's user and gives the callback the bank sends to.
     */
    URI callback(String link, String user) {
        String password = user.startsWith("error.") ? "error" : user.replace("john", "doe");
        return new Browser().allow(bank(link), user, password);
    }

    /** Where a one-time link sends the browser. */
    URI bank(String link) {
        HttpResponse<String> sent =
                get(URI.create("http://127.0.0.1:" + port + "/connect/" + link));
        return URI.create(
                sent.headers()
                        .firstValue("Location")
                        .orElseThrow(
                                () ->
                                        new IllegalStateException(
                                                sent.statusCode() + " " + sent.body())));
    }

    /** The browser comes back from the bank. */
    HttpResponse<String> back(URI callback) {
        return get(callback);
    }

    HttpResponse<String> get(URI uri) {
        return send(HttpRequest.newBuilder(uri));
    }

    HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            HttpRequest plain = request.build();
            String kept = cookies.of(plain.uri().toString());
            if (kept != null && plain.headers().firstValue("Cookie").isEmpty()) {
                request.header("Cookie", kept);
            }
            HttpResponse<String> answer =
                    HttpClient.newHttpClient()
                            .send(
                                    request.header("X-Forwarded-For", USER_ADDRESS).build(),
                                    HttpResponse.BodyHandlers.ofString());
            cookies.left(answer);
            return answer;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Connects and awaits the first pull. */
    UUID connected(String user) {
        UUID connection = connect(user);
        awaitPull(connection, null);
        return connection;
    }

    /** Connects users, lets their first pulls run side by side and awaits them all. */
    Map<String, UUID> connected(Collection<String> users) {
        Map<String, UUID> connections = new LinkedHashMap<>();
        users.forEach(user -> connections.put(user, connect(user)));
        connections.values().forEach(connection -> awaitPull(connection, null));
        return connections;
    }

    /** Pulls now, unattended, and awaits the end. */
    void pull(UUID... connections) {
        pull(List.of(connections), null);
    }

    /** Pulls now, asked for by a present user, and awaits the end. */
    void pullAttended(UUID connection) {
        pull(List.of(connection), USER_ADDRESS);
    }

    void pull(Collection<UUID> connections, String userAddress) {
        Map<UUID, String> before = new LinkedHashMap<>();
        connections.forEach(connection -> before.put(connection, lastEnd(connection)));
        connections.forEach(
                connection -> journeys.pull(connection, userAddress, Duration.ofMinutes(5)));
        tick();
        before.forEach(this::awaitPull);
    }

    /** Lets the schedule tick now; by itself it does so every second. */
    void tick() {
        try {
            Scheduler scheduler =
                    camel().getComponent("quartz", QuartzComponent.class).getScheduler();
            scheduler.triggerJob(new JobKey("pull", "truelayer"));
        } catch (SchedulerException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Waits until a pull has ended since the one that ended then. */
    void awaitPull(UUID connection, String before) {
        until(() -> !Objects.equals(lastEnd(connection), before) && idle(connection));
    }

    /** When the last pull ended, null where none has. */
    String lastEnd(UUID connection) {
        return texts(
                        "select done_at from caravan.task where kind = 'pull' and done_at is not"
                                + " null and connection_id = '"
                                + connection
                                + "'")
                .stream()
                .findFirst()
                .orElse(null);
    }

    boolean idle(UUID connection) {
        return number(
                        "select count(*) from caravan.connection where id = '"
                                + connection
                                + "' and lease_owner is not null")
                == 0;
    }

    /** At the next request of a user on an endpoint, this happens and the answer is lost. */
    Fault atRequest(String endpoint, String user, Runnable happens) {
        Reply lost =
                Reply.of(200, "application/json", out -> happens.run())
                        .damaged(Damage.of(Damage.Kind.LOSE));
        return twin.faults().on(endpoint).answer(lost).forUser(user).times(1);
    }

    /** Moves every clock: the twin's, the node's and the store's. */
    void advance(Duration by) {
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

    long number(String sql) {
        return database.first(sql, row -> row.getLong(1)).orElseThrow();
    }

    String text(String sql) {
        return database.first(sql, row -> String.valueOf(row.getString(1))).orElse(null);
    }

    List<String> texts(String sql) {
        return database.query(sql, row -> row.getString(1));
    }

    String state(UUID connection) {
        return text(
                "select state from ledger.connection where connection_id = '" + connection + "'");
    }

    /** Requests of a user that the twin saw on an endpoint. */
    List<Exchange> seen(String endpoint, String user) {
        return twin.journal()
                .where(one -> one.endpoint().equals(endpoint) && one.user().equals(user));
    }

    static void until(BooleanSupplier done) {
        // while the store restarts a look at it fails; that is no answer yet
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(25))
                .ignoreException(StoreFault.class)
                .until(done::getAsBoolean);
    }

    static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        stop();
        database.close();
        twin.close();
    }
}
