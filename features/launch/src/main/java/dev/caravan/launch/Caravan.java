package dev.caravan.launch;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;

/**
 * The admin interface of a running Caravan, and the twin's own count beside it. Every method raises
 * {@link IOException} when nobody answers and {@link Fault} when the answer is a refusal. Safe for
 * several threads.
 */
final class Caravan {

    private final Installation installation;
    private final Http http;
    private final int adminPort;
    private final int twinPort;

    Caravan(Installation installation, Http http, int adminPort, int twinPort) {
        this.installation = installation;
        this.http = http;
        this.adminPort = adminPort;
        this.twinPort = twinPort;
    }

    /** "" when Caravan is ready, else why it is not. */
    String unready() throws InterruptedException {
        try {
            var answer = http.get(installation.loopback(adminPort, "/health/ready"));
            if (answer.statusCode() == 200) {
                return "";
            }
            var causes = Json.list(Json.object(answer.body()), "causes");
            return causes.isEmpty()
                    ? "it answers " + answer.statusCode() + " on /health/ready"
                    : String.join("; ", causes.stream().map(String::valueOf).toList());
        } catch (IOException | IllegalArgumentException e) {
            return "nobody answers on 127.0.0.1:" + adminPort + " yet";
        }
    }

    /** Starts a connection of {@code user} and returns the link that the user has to open. */
    URI connect(String provider, String user) throws Fault, IOException, InterruptedException {
        var answer =
                http.post(
                        installation.loopback(adminPort, "/connections"),
                        "application/json",
                        "{\"provider\":"
                                + Json.quote(provider)
                                + ",\"user\":"
                                + Json.quote(user)
                                + "}",
                        "Authorization",
                        "Bearer " + installation.adminKey());
        if (answer.statusCode() != 201) {
            throw refused("POST /connections for " + user, answer);
        }
        return URI.create(Json.string(Json.object(answer.body()), "link"));
    }

    Progress progress() throws Fault, IOException, InterruptedException {
        var answer =
                http.get(
                        installation.loopback(adminPort, "/progress"),
                        "Authorization",
                        "Bearer " + installation.adminKey());
        if (answer.statusCode() != 200) {
            throw refused("GET /progress", answer);
        }
        return Progress.of(answer.body());
    }

    /** What the twin itself holds, as it says it. */
    String truth() throws Fault, IOException, InterruptedException {
        var answer = http.get(installation.loopback(twinPort, "/twin/truth?digest=false"));
        if (answer.statusCode() != 200) {
            throw refused("GET /twin/truth", answer);
        }
        return answer.body();
    }

    private static Fault refused(String what, HttpResponse<String> answer) {
        var body = answer.body();
        return new Fault(
                what
                        + " was answered "
                        + answer.statusCode()
                        + ": "
                        + (body.length() > 300 ? body.substring(0, 300) : body));
    }
}
