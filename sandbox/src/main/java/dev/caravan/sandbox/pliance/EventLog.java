package dev.caravan.sandbox.pliance;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.sandbox.Json;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The event log of one place, its webhook, and what the webhook did not take. Keeps the last 10,000
 * events and deliveries, and every failure until the customer deletes it. Safe for use by many
 * threads.
 */
final class EventLog {
    private static final int KEPT = 10_000;
    private final Place place;
    private final Courier courier;
    private final Clock clock;
    private final Supplier<PlianceSettings> settings;
    private final Map<String, DeliveryFailure> failures = new LinkedHashMap<>();
    private final List<Event> events = new ArrayList<>();
    private final List<Delivery> deliveries = new ArrayList<>();
    private Webhook webhook = Webhook.NONE;
    private long position;

    EventLog(Place place, Courier courier, Clock clock, Supplier<PlianceSettings> settings) {
        this.place = place;
        this.courier = courier;
        this.clock = clock;
        this.settings = settings;
    }

    /** The next place in the log; 64 hexadecimal digits that show no order. */
    synchronized String nextCheckpoint() {
        return Hash.hex("checkpoint", settings.get().seed(), place, ++position);
    }

    Event event(String type, String ref, Actor actor, ObjectNode body) {
        Instant now = clock.instant();
        ObjectNode metadata = Json.object().put("subject", actor.sub()).put("ip", "api");
        metadata.put("givenName", actor.givenName()).put("timestampUtc", Times.text(now));
        return new Event(type, nextCheckpoint(), ref, now, metadata, body);
    }

    /** Logs the event and hands it to the courier if there is a webhook. */
    synchronized void tell(Event event) {
        add(events, event);
        if (webhook.wanted()) {
            courier.send(webhook, event, this::delivered);
        }
    }

    private synchronized void delivered(Delivery delivery) {
        add(deliveries, delivery);
        if (!delivery.arrived()) {
            String id = Hash.digits(32, "failure", place, ++position);
            failures.put(
                    id,
                    new DeliveryFailure(id, delivery.event(), delivery.reason(), clock.instant()));
        }
    }

    private static <T> void add(List<T> rows, T row) {
        if (rows.size() == KEPT) {
            rows.remove(0);
        }
        rows.add(row);
    }

    Delivery poke(Event event) {
        return courier.deliver(webhook(), event);
    }

    synchronized Webhook webhook() {
        return webhook;
    }

    synchronized String webhook(Webhook now) {
        webhook = now;
        return nextCheckpoint();
    }

    synchronized List<DeliveryFailure> failures() {
        return List.copyOf(failures.values());
    }

    synchronized String forgetFailure(String id) {
        if (failures.remove(id) == null) {
            throw Failure.missing("delivery failure", id);
        }
        return nextCheckpoint();
    }

    synchronized List<Event> events() {
        return List.copyOf(events);
    }

    synchronized List<Delivery> deliveries() {
        return List.copyOf(deliveries);
    }
}
