package dev.caravan.launch;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Has a provider tell by webhook what changes: its webhooks are looked at, then its twin suspects
 * somebody and clears him again, and each change has to arrive in the store by itself. Nothing is
 * pulled for it. One run, one thread.
 */
final class Rehearsal {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Whether the store holds what the twin holds now; what does not agree, else "". */
    interface Comparison {
        String difference() throws Fault, IOException, InterruptedException;
    }

    private final String provider;
    private final Caravan caravan;
    private final Twin twin;
    private final Screen screen;

    Rehearsal(String provider, Caravan caravan, Twin twin, Screen screen) {
        this.provider = provider;
        this.caravan = caravan;
        this.twin = twin;
        this.screen = screen;
    }

    /**
     * @return what was told meanwhile
     * @throws Fault where a webhook does not come through or a change does not arrive
     */
    Told run(Comparison comparison) throws Fault, IOException, InterruptedException {
        var before = ids(events());
        tryOut();
        arrive(before, 0, twin.suspect(), "somebody is suspected", comparison);
        var told = Told.of(provider, since(before));
        arrive(before, told.worked(), twin.clear(), "the suspicion is cleared", comparison);
        return Told.of(provider, since(before));
    }

    /** A twin that was started again knows of no webhook: our routes register it anew. */
    private void tryOut() throws Fault, IOException, InterruptedException {
        var webhooks = caravan.webhooks(provider);
        if (webhooks.isEmpty()) {
            throw new Fault("no connection of " + provider + " has a webhook");
        }
        for (var webhook : webhooks) {
            var connection = Json.string(webhook, "connection_id");
            var before = Json.string(webhook, "checked_at");
            caravan.pull(connection, "webhook");
            var now = webhook;
            for (var patience = new Patience(PATIENCE);
                    Json.string(now, "checked_at").equals(before);
                    now = webhook(connection)) {
                patience.pause(() -> "the webhook of " + provider + " was not looked at");
            }
            if (!Boolean.TRUE.equals(now.get("ok"))) {
                throw new Fault(
                        "the webhook of "
                                + provider
                                + " does not come through: "
                                + Json.string(now, "message"));
            }
        }
    }

    private Map<String, Object> webhook(String connection)
            throws Fault, IOException, InterruptedException {
        return caravan.webhooks(provider).stream()
                .filter(one -> Json.string(one, "connection_id").equals(connection))
                .findFirst()
                .orElseThrow(() -> new Fault("there is no webhook of connection " + connection));
    }

    private void arrive(
            TreeSet<Long> before, int worked, int told, String what, Comparison comparison)
            throws Fault, IOException, InterruptedException {
        if (told == 0) {
            throw new Fault("the twin of " + provider + " told nothing although " + what);
        }
        screen.live("webhooks: " + what + " at the twin of " + provider);
        var patience = new Patience(PATIENCE);
        while (Told.of(provider, since(before)).worked() < worked + told) {
            patience.pause(
                    () ->
                            told
                                    + " events of "
                                    + provider
                                    + " did not all arrive by webhook when "
                                    + what
                                    + ": "
                                    + Told.of(provider, since(before)));
        }
        var difference = comparison.difference();
        if (!difference.isEmpty()) {
            throw new Fault("when " + what + " the store did not follow: " + difference);
        }
    }

    private List<Map<String, Object>> since(TreeSet<Long> before)
            throws Fault, IOException, InterruptedException {
        var fresh = new ArrayList<>(events());
        fresh.removeIf(event -> before.contains(Json.number(event, "event_id")));
        return fresh;
    }

    private List<Map<String, Object>> events() throws Fault, IOException, InterruptedException {
        return caravan.events(provider);
    }

    private static TreeSet<Long> ids(List<Map<String, Object>> events) {
        var ids = new TreeSet<Long>();
        events.forEach(event -> ids.add(Json.number(event, "event_id")));
        return ids;
    }
}
