package dev.caravan.launch;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The admin interface of a running Caravan. Every method raises {@link IOException} when nobody
 * answers and {@link Fault} when the answer is a refusal. Safe for several threads.
 */
final class Caravan {

    private final Installation installation;
    private final Http http;
    private final int port;

    Caravan(Installation installation, Http http) throws IOException {
        this.installation = installation;
        this.http = http;
        this.port = installation.port("caravan.http", "admin.port", 8481);
    }

    /** "" when Caravan is ready and runs all of these providers, else why it is not. */
    String unready(Set<String> providers) throws InterruptedException {
        try {
            var answer = http.get(installation.loopback(port, "/health/ready"));
            var health = Json.object(answer.body());
            if (answer.statusCode() == 200) {
                var missing = new TreeSet<>(providers);
                missing.removeAll(Json.list(health, "providers"));
                return missing.isEmpty() ? "" : String.join(", ", missing) + " not there yet";
            }
            var causes = Json.list(health, "causes");
            return causes.isEmpty()
                    ? "it answers " + answer.statusCode() + " on /health/ready"
                    : String.join("; ", causes.stream().map(Caravan::cause).toList());
        } catch (IOException | IllegalArgumentException e) {
            return "nobody answers on 127.0.0.1:" + port + " yet";
        }
    }

    private static String cause(Object cause) {
        return cause instanceof Map<?, ?> told
                ? told.get("part") + ": " + told.get("what")
                : String.valueOf(cause);
    }

    /**
     * Starts a connection of {@code user}.
     *
     * @return the link that the user has to open; none where nobody has to consent
     */
    Optional<URI> connect(
            String provider, String user, Map<String, String> settings, Map<String, String> secrets)
            throws Fault, IOException, InterruptedException {
        var asked =
                "{\"provider\":"
                        + Json.quote(provider)
                        + ",\"user\":"
                        + Json.quote(user)
                        + (settings.isEmpty() ? "" : ",\"settings\":" + Json.object(settings))
                        + (secrets.isEmpty() ? "" : ",\"secrets\":" + Json.object(secrets))
                        + "}";
        var answer =
                http.post(
                        installation.loopback(port, "/connections"),
                        "application/json",
                        asked,
                        "Authorization",
                        "Bearer " + installation.adminKey());
        if (answer.statusCode() != 201) {
            throw refused("POST /connections for " + user + " at " + provider, answer);
        }
        var link = Json.string(Json.object(answer.body()), "link");
        return link.isEmpty() ? Optional.empty() : Optional.of(URI.create(link));
    }

    /** Has a connection pulled now, whatever its schedule says. */
    void pull(String connection) throws Fault, IOException, InterruptedException {
        pull(connection, "");
    }

    /** The same for one kind of its work alone. */
    void pull(String connection, String kind) throws Fault, IOException, InterruptedException {
        var path =
                "/connections/" + connection + "/pull" + (kind.isEmpty() ? "" : "?kinds=" + kind);
        var answer =
                http.post(
                        installation.loopback(port, path),
                        "application/json",
                        "{}",
                        "Authorization",
                        "Bearer " + installation.adminKey());
        if (answer.statusCode() != 202) {
            throw refused("POST " + path, answer);
        }
    }

    /** The webhooks of a provider's connections. */
    List<Map<String, Object>> webhooks(String provider)
            throws Fault, IOException, InterruptedException {
        return Json.objects(ask("/webhooks?provider=" + provider));
    }

    /** The events of a provider, the oldest first. */
    List<Map<String, Object>> events(String provider)
            throws Fault, IOException, InterruptedException {
        return Json.objects(ask("/inbox?most=1000&provider=" + provider));
    }

    /** What a command of the desk says, a row each. */
    List<Map<String, Object>> desk(String... words)
            throws Fault, IOException, InterruptedException {
        var asked = new StringBuilder("{\"words\":[");
        for (var word : words) {
            asked.append(Json.quote(word)).append(',');
        }
        var answer =
                http.post(
                        installation.loopback(port, "/desk"),
                        "application/json",
                        asked + "\"--json\"]}",
                        "Authorization",
                        "Bearer " + installation.adminKey());
        if (answer.statusCode() != 200) {
            throw refused("POST /desk " + words[0], answer);
        }
        return Json.objects(Json.object(answer.body()), "rows");
    }

    Progress progress() throws Fault, IOException, InterruptedException {
        return Progress.of(ask("/progress"));
    }

    /** What the store holds, counted; not a question for every second. */
    String records() throws Fault, IOException, InterruptedException {
        return ask("/records");
    }

    private String ask(String path) throws Fault, IOException, InterruptedException {
        var answer =
                http.get(
                        installation.loopback(port, path),
                        "Authorization",
                        "Bearer " + installation.adminKey());
        if (answer.statusCode() != 200) {
            throw refused("GET " + path, answer);
        }
        return answer.body();
    }

    static Fault refused(String what, HttpResponse<String> answer) {
        var body = answer.body();
        return new Fault(
                what
                        + " was answered "
                        + answer.statusCode()
                        + ": "
                        + (body.length() > 300 ? body.substring(0, 300) : body));
    }
}
