package dev.caravan.sandbox.pliance;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.sandbox.Json;
import dev.caravan.sandbox.pliance.Subject.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * One customer's tenant as a test drives it, past the HTTP front. What it changes is screened and
 * told by webhook as if Pliance itself had changed it. Safe for use by many threads.
 */
public final class Tenant {
    private final Books books;
    private final Population population;

    Tenant(Books books, Population population) {
        this.books = books;
        this.population = population;
    }

    public Place place() {
        return books.place();
    }

    /** The one that changed last comes first. */
    public List<Subject> subjects(Kind kind) {
        return books.all(kind);
    }

    public List<Subject> persons() {
        return subjects(Kind.PERSON);
    }

    public Optional<Subject> find(Kind kind, String ref) {
        return books.find(kind, ref);
    }

    public Subject person(String ref) {
        return books.get(Kind.PERSON, ref);
    }

    /** V1 and V2 alike have subjects of their own. */
    public Subject company(Kind kind, String ref) {
        return books.get(kind, ref);
    }

    public PlianceTruth truth() {
        return new PlianceTruth(List.of(books));
    }

    /** Registers so many more subjects and answers their references. */
    public List<String> grow(Kind kind, int count) {
        List<String> refs = new ArrayList<>();
        for (int at = 0; refs.size() < count; at++) {
            Subject next = population.one(books.place(), kind, at);
            if (books.find(kind, next.ref()).isEmpty()) {
                books.put(kind, next.ref(), Actor.MONITOR, old -> next);
                refs.add(next.ref());
            }
        }
        return refs;
    }

    public void delete(Kind kind, String ref) {
        books.delete(kind, ref);
    }

    public Subject archive(Kind kind, String ref, boolean archived) {
        return change(kind, ref, one -> one.archived(archived));
    }

    /** The register says something else of the company from now on; for V2 that makes events. */
    public Subject register(Kind kind, String ref, UnaryOperator<Register> change) {
        return change(kind, ref, one -> one.register(change.apply(one.register())));
    }

    public Subject rename(Kind kind, String ref, Name name) {
        return change(kind, ref, one -> one.register(name, one.register()));
    }

    private Subject change(Kind kind, String ref, UnaryOperator<Subject> change) {
        return books.change(kind, ref, Actor.MONITOR, change).subject();
    }

    public Webhook webhook() {
        return books.log().webhook();
    }

    /** As SaveWebhook does. */
    public void webhook(String url, String secret) {
        books.log().webhook(new Webhook(url, secret, true));
    }

    /** Sends an event of any type, known or not, with the reference as its body. */
    public Event send(String type, String ref) {
        return send(type, ref, Json.object().put(EventType.referenceField(type), ref));
    }

    public Event send(EventType type, String ref) {
        return send(type.name(), ref);
    }

    public Event send(String type, String ref, ObjectNode body) {
        Event event = books.log().event(type, ref, Actor.MONITOR, body);
        books.log().tell(event);
        return event;
    }

    /** Sends the very same bytes once more. */
    public void resend(Event event) {
        books.log().tell(event);
    }

    /** Every event there was, whether or not a webhook wanted it; at most the last 10,000. */
    public List<Event> events() {
        return books.log().events();
    }

    public List<Event> events(EventType type) {
        return events().stream().filter(event -> event.type().equals(type.name())).toList();
    }

    public List<Delivery> deliveries() {
        return books.log().deliveries();
    }

    public List<DeliveryFailure> failures() {
        return books.log().failures();
    }
}
