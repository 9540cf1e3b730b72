package dev.caravan.sandbox.pliance;

import dev.caravan.sandbox.pliance.Subject.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * News of the watch list that can be taken back: somebody behind a company bears a listed name from
 * now on, and nobody else does. It makes events and no report rows, so that afterwards everything
 * is as it was. Not thread-safe: its controls use it one at a time.
 */
final class Suspicion {
    private final PlianceTwin twin;
    private Listed before;

    Suspicion(PlianceTwin twin) {
        this.twin = twin;
    }

    /**
     * What became of it.
     *
     * @param reference of the company, empty where nothing changed
     * @param events how many were logged
     */
    record Outcome(String reference, int events) {}

    private record Choice(Listed entity, String company) {}

    /** Lists a name; one that was listed before goes first. */
    Outcome raise(Tenant tenant) {
        clear(tenant);
        List<Subject> all = tenant.truth().subjects();
        Choice choice =
                all.stream()
                        .flatMap(one -> one.hits().stream())
                        .map(Hit::entity)
                        .filter(entity -> !entity.company() && entity.lists().contains("EU"))
                        .findFirst()
                        .flatMap(entity -> behindACompany(entity, all))
                        .orElseThrow(() -> new IllegalArgumentException("nobody to be listed"));
        before = entry(choice.entity().id());
        return new Outcome(choice.company(), told(tenant, choice.entity()));
    }

    /** Takes it back. */
    Outcome clear(Tenant tenant) {
        if (before == null) {
            return new Outcome("", 0);
        }
        Listed original = before;
        before = null;
        return new Outcome("", told(tenant, original));
    }

    private int told(Tenant tenant, Listed entity) {
        int events = tenant.events().size();
        twin.list(entity);
        return tenant.events().size() - events;
    }

    private Listed entry(String id) {
        return twin.watchList().stream()
                .filter(one -> one.id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    private Optional<Choice> behindACompany(Listed entity, List<Subject> all) {
        for (Subject company : all) {
            boolean looked = company.kind() == Kind.COMPANY_V2 && !company.archived();
            for (Link link : looked ? company.register().links() : List.<Link>of()) {
                if (!link.company() && link.matches().isEmpty()) {
                    Listed named = entity.alias(link.name().first(), link.name().last());
                    if (nobodyElse(named, all)) {
                        return Optional.of(new Choice(named, company.ref()));
                    }
                }
            }
        }
        return Optional.empty();
    }

    /** Whether a look at a list with this entry finds nothing new of any subject itself. */
    private boolean nobodyElse(Listed entity, List<Subject> all) {
        List<Listed> list = new ArrayList<>(twin.watchList());
        list.replaceAll(one -> one.id().equals(entity.id()) ? entity : one);
        Screening look = new Screening(WatchList.of(list));
        return all.stream()
                .filter(one -> !one.archived())
                .allMatch(one -> look.look(one).hits().size() == one.hits().size());
    }
}
