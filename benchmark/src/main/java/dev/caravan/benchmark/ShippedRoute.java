package dev.caravan.benchmark;

import dev.caravan.connections.Journeys;
import dev.caravan.deploy.Deployer;
import dev.caravan.deploy.ProviderFolders;
import dev.caravan.deploy.Verbs;
import dev.caravan.intake.CallbackRefusals;
import dev.caravan.intake.Listener;
import dev.caravan.intake.PublicIntake;
import dev.caravan.intake.UserAddress;
import dev.caravan.sandbox.Json;
import dev.caravan.sandbox.truelayer.Browser;
import dev.caravan.sandbox.truelayer.TwinSettings;
import dev.caravan.store.Database;
import dev.caravan.vault.Sealer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.Reader;
import java.net.CookieManager;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;

/**
 * Side a: the shipped route with the shipped mapping and settings in a plain JVM. Users connect
 * through the real callback; the first load is attended, the re-pulls are not. Prints one line of
 * figures a phase.
 */
final class ShippedRoute {
    private static final String USER_ADDRESS = "203.0.113.7";

    private final Job job;
    private final Database watcher;
    private final Journeys journeys;
    private final Meter meter;
    private final Sealer sealer;

    private ShippedRoute(Job job) throws Exception {
        this.job = job;
        Path home = Path.of(job.home());
        Files.createDirectories(home.resolve("secrets"));
        Files.writeString(
                home.resolve("secrets/truelayer.client.secret"),
                TwinSettings.defaults().clientSecret());
        byte[] key = new byte[32];
        new SecureRandom().nextBytes(key);
        Files.writeString(
                home.resolve("vault.key"),
                Base64.getUrlEncoder().withoutPadding().encodeToString(key));
        sealer = Sealer.from(home.resolve("vault.key"));
        watcher = new Database(job.login(), 1);
        journeys = new Journeys(watcher, sealer);
        meter = new Meter(job.postmaster(), watcher);
    }

    public static void main(String[] arguments) throws Exception {
        new ShippedRoute(Job.of(arguments)).run();
        System.exit(0);
    }

    private void run() throws Exception {
        Map<String, String> settings = settings();
        Deployer deployer =
                new Deployer(
                        new ProviderFolders(Path.of(job.tree(), "routes")),
                        name -> name.equals("truelayer") ? settings : null,
                        new Verbs(
                                new Database(job.login(), 10),
                                sealer,
                                Path.of(job.home(), "secrets"),
                                Clock.systemUTC(),
                                "benchmark:0"),
                        new SimpleMeterRegistry(),
                        () -> true);
        deployer.start();
        new Listener(
                        "public",
                        "127.0.0.1",
                        job.publicPort(),
                        new PublicIntake(
                                journeys,
                                deployer,
                                new UserAddress(List.of("127.0.0.1")),
                                new CallbackRefusals(new SimpleMeterRegistry(), Clock.systemUTC()),
                                "http://127.0.0.1:" + job.publicPort()))
                .start();
        Patience.until(
                () -> deployer.running().contains("truelayer") || !deployer.refusals().isEmpty(),
                Duration.ofMinutes(2),
                () -> "the provider does not run");
        if (!deployer.refusals().isEmpty()) {
            throw new IllegalStateException(deployer.refusals().toString());
        }
        // held back until both are connected, so that one tick claims both
        watcher.update(
                "insert into caravan.provider (name, stopped_at) values ('truelayer', now()) on"
                        + " conflict (name) do update set stopped_at = excluded.stopped_at");
        List<UUID> connections = new ArrayList<>();
        for (int user = 1; user <= Job.CONNECTIONS; user++) {
            connections.add(connect(user));
        }
        phase("first", () -> watcher.update("update caravan.provider set stopped_at = null"));
        for (String again : List.of("again", "again", "same")) {
            if (again.equals("again")) {
                // as if one byte of every page had changed: each record is looked at
                watcher.update("update caravan.page set digest = null");
            }
            phase(
                    again,
                    () ->
                            watcher.update(
                                    "update caravan.task set due_at = now(), asked_at = now(),"
                                            + " kinds = '{}' where kind = 'pull'"));
        }
    }

