package dev.caravan.sandbox.pliance;

import dev.caravan.sandbox.pliance.Subject.Kind;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/**
 * What is true in some places, by canonical kind, to compare a store with. Each question walks the
 * books as they are at that moment. Safe for use by many threads.
 */
public final class PlianceTruth {
    private final List<Books> books;

    PlianceTruth(Collection<Books> books) {
        this.books = List.copyOf(books);
    }

    /** Every subject, archived ones included, deleted ones not. */
    public List<Subject> subjects() {
        List<Subject> all = new ArrayList<>();
        for (Books one : books) {
            for (Kind kind : Kind.values()) {
                all.addAll(one.all(kind));
            }
        }
        return all;
    }

    public List<Subject> subjects(Kind kind) {
        return subjects().stream().filter(one -> one.kind() == kind).toList();
    }

    /** The references of all subjects. */
    public List<String> subjectIds() {
        return subjects().stream().map(Subject::ref).toList();
    }

    /** {@code reference/link or nothing/match/alias} of each match that View shows. */
    public List<String> matchIds() {
        List<String> ids = new ArrayList<>();
        for (Subject one : subjects()) {
            one.hits().forEach(hit -> ids.add(id(one, "", hit)));
            for (Link link : one.register().links()) {
                if (one.kind() == Kind.COMPANY_V2 || beneficiary(one, link)) {
                    link.matches().forEach(hit -> ids.add(id(one, link.id(), hit)));
                }
            }
        }
        return ids;
    }

    /** {@code reference/identity/country} of each subject that has a number. */
    public List<String> identifierIds() {
        return subjects().stream()
                .filter(one -> !one.identity().identity().isEmpty())
                .map(
                        one ->
                                String.join(
                                        "/",
                                        one.ref(),
                                        one.identity().identity(),
                                        one.identity().country()))
                .toList();
    }

    /** {@code reference/link/type} of each tie: of V2 links all, of V1 one for a beneficiary. */
    public List<String> relationIds() {
        List<String> ids = new ArrayList<>();
        for (Subject one : subjects()) {
            for (Link link : one.register().links()) {
                if (one.kind() == Kind.COMPANY_V2) {
                    link.descriptions().forEach(tie -> ids.add(tie(one, link, tie.type().name())));
                } else if (beneficiary(one, link)) {
                    ids.add(tie(one, link, "Beneficiary"));
                }
            }
        }
        return ids;
    }

    /** {@code match/list id} of each entry that somebody matches. */
    public List<String> entryIds() {
        TreeSet<String> ids = new TreeSet<>();
        for (Subject one : subjects()) {
            one.hits().forEach(hit -> ids.add(hit.matchId() + "/" + hit.entity().id()));
            if (one.kind() == Kind.COMPANY_V2) {
                one.register().links().stream()
                        .flatMap(link -> link.matches().stream())
                        .forEach(hit -> ids.add(hit.matchId() + "/" + hit.entity().id()));
            }
        }
        return List.copyOf(ids);
    }

    public List<DeliveryFailure> failures() {
        return books.stream().flatMap(one -> one.log().failures().stream()).toList();
    }

    public List<Activity> activities() {
        return books.stream().flatMap(one -> one.activities().stream()).toList();
    }

    /** One for each canonical kind that this provider fills. */
    public List<KindTruth> kinds() {
        return List.of(
                KindTruth.of("party", subjectIds()),
                KindTruth.of("party_identifier", identifierIds()),
                KindTruth.counted("party_relation", relationIds().size()),
                KindTruth.of("screening_subject", subjectIds()),
                KindTruth.of("screening_match", matchIds()),
                KindTruth.of("watchlist_entry", entryIds()),
                // a report row has no id: it is what it says (contract section 5), so equal ones
                // are one
                KindTruth.counted("report_activity", activities().stream().distinct().count()),
                KindTruth.of(
                        "webhook_failure", failures().stream().map(DeliveryFailure::id).toList()));
    }

    public KindTruth kind(String name) {
        return kinds().stream()
                .filter(one -> one.kind().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no kind " + name));
    }

    /** Whether V1 shows the link as a beneficiary. */
    private static boolean beneficiary(Subject one, Link link) {
        return one.kind() == Kind.COMPANY && !link.company() && !one.options().omitOwners();
    }

    private static String id(Subject one, String link, Hit hit) {
        return String.join("/", one.ref(), link, hit.matchId(), hit.aliasId());
    }

    private static String tie(Subject one, Link link, String type) {
        return String.join("/", one.ref(), link.id(), type);
    }
}
