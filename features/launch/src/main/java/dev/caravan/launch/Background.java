package dev.caravan.launch;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Has a connection read in the background, as schedules do: each call is accepted, its twin tells
 * by webhook that the result is there, and the result has to be fetched and stored. One run, one
 * thread.
 */
final class Background {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String KIND = "transactions";
    private static final long UNATTENDED = 4;

    private final String provider;
    private final Caravan caravan;
    private final Screen screen;

    Background(String provider, Caravan caravan, Screen screen) {
        this.provider = provider;
        this.caravan = caravan;
        this.screen = screen;
    }

    /**
     * @return what was told meanwhile
     * @throws Fault where a webhook does not come through or a result is not stored
     */
    Told run() throws Fault, IOException, InterruptedException {
        var connection = leastAsked();
        if (connection.isEmpty()) {
            screen.line(
                    provider + ": today's calls are used up, nothing is read in the background");
            return Told.of(provider, List.of());
        }
        var last = results(connection).stream().mapToLong(one -> Json.number(one, "id")).max();
        var events = caravan.events(provider).size();
        screen.live("webhooks: a connection of " + provider + " is read in the background");
        caravan.pull(connection, KIND);
        var patience = new Patience(PATIENCE);
        while (true) {
            var fresh = results(connection);
            fresh.removeIf(one -> Json.number(one, "id") <= last.orElse(0));
            var open = fresh.stream().filter(one -> !isStoredAndTold(one)).toList();
            if (!fresh.isEmpty() && open.isEmpty() && caravan.progress().running() == 0) {
                var all = caravan.events(provider);
                var told = Told.of(provider, all.subList(events, all.size()));
                if (told.worked() == told.told()) {
                    return told;
                }
            }
            patience.pause(
                    () ->
                            "what "
                                    + provider
                                    + " was asked for in the background did not all arrive: "
                                    + (fresh.isEmpty() ? "nothing was asked" : open.toString()));
        }
    }

    private static boolean isStoredAndTold(Map<String, Object> result) {
        return Json.string(result, "state").equals("stored")
                && !Json.string(result, "told").isEmpty();
    }

    private List<Map<String, Object>> results(String connection)
            throws Fault, IOException, InterruptedException {
        return new ArrayList<>(caravan.desk("results", connection, "--last", "500"));
    }

    /** The connection whose daily calls are used least; "" where none has one left. */
    private String leastAsked() throws Fault, IOException, InterruptedException {
        var used = new TreeMap<String, Long>();
        for (var connection :
                caravan.desk("connections", "--provider", provider, "--state", "active")) {
            used.put(Json.string(connection, "connection"), 0L);
        }
        for (var budget : caravan.desk("budget", "--provider", provider)) {
            if (Json.string(budget, "endpoint").endsWith("/" + KIND)) {
                used.computeIfPresent(
                        Json.string(budget, "connection"),
                        (id, most) -> Math.max(most, Json.number(budget, "used")));
            }
        }
        return used.entrySet().stream()
                .filter(each -> each.getValue() < UNATTENDED)
                .min(Comparator.comparing(Map.Entry::getValue))
                .map(Map.Entry::getKey)
                .orElse("");
    }
}