    private Map<String, String> settings() throws Exception {
        Properties shipped = new Properties();
        try (Reader file =
                Files.newBufferedReader(
                        Path.of(job.tree(), "config", "caravan.provider.truelayer.cfg"))) {
            shipped.load(file);
        }
        Map<String, String> settings = new HashMap<>();
        shipped.forEach((key, value) -> settings.put((String) key, (String) value));
        settings.put("auth.url", job.bank());
        settings.put("api.url", job.bank() + "/data/v1");
        settings.put("connections.url", job.bank().toString());
        settings.put("client.id", TwinSettings.defaults().clientId());
        settings.put("redirect.url", job.callback());
        settings.keySet().removeIf(name -> name.startsWith("schedule."));
        settings.put("schedule.accounts", "8h");
        settings.put("schedule.transactions", "8h");
        settings.put("pull.parallel", String.valueOf(Job.CONNECTIONS));
        settings.put("calls.second", "100000");
        // what is measured is the pull, not the bank's own time
        settings.put("async", "off");
        // a re-pull reads all again
        settings.put("window.overlap", settings.get("window.reach"));
        return Map.copyOf(settings);
    }

    private UUID connect(int user) throws Exception {
        Journeys.Begun begun = journeys.begin("truelayer", "john" + user);
        URI link = URI.create("http://127.0.0.1:" + job.publicPort() + "/connect/" + begun.link());
        // one browser a user: it keeps the cookie of its trip
        HttpClient browser = HttpClient.newBuilder().cookieHandler(new CookieManager()).build();
        String bank = get(browser, link).headers().firstValue("Location").orElseThrow();
        URI back = new Browser().allow(URI.create(bank), "john" + user, "doe" + user);
        HttpResponse<String> page = get(browser, back);
        if (!page.body().contains("Connected")) {
            throw new IllegalStateException(page.statusCode() + " " + page.body());
        }
        return begun.connection();
    }

    private static HttpResponse<String> get(HttpClient browser, URI uri) throws Exception {
        return browser.send(
                HttpRequest.newBuilder(uri).header("X-Forwarded-For", USER_ADDRESS).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** From the first call that leaves to the last pull that ends, in the store's own time. */
    private void phase(String name, Runnable begin) throws Exception {
        long calls = number("select coalesce(max(id), 0) from caravan.call");
        long pulls = number("select coalesce(max(pull_id), 0) from caravan.pull_run");
        meter.start();
        begin.run();
        Patience.until(
                () ->
                        number(
                                        "select count(*) from caravan.task where kind = 'pull' and"
                                                + " done_at > asked_at and due_at > now()")
                                == Job.CONNECTIONS,
                Duration.ofMinutes(20),
                () -> "phase " + name + " is not done");
        double seconds =
                watcher.first(
                                "select extract(epoch from (select max(done_at) from caravan.task"
                                        + " where kind = 'pull') - (select min(called_at) from"
                                        + " caravan.call where id > ?))",
                                row -> row.getDouble(1),
                                calls)
                        .orElseThrow();
        long rows =
                watcher.first(
                                "select coalesce(sum(seen), 0)::bigint from caravan.pull_run where"
                                        + " pull_id > ? and kind = 'transactions'",
                                row -> row.getLong(1),
                                pulls)
                        .orElseThrow();
        Figures figures = meter.stop("shipped", name, rows, seconds);
        if (rows != job.rows()) {
            throw new IllegalStateException(
                    "expected "
                            + job.rows()
                            + " rows, found "
                            + rows
                            + "; runs: "
                            + watcher.query(
                                    "select kind || ' ' || outcome || ' ' || coalesce(message, '')"
                                            + " from caravan.pull_run",
                                    row -> row.getString(1)));
        }
        System.out.println(new String(Json.bytes(figures), StandardCharsets.UTF_8));
    }

    private long number(String sql) {
        return watcher.first(sql, row -> row.getLong(1)).orElseThrow();
    }
}
