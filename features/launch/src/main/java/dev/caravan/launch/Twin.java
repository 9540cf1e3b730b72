package dev.caravan.launch;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * The control surface of one provider's twin. Every method raises {@link IOException} when nobody
 * answers and {@link Fault} when the answer is a refusal. Safe for several threads.
 */
final class Twin {

    private final String provider;
    private final Installation installation;
    private final Http http;
    private final int port;

    Twin(String provider, Installation installation, Http http) throws IOException {
        this.provider = provider;
        this.installation = installation;
        this.http = http;
        // the first twin's settings came before there were others
        var own = "caravan.sandbox." + provider;
        var pid = installation.has(own) ? own : "caravan.sandbox";
        this.port = installation.port(pid, provider + ".port", 0);
    }

    int port() {
        return port;
    }

    /**
     * What it holds, as far as those who connected let anybody see it.
     *
     * @param digests whether it has the memory to sort the identities of all rows
     */
    Map<String, Holding> truth(boolean digests) throws Fault, IOException, InterruptedException {
        var path = "/twin/truth?by=kind&digest=" + digests;
        var answer = http.get(installation.loopback(port, path));
        if (answer.statusCode() != 200) {
            throw Caravan.refused("GET /twin/truth of " + provider, answer);
        }
        return Holding.ofTwin(answer.body());
    }

    /**
     * From now on somebody is on a list that matters to somebody else.
     *
     * @return how many events it tells of that
     */
    int suspect() throws Fault, IOException, InterruptedException {
        return told("suspect");
    }

    /** Takes that back; the same answer. */
    int clear() throws Fault, IOException, InterruptedException {
        return told("clear");
    }

    private int told(String control) throws Fault, IOException, InterruptedException {
        var path = "/twin/" + control;
        var answer = http.post(installation.loopback(port, path), "application/json", "{}");
        if (answer.statusCode() != 200) {
            throw Caravan.refused("POST " + path + " of " + provider, answer);
        }
        return (int) Json.number(Json.object(answer.body()), "events");
    }

    /** The ids of the active installations of an app, which the provider gives to its owner. */
    List<String> installations() throws Fault, IOException, InterruptedException {
        var answer =
                http.post(
                        installation.loopback(port, "/twin/installations"),
                        "application/json",
                        "{}");
        if (answer.statusCode() != 200) {
            throw Caravan.refused("POST /twin/installations of " + provider, answer);
        }
        return Json.objects(Json.object(answer.body()), "installations").stream()
                .filter(one -> Json.string(one, "state").equals("ACTIVE"))
                .map(one -> Json.string(one, "id"))
                .toList();
    }
}
