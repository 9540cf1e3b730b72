package dev.caravan.sandbox.pliance;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.sandbox.Json;
import dev.caravan.sandbox.pliance.Subject.Kind;
import dev.caravan.sandbox.pliance.Words.Flag;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Which events a change of a subject is worth. The bodies name the subject, the link and the match;
 * they are assumed, as in the contract. Used once, by one thread.
 */
final class Differences {
    private final Subject before;
    private final Subject after;
    private final List<Draft> drafts = new ArrayList<>();

    private Differences(Subject before, Subject after) {
        this.before = before;
        this.after = after;
    }

    /**
     * @param before null where the subject is new
     */
    static List<Draft> between(Subject before, Subject after) {
        Differences all = new Differences(before, after);
        all.matches();
        if (after.kind() != Kind.PERSON) {
            all.links();
        }
        if (before != null && after.kind() != Kind.PERSON) {
            all.register();
        }
        return all.drafts;
    }

    private void matches() {
        List<Hit> old = before == null ? List.of() : before.hits();
        List<Hit> now = after.hits();
        switch (after.kind()) {
            case PERSON -> {
                entities(old, now, hit -> hit.shows(Flag.SANCTION), "PersonSanctionMatch", "");
                aliases(old, now, "PersonScreening", "");
            }
            case COMPANY -> {
                entities(old, now, hit -> hit.shows(Flag.SANCTION), "CompanySanctionMatch", "");
                aliases(old, now, "CompanyScreening", "");
            }
            case COMPANY_V2 -> {
                entities(old, now, hit -> true, "CompanyScreeningMatch", "");
                aliases(old, now, "CompanyScreening", "");
            }
        }
    }

    private void links() {
        if (after.kind() == Kind.COMPANY) {
            return;
        }
        Set<String> ids = new TreeSet<>();
        after.register().links().forEach(link -> ids.add(link.id()));
        if (before != null) {
            before.register().links().forEach(link -> ids.add(link.id()));
        }
        for (String id : ids) {
            Link old = before == null ? null : before.register().link(id).orElse(null);
            link(id, old, after.register().link(id).orElse(null));
        }
    }

    private void link(String id, Link old, Link now) {
        if (old == null && before != null) {
            draft(EventType.CompanyLinkAdded, id);
        } else if (now == null) {
            draft(EventType.CompanyLinkRemoved, id);
        } else if (old != null) {
            changed(id, old, now);
        }
        List<Hit> was = old == null ? List.of() : old.matches();
        List<Hit> is = now == null ? List.of() : now.matches();
        entities(was, is, hit -> true, "CompanyLinkScreeningMatch", id);
        aliases(was, is, "CompanyLinkScreening", id);
    }

    private void changed(String id, Link old, Link now) {
        boolean renamed = !old.name().equals(now.name());
        if (renamed
                || !old.birth().equals(now.birth())
                || !old.identityNumber().equals(now.identityNumber())) {
            draft(EventType.CompanyLinkUpdated, id);
        }
        if (!old.descriptions().equals(now.descriptions())) {
            draft(EventType.CompanyLinkDescriptionUpdated, id);
        }
        if (renamed && !now.matches().isEmpty() && !old.matches().isEmpty()) {
            draft(EventType.CompanyLinkScreeningMatchedNameChanged, id);
        }
    }

    private void register() {
        differs(Subject::name, EventType.CompanyNameChanged);
        differs(of(Register::description), EventType.CompanyDescriptionChanged);
        differs(of(Register::signatory), EventType.CompanySignatoryChanged);
        differs(
                of(at -> at.street() + '\n' + at.zipcode() + '\n' + at.city()),
                EventType.CompanyAddressChanged);
        differs(of(Register::sni), EventType.CompanySniClassificationChanged);
        differs(of(Register::employees), EventType.CompanyEmployeesChanged);
        differs(of(Register::status), EventType.CompanyOperationalStatusChanged);
    }

    private static Function<Subject, Object> of(Function<Register, Object> part) {
        return subject -> part.apply(subject.register());
    }

    private void differs(Function<Subject, ?> part, EventType type) {
        if (!Objects.equals(part.apply(before), part.apply(after))) {
            draft(type, "");
        }
    }

    private void entities(
            List<Hit> old, List<Hit> now, Predicate<Hit> fits, String type, String link) {
        Set<String> was = ids(old, fits);
        Set<String> is = ids(now, fits);
        for (String match : is) {
            if (!was.contains(match)) {
                draft(EventType.valueOf(type + "ed"), link).put("matchId", match);
            }
        }
        for (String match : was) {
            if (!is.contains(match)) {
                draft(EventType.valueOf(type + "Removed"), link).put("matchId", match);
            }
        }
    }

    private static Set<String> ids(List<Hit> hits, Predicate<Hit> fits) {
        Set<String> ids = new TreeSet<>();
        hits.stream().filter(fits).forEach(hit -> ids.add(hit.matchId()));
        return ids;
    }

    private void aliases(List<Hit> old, List<Hit> now, String type, String link) {
        names(EventType.valueOf(type + "MatchesAdded"), link, now, old);
        names(EventType.valueOf(type + "MatchesRemoved"), link, old, now);
    }

    private void names(EventType type, String link, List<Hit> here, List<Hit> notThere) {
        List<Hit> only =
                here.stream().filter(hit -> notThere.stream().noneMatch(hit::same)).toList();
        if (!only.isEmpty()) {
            ObjectNode body = draft(type, link);
            only.forEach(
                    hit ->
                            body.withArray("matches")
                                    .addObject()
                                    .put("matchId", hit.matchId())
                                    .put("aliasId", hit.aliasId()));
        }
    }

    private ObjectNode draft(EventType type, String link) {
        ObjectNode body = Json.object().put(after.kind().referenceField(), after.ref());
        if (!link.isEmpty()) {
            body.put("linkId", link);
        }
        drafts.add(new Draft(type, body));
        return body;
    }
}
