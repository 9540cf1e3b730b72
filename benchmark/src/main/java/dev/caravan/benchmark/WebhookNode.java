package dev.caravan.benchmark;

import dev.caravan.deploy.Deployer;
import dev.caravan.deploy.ProviderFolders;
import dev.caravan.deploy.Verbs;
import dev.caravan.inbox.Addresses;
import dev.caravan.intake.Https;
import dev.caravan.intake.Listener;
import dev.caravan.intake.WebhookIntake;
import dev.caravan.store.Database;
import dev.caravan.store.EmbeddedServer;
import dev.caravan.store.StoreLogin;
import dev.caravan.vault.Sealer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * A node that only takes webhooks, proved by a secret in a header, and never works on them. For one
 * thread.
 */
final class WebhookNode implements AutoCloseable {
    private static final String PROVIDER = "sesame";
    private static final String ROUTE =
            """
            <camel xmlns="http://camel.apache.org/schema/xml-io">
              <route id="sesame.none"><from uri="direct:none"/><log message="never"/></route>
            </camel>
            """;

    private final StoreLogin login;
    private final int port;
    private final Deployer deployer;
    private final Listener listener;
    private final String path;

    WebhookNode(ThrowawayStore store, int storePort, int port) throws Exception {
        this.port = port;
        Path etc = store.etc();
        login = new EmbeddedServer(storePort, etc.resolve("pg"), etc.resolve("bin"), etc).login();
        Files.createDirectories(etc.resolve("secrets"));
        Files.writeString(etc.resolve("secrets/shared"), "open sesame");
        Path routes = Files.createDirectories(etc.resolve("routes").resolve(PROVIDER));
        Files.writeString(routes.resolve(PROVIDER + ".xml"), ROUTE);
        byte[] key = new byte[32];
        new SecureRandom().nextBytes(key);
        Files.writeString(
                etc.resolve("vault.key"),
                Base64.getUrlEncoder().withoutPadding().encodeToString(key));
        Database database = new Database(login, 12);
        deployer =
                new Deployer(
                        new ProviderFolders(routes.getParent()),
                        name -> name.equals(PROVIDER) ? settings() : null,
                        new Verbs(
                                database,
                                Sealer.from(etc.resolve("vault.key")),
                                etc.resolve("secrets"),
                                Clock.systemUTC(),
                                "benchmark:0"),
                        new SimpleMeterRegistry(),
                        () -> true);
        deployer.start();
        Addresses addresses = new Addresses(database);
        listener =
                new Listener(
                        "public",
                        "127.0.0.1",
                        port,
                        null,
                        Map.of(
                                "webhooks",
                                new WebhookIntake(
                                        addresses,
                                        deployer,
                                        new Https("http://127.0.0.1:" + port, List.of()),
                                        new SimpleMeterRegistry(),
                                        Clock.systemUTC())));
        listener.start();
        UUID connection =
                database.first(
                                "insert into caravan.connection (provider, user_ref, state) values"
                                        + " ('sesame', 'load', 'active') returning id",
                                row -> row.getObject(1, UUID.class))
                        .orElseThrow();
        path = addresses.make(connection, PROVIDER, null).path();
        Patience.until(
                () -> deployer.running().contains(PROVIDER),
                Duration.ofMinutes(1),
                () -> "the provider does not run " + deployer.refusals());
    }

    private static Map<String, String> settings() {
        return Map.of(
                "webhook.verifier", "header",
                "webhook.header", "X-Sesame",
                "webhook.secret", "$[secret:shared]",
                "webhook.http", "loopback",
                "webhook.key", "id",
                "webhook.entity", "body.person");
    }

    StoreLogin login() {
        return login;
    }

    /** An event as providers send them, of about half a kilobyte. */
    static String event(String id) {
        return "{\"type\":\"person.updated\",\"id\":\""
                + id
                + "\",\"body\":{\"person\":\"p-"
                + id.hashCode() % 1_000
                + "\",\"note\":\""
                + "n".repeat(400)
                + "\"}}";
    }

    Posters posters() {
        return new Posters(port, path);
    }

    @Override
    public void close() {
        listener.close();
        deployer.close();
    }
}
