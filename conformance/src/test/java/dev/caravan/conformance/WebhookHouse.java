package dev.caravan.conformance;

import dev.caravan.deploy.Deployer;
import dev.caravan.inbox.Addresses;
import dev.caravan.inbox.Event;
import dev.caravan.inbox.InboxDesk;
import dev.caravan.intake.AdminKey;
import dev.caravan.intake.Https;
import dev.caravan.intake.InboxAdmin;
import dev.caravan.intake.Listener;
import dev.caravan.intake.Turnstile;
import dev.caravan.intake.WebhookIntake;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;

/**
 * A node with an invented provider that only takes webhooks, and both of its listeners. What
 * working on an event means is the test's own. Not thread-safe.
 */
final class WebhookHouse implements AutoCloseable {
    static final String PROVIDER = "sesame";

    /** How many connections there may be, and how many of one address. */
    static final int IN_ALL = 500;

    static final int OF_ADDRESS = 150;

    private static final String ROUTE =
            """
            <camel xmlns="http://camel.apache.org/schema/xml-io">
              <route id="sesame.inbox"><from uri="quartz:sesame/inbox?cron=0/1+*+*+*+*+?&amp;stateful=true"/>
                <bean ref="inbox" method="claim({{inbox.parallel}})"/>
                <split><simple>${body}</simple>
                  <setProperty name="event"><simple>${body}</simple></setProperty>
                  <setProperty name="pull"><simple>${body.pull}</simple></setProperty>
                  <doTry><to uri="direct:event?failIfNoConsumers=false"/><bean ref="inbox" method="done"/>
                    <doCatch><exception>java.lang.Exception</exception><bean ref="inbox" method="failed"/></doCatch></doTry>
                </split>
              </route>
            </camel>
            """;

    /** What working on an event does. */
    interface Work {
        void on(Exchange exchange, Event event) throws Exception;
    }

    final House house;
    final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    final List<Event> worked = new CopyOnWriteArrayList<>();
    final int port = freePort();
    final int adminPort = freePort();

    private final HttpClient client = HttpClient.newHttpClient();
    private final Listener listener;
    private final Listener admin;
    private final String key;
    private volatile Work work = (exchange, event) -> {};

    WebhookHouse(Map<String, String> changed) {
        house = House.of(PROVIDER, folder(), settings(changed)).secret("shared", "open sesame");
        house.secret("shared.next", "shut sesame");
        house.start();
        worker(house.camel());
        Addresses addresses = new Addresses(house.database);
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
                                        house.deployer(),
                                        new Https("http://127.0.0.1:" + port, List.of("127.0.0.2")),
                                        metrics,
                                        house.clock)),
                        new Turnstile(
                                "public", IN_ALL, OF_ADDRESS, List.of(), metrics, house.clock));
        Path keyFile = house.home.resolve("admin.key");
        admin =
                new Listener(
                        "admin",
                        "127.0.0.1",
                        adminPort,
                        null,
                        Map.of(
                                "inbox",
                                new InboxAdmin(
                                        new AdminKey(keyFile),
                                        "http://127.0.0.1:" + port,
                                        addresses,
                                        new InboxDesk(house.database),
                                        house.deployer())));
        key = read(keyFile);
        listener.start();
        admin.start();
    }

    private static Map<String, String> settings(Map<String, String> changed) {
        Map<String, String> settings = new HashMap<>();
        settings.put("inbox.parallel", "8");
        settings.put("webhook.http", "loopback");
        settings.put("webhook.entity", "body.person|body.company");
        settings.put("webhook.retries", "10s 1m");
        settings.putAll(changed);
        return settings;
    }

    private static Path folder() {
        try {
            Path routes = Scratch.folder("webhooks");
            Files.createDirectories(routes.resolve(PROVIDER));
            Files.writeString(routes.resolve(PROVIDER).resolve(PROVIDER + ".xml"), ROUTE);
            return routes;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A house whose posts carry a static secret. */
    static WebhookHouse byHeader() {
        return new WebhookHouse(
                Map.of(
                        "webhook.verifier", "header",
                        "webhook.header", "X-Sesame",
                        "webhook.secret", "$[secret:shared]",
                        "webhook.secret.next", "$[secret:shared.next]"));
    }

    /** Where only the address proves who posts. */
    static WebhookHouse byAddress() {
        return new WebhookHouse(Map.of("webhook.verifier", "url"));
    }

    /** Says what working on an event does, from now on. */
    void working(Work how) {
        work = how;
    }

    void worker(CamelContext camel) {
        try {
            camel.addRoutes(
                    new RouteBuilder() {
                        @Override
                        public void configure() {
                            from("direct:event")
                                    .routeId("event")
                                    .errorHandler(noErrorHandler())
                                    .process(
                                            exchange -> {
                                                Event event =
                                                        exchange.getProperty("event", Event.class);
                                                work.on(exchange, event);
                                                worked.add(event);
                                            });
                        }
                    });
            camel.getRouteController().startRoute("event");
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    Deployer secondNode() {
        Deployer second = house.secondNode();
        worker(second.camel(PROVIDER).orElseThrow());
        return second;
    }

    UUID connection() {
        return house.connection(Map.of());
    }

    /** A new address of a connection, by the admin listener. */
    URI address(UUID connection) {
        HttpResponse<String> made = admin("POST", "/connections/" + connection + "/webhook");
        return URI.create(made.body().replaceAll(".*\"url\":\"([^\"]*)\".*", "$1"));
    }

    HttpResponse<String> admin(String method, String path) {
        return send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + adminPort + path))
                        .header("Authorization", "Bearer " + key)
                        .method(method, HttpRequest.BodyPublishers.noBody()));
    }

    int post(URI address, String body, String... headers) {
        return posted(address, body, headers).statusCode();
    }

    HttpResponse<String> posted(URI address, String body, String... headers) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(address).POST(HttpRequest.BodyPublishers.ofString(body));
        List<String> all = new ArrayList<>(List.of(headers));
        if (!all.contains("Content-Type")) {
            request.header("Content-Type", "application/json");
        }
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return send(request);
    }

    private HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    long kept() {
        return house.number("select count(*) from ledger.inbox");
    }

    double refused(String kind) {
        return metrics.find("caravan.webhook.refused").tag("kind", kind).counters().stream()
                .mapToDouble(counter -> counter.count())
                .sum();
    }

    /** The states of all events in order of arrival. */
    List<String> states() {
        return house.texts("select state from ledger.inbox order by event_id");
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        listener.close();
        admin.close();
        house.close();
    }
}
