package dev.caravan.conformance;

import dev.caravan.connections.Disconnections;
import dev.caravan.connections.Enrolment;
import dev.caravan.intake.AdminIntake;
import dev.caravan.intake.AdminKey;
import dev.caravan.intake.CallbackRefusals;
import dev.caravan.intake.Disconnecting;
import dev.caravan.intake.Listener;
import dev.caravan.intake.PaymentAdmin;
import dev.caravan.intake.PublicIntake;
import dev.caravan.intake.UserAddress;
import dev.caravan.payments.PaymentDesk;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Both listeners before a house, or before one whose provider is invented by the test: {@code
 * bank}, a file of routes and the lines of its answers. Not thread-safe.
 */
public final class FrontDesk implements AutoCloseable {
    final House house;
    final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final TripCookies cookies = new TripCookies();
    private final Path key;
    final Disconnecting disconnecting;
    private final Listener front;
    private final Listener back;
    private final int frontPort;
    private final int backPort = freePort();

    private FrontDesk(House house, Path key, int port) {
        this.frontPort = port;
        this.house = house;
        this.key = key;
        front =
                new Listener(
                        "public",
                        "127.0.0.1",
                        frontPort,
                        new PublicIntake(
                                house.journeys,
                                house.deployer(),
                                new UserAddress(List.of("127.0.0.1")),
                                new CallbackRefusals(metrics, house.clock),
                                "http://127.0.0.1:" + frontPort));
        disconnecting =
                new Disconnecting(
                        new AdminKey(key),
                        new Disconnections(house.database),
                        house.deployer(),
                        "keep");
        back =
                new Listener(
                        "admin",
                        "127.0.0.1",
                        backPort,
                        new AdminIntake(
                                new AdminKey(key),
                                "http://127.0.0.1:" + frontPort,
                                house.journeys,
                                new Enrolment(house.database, house.sealer),
                                house.deployer(),
                                house.database),
                        Map.of(
                                "payments",
                                new PaymentAdmin(
                                        new AdminKey(key),
                                        "http://127.0.0.1:" + frontPort,
                                        new PaymentDesk(house.database, house.sealer),
                                        house.deployer()),
                                "disconnecting",
                                disconnecting));
        front.start();
        back.start();
    }

    /** Both listeners before a house that runs. */
    public static FrontDesk before(House house) {
        return before(house, freePort());
    }

    /** The same where users reach us at a port that somebody was told already. */
    public static FrontDesk before(House house, int port) {
        return new FrontDesk(house, house.home.resolve("admin.key"), port);
    }

    /**
     * @param routes what is between {@code <camel>} and {@code </camel>}
     * @param answers the text of answers.properties
     */
    static FrontDesk of(String routes, String answers, Map<String, String> settings) {
        try {
            Path folder = Scratch.folder("desk");
            Path bank = Files.createDirectories(folder.resolve("routes/bank"));
            Files.writeString(
                    bank.resolve("bank.xml"),
                    "<camel xmlns=\"http://camel.apache.org/schema/xml-io\">"
                            + routes
                            + "</camel>");
            Files.writeString(bank.resolve("answers.properties"), answers);
            Map<String, String> all = new HashMap<>(settings);
            all.putIfAbsent("name", "bank");
            House house = House.of("bank", folder.resolve("routes"), all);
            return new FrontDesk(house.start(), folder.resolve("admin.key"), freePort());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A route of the bank. */
    static String route(String name, String steps) {
        return "<route id=\"bank."
                + name
                + "\"><from uri=\"direct:"
                + name
                + "\"/>"
                + steps
                + "</route>";
    }

    public URI front(String path) {
        return URI.create("http://127.0.0.1:" + frontPort + path);
    }

    public HttpResponse<String> get(String path) {
        return send(HttpRequest.newBuilder(front(path)));
    }

    public HttpResponse<String> post(String path, String form) {
        String kept = cookies.of(form);
        return send(form(path, form).header("Cookie", kept == null ? "none=1" : kept));
    }

    /** A form as another site's page posts it: from its origin, and without a cookie of ours. */
    HttpResponse<String> postFrom(String origin, String path, String form) {
        return send(form(path, form).header("Origin", origin).header("Cookie", "none=1"));
    }

    private HttpRequest.Builder form(String path, String form) {
        return HttpRequest.newBuilder(front(path))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(form));
    }

    /** Asks the admin listener, with the key. */
    public HttpResponse<String> admin(String method, String path, String body) {
        return send(asked(method, path, body));
    }

    /** Asks the admin listener for what a key may ask for once. */
    public HttpResponse<String> adminOnce(String once, String path, String body) {
        return send(asked("POST", path, body).header("Idempotency-Key", once));
    }

    /** The same without a key. */
    public HttpResponse<String> stranger(String path) {
        return send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + backPort + path)));
    }

    private HttpRequest.Builder asked(String method, String path, String body) {
        try {
            return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + backPort + path))
                    .header("Authorization", "Bearer " + Files.readString(key).strip())
                    .header("Content-Type", "application/json")
                    .method(method, HttpRequest.BodyPublishers.ofString(body));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            HttpRequest plain = request.build();
            String kept = cookies.of(plain.uri().toString());
            if (kept != null && plain.headers().firstValue("Cookie").isEmpty()) {
                request.header("Cookie", kept);
            }
            HttpResponse<String> answer =
                    http.send(request.build(), HttpResponse.BodyHandlers.ofString());
            cookies.left(answer);
            return answer;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What the browser that left on a trip kept of it, by a text that names it. */
    public String cookieOf(String text) {
        String kept = cookies.of(text);
        return kept == null ? "none=1" : kept;
    }

    /** How often callbacks were refused for a reason. */
    public double refused(String kind) {
        return metrics.counter("caravan.callback.refused", "provider", house.provider, "kind", kind)
                .count();
    }

    /** The access token of a connection, which the bank's routes make of what they are told. */
    String token(UUID connection) {
        return house.sealer.open(
                house.text(
                        "select access_sealed from caravan.token_set where connection_id = '"
                                + connection
                                + "'"));
    }

    String tasks(UUID connection) {
        return house.text(
                "select string_agg(kind, ' ' order by kind) from caravan.task where connection_id ="
                        + " '"
                        + connection
                        + "'");
    }

    public static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        disconnecting.close();
        front.close();
        back.close();
        house.close();
    }
}
