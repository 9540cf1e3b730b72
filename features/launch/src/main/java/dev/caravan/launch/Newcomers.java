package dev.caravan.launch;

import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Map;

/**
 * Those who connect, each provider's in its own way: people go through a consent in a browser,
 * installations and customers are entered by an operator. One run, one thread.
 */
final class Newcomers {

    /** The logins that a twin knows, each with a number behind it. */
    private record Login(String user, String password) {}

    private static final Map<String, Login> LOGINS =
            Map.of(
                    "truelayer", new Login("john", "doe"),
                    "pockit", new Login("user", "word"),
                    "leatherback", new Login("customer", "pass"));

    private final Caravan caravan;
    private final Installation installation;
    private final Map<String, Twin> twins;

    Newcomers(Caravan caravan, Installation installation, Map<String, Twin> twins) {
        this.caravan = caravan;
        this.installation = installation;
        this.twins = twins;
    }

    /**
     * Makes the connection with a number, from 1, at a provider.
     *
     * @return what was done, as a line for the screen
     */
    String connect(String provider, int number) throws Fault, IOException, InterruptedException {
        return switch (provider) {
            case "trac" -> installation(provider, number);
            case "pliance" -> customer(provider, number);
            default -> person(provider, number);
        };
    }

    private String person(String provider, int number)
            throws Fault, IOException, InterruptedException {
        var login = LOGINS.get(provider);
        var name = "demo-" + number;
        var link =
                caravan.connect(provider, name, Map.of(), Map.of())
                        .orElseThrow(() -> new Fault(provider + " gave " + name + " no link"));
        var way =
                new Browser(new Http())
                        .consent(link, login.user() + number, login.password() + number);
        return provider + " " + name + " consented: " + steps(way);
    }

    private String installation(String provider, int number)
            throws Fault, IOException, InterruptedException {
        var known = twins.get(provider).installations();
        if (number > known.size()) {
            throw new Fault(provider + " has " + known.size() + " installations, not " + number);
        }
        var id = known.get(number - 1);
        entered(provider, number, Map.of("installation", id), Map.of());
        return provider + " demo-" + number + " entered: installation " + id;
    }

    private String customer(String provider, int number)
            throws Fault, IOException, InterruptedException {
        var url = installation.loopback(twins.get(provider).port(), "").toString();
        entered(
                provider,
                number,
                Map.of(
                        "url", url,
                        "company", "caravan",
                        "multitenant", "on",
                        "tenant", "demo-" + number,
                        "user", "Caravan demo"),
                Map.of("secret", installation.secret(provider + ".secret")));
        return provider + " demo-" + number + " entered: a tenant of customer caravan at " + url;
    }

    private void entered(
            String provider, int number, Map<String, String> settings, Map<String, String> secrets)
            throws Fault, IOException, InterruptedException {
        if (caravan.connect(provider, "demo-" + number, settings, secrets).isPresent()) {
            throw new Fault(provider + " wants a consent, where an operator's entry was expected");
        }
    }

    private static String steps(List<URI> way) {
        var steps = new StringBuilder();
        for (var step : way) {
            steps.append(steps.isEmpty() ? "" : " -> ")
                    .append(step.getPort())
                    // links and intents are secrets of their person
                    .append(step.getPath().replaceAll("/[A-Za-z0-9_-]{20,}", "/..."));
        }
        return steps.toString();
    }
}
