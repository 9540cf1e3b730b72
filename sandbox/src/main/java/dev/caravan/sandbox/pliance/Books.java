package dev.caravan.sandbox.pliance;

import dev.caravan.sandbox.pliance.Subject.Kind;
import java.time.Clock;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * The subjects of one place and its reports. Every change is screened, and gets its place in the
 * event log. Safe for use by many threads.
 */
final class Books {
    static final String NO_CHECKPOINT = "0".repeat(64);
    private final Place place;
    private final Screening screening;
    private final EventLog log;
    private final Clock clock;
    private final Supplier<PlianceSettings> settings;
    private final Map<Kind, Map<String, Subject>> subjects = new EnumMap<>(Kind.class);
    private final Map<Kind, Listing> listings = new EnumMap<>(Kind.class);
    private final List<Activity> activities = new ArrayList<>();

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
        this.log = new EventLog(place, courier, clock, settings);
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

    EventLog log() {
        return log;
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

    /** A subject of the start, screened already: there without any event. */
    synchronized void plant(Subject subject) {
        Subject seen = subject.changed(subject.changedAt(), log.nextCheckpoint());
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
        String checkpoint = log.nextCheckpoint();
        Subject stored = after.changed(clock.instant(), checkpoint);
        subjects.get(kind).put(ref, stored);
        listings.get(kind).forget();
        report(before, stored);
        for (Draft draft : Differences.between(before, stored)) {
            log.tell(log.event(draft.type().name(), ref, actor, draft.body()));
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
        return log.nextCheckpoint();
    }

    /** Looks at everybody again; the archived are left alone. */
    synchronized void rescreen() {
        for (Kind kind : Kind.values()) {
            for (Subject one : List.copyOf(subjects.get(kind).values())) {
                put(kind, one.ref(), Actor.MONITOR, subject -> subject);
            }
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

    synchronized List<Activity> activities() {
        return List.copyOf(activities);
    }
}
