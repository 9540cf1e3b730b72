package dev.caravan.sandbox.pliance;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.sandbox.Json;
import dev.caravan.sandbox.pliance.Subject.Kind;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * All that one place knows: subjects, webhook, undelivered events, reports. Every change is
 * screened, gets its place in the event log and tells its webhook. Safe for use by many threads.
 */
final class Books {
    static final String NO_CHECKPOINT = "0".repeat(64);
    private static final int EVENTS_KEPT = 10_000;
    private final Place place;
    private final Screening screening;
    private final Courier courier;
    private final Clock clock;
    private final Supplier<PlianceSettings> settings;
    private final Map<Kind, Map<String, Subject>> subjects = new EnumMap<>(Kind.class);
    private final Map<Kind, Listing> listings = new EnumMap<>(Kind.class);
    private final Map<String, DeliveryFailure> failures = new LinkedHashMap<>();
    private final List<Activity> activities = new ArrayList<>();
    private final List<Event> events = new ArrayList<>();
    private final List<Delivery> deliveries = new ArrayList<>();
    private Webhook webhook = Webhook.NONE;
    private long position;

    /** What a change left, and its place in the log; zeros where nothing changed. */
    record Outcome(Subject subject, String checkpoint) {}

    Books(
            Place place,
            Screening screening,
            Courier courier,
            Clock clock,
            Supplier<PlianceSettings> settings) {
        this.place = place;
        this.screening = screening;
        this.courier = courier;
        this.clock = clock;
        this.settings = settings;
        for (Kind kind : Kind.values()) {
            subjects.put(kind, new LinkedHashMap<>());
            listings.put(kind, new Listing());
        }
    }

    Place place() {
        return place;
    }

    Screening screening() {
        return screening;
    }

    synchronized Optional<Subject> find(Kind kind, String ref) {
        return Optional.ofNullable(subjects.get(kind).get(ref));
    }

    Subject get(Kind kind, String ref) {
        String what = kind == Kind.PERSON ? "person" : "company";
        return find(kind, ref).orElseThrow(() -> Failure.missing(what, ref));
    }

    /** Those of a kind, the one that changed last first. */
    synchronized List<Subject> all(Kind kind) {
        return List.copyOf(listings.get(kind).all(subjects.get(kind).values()));
    }

    synchronized List<String> page(Kind kind, int number, int size) {
        boolean omit = settings.get().listOmitsArchived();
        List<String> refs =
                listings.get(kind).all(subjects.get(kind).values()).stream()
                        .filter(subject -> !omit || !subject.archived())
                        .map(Subject::ref)
                        .toList();
        return listings.get(kind).page(refs, number, size, settings.get().listMovesEvery());
    }

    /** A subject of the start: there without any event. */
    synchronized void plant(Subject subject) {
        Subject seen = screening.look(subject).changed(subject.changedAt(), nextCheckpoint());
        subjects.get(seen.kind()).put(seen.ref(), seen);
        listings.get(seen.kind()).forget();
        report(null, seen);
    }

    /** Registers the subject, or what the editor makes of the one that is there. */
    synchronized Outcome put(Kind kind, String ref, Actor actor, UnaryOperator<Subject> editor) {
        Subject before = subjects.get(kind).get(ref);
        Subject edited = editor.apply(before);
        Subject after = edited.archived() ? edited : screening.look(edited);
        if (after.looksLike(before)) {
            return new Outcome(before, NO_CHECKPOINT);
        }
        String checkpoint = nextCheckpoint();
        Subject stored = after.changed(clock.instant(), checkpoint);
        subjects.get(kind).put(ref, stored);
        listings.get(kind).forget();
        report(before, stored);
        for (Draft draft : Differences.between(before, stored)) {
            tell(event(draft.type().name(), ref, actor, draft.body()));
        }
        return new Outcome(stored, checkpoint);
    }

    /** As {@link #put}, for a subject that must be there. */
    synchronized Outcome change(Kind kind, String ref, Actor actor, UnaryOperator<Subject> editor) {
        get(kind, ref);
        return put(kind, ref, actor, editor);
    }

    synchronized String delete(Kind kind, String ref) {
        get(kind, ref);
        subjects.get(kind).remove(ref);
        listings.get(kind).forget();
        activities.removeIf(row -> row.kind() == kind && row.ref().equals(ref));
        return nextCheckpoint();
    }

    /** Looks at everybody again; the archived are left alone. */
    synchronized void rescreen() {
        for (Kind kind : Kind.values()) {
            for (Subject one : List.copyOf(subjects.get(kind).values())) {
                put(kind, one.ref(), Actor.MONITOR, subject -> subject);
            }
        }
    }

    synchronized Event event(String type, String ref, Actor actor, ObjectNode body) {
        Instant now = clock.instant();
        ObjectNode metadata = Json.object().put("subject", actor.sub()).put("ip", "api");
        metadata.put("givenName", actor.givenName()).put("timestampUtc", Times.text(now));
        return new Event(type, nextCheckpoint(), ref, now, metadata, body);
    }

    /** Logs the event and hands it to the courier if there is a webhook. */
    synchronized void tell(Event event) {
        if (events.size() == EVENTS_KEPT) {
            events.remove(0);
        }
        events.add(event);
        if (webhook.wanted()) {
            courier.send(new Courier.Parcel(webhook, event, this::delivered));
        }
    }

    private synchronized void delivered(Delivery delivery) {
        deliveries.add(delivery);
        if (!delivery.arrived()) {
            String id = Hash.digits(32, "failure", place, ++position);
            failures.put(
                    id,
                    new DeliveryFailure(id, delivery.event(), delivery.reason(), clock.instant()));
        }
    }

    private void report(Subject before, Subject after) {
        for (Hit hit : after.hits()) {
            if (before == null || before.hits().stream().noneMatch(hit::same)) {
                String details = hit.alias().name().text() + " " + hit.entity().lists();
                activities.add(
                        new Activity(
                                after.kind(),
                                after.ref(),
                                after.changedAt(),
                                details,
                                after.identity().identity(),
                                after.name().text()));
            }
        }
    }

    private String nextCheckpoint() {
        return Hash.hex("checkpoint", settings.get().seed(), place, ++position);
    }

    synchronized Webhook webhook() {
        return webhook;
    }

    synchronized String webhook(Webhook now) {
        webhook = now;
        return nextCheckpoint();
    }

    Delivery poke(Event event) {
        return courier.deliver(webhook(), event);
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

    synchronized List<Activity> activities() {
        return List.copyOf(activities);
    }

    synchronized List<Event> events() {
        return List.copyOf(events);
    }

    synchronized List<Delivery> deliveries() {
        return List.copyOf(deliveries);
    }
}
