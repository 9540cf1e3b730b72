package dev.caravan.sandbox.trac;

import java.time.Clock;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * All installations and organizations there are. Built once from seed and first day; its
 * organizations then live on their own. Safe for use by many threads.
 */
final class World {
    private final LocalDate firstDay;
    private final Map<String, Installation> installations = new LinkedHashMap<>();
    private final Map<String, Organization> organizations =
            Collections.synchronizedMap(new LinkedHashMap<>());

    World(TracSettings settings, Clock clock, LocalDate firstDay, Runnable changed) {
        this.firstDay = firstDay;
        Planter planter = new Planter(settings, clock, firstDay);
        for (int number = 0; number <= settings.installations(); number++) {
            boolean ours = number < settings.installations();
            Installation one = planter.installation(number, ours, changed);
            installations.put(one.id(), one);
            if (ours) {
                for (Organization organization : planter.tree(one, number)) {
                    organizations.put(organization.id(), organization);
                    one.restore(one.state(), List.of(organization.id()), List.of());
                }
            }
        }
    }

    LocalDate firstDay() {
        return firstDay;
    }

    Collection<Installation> installations() {
        return installations.values();
    }

    Optional<Installation> installation(String id) {
        return Optional.ofNullable(installations.get(id));
    }

    Optional<Organization> organization(String id) {
        return Optional.ofNullable(organizations.get(id));
    }

    /** Whose the row is, also when that member is no longer listed. */
    Member member(Transaction row) {
        return organization(row.organizationId())
                .map(home -> home.known(row.memberId()))
                .orElse(null);
    }

    void delete(String organizationId) {
        organizations.remove(organizationId);
        installations.values().forEach(one -> one.drop(organizationId));
    }

    /**
     * Of all organizations those that are nobody's parent, in the order in which they were made.
     */
    List<Organization> leaves() {
        List<Organization> all;
        synchronized (organizations) {
            all = List.copyOf(organizations.values());
        }
        return all.stream()
                .filter(one -> all.stream().noneMatch(other -> one.id().equals(other.parentId())))
                .toList();
    }

    /** The organizations of an installation, children often before their parents. */
    List<Organization> of(Installation installation) {
        List<Organization> all = new ArrayList<>();
        installation.granted().forEach(id -> organization(id).ifPresent(all::add));
        all.sort((a, b) -> b.id().compareTo(a.id()));
        return all;
    }

    /** The organization and all below it that the installation covers; a circle is walked once. */
    List<Organization> below(Organization top, Installation installation) {
        List<Organization> covered = of(installation);
        Set<Organization> found = new LinkedHashSet<>(List.of(top));
        boolean more = true;
        while (more) {
            Set<String> ids = new LinkedHashSet<>();
            found.forEach(one -> ids.add(one.id()));
            more =
                    found.addAll(
                            covered.stream().filter(one -> ids.contains(one.parentId())).toList());
        }
        return List.copyOf(found);
    }

    /** The lists that a scan of an organization goes over: its own, then those below if deep. */
    <T> Map<String, Slots<T>> lists(
            Organization asked,
            Installation caller,
            boolean deep,
            Function<Organization, Slots<T>> list) {
        Map<String, Slots<T>> lists = new LinkedHashMap<>();
        List<Organization> all = deep ? below(asked, caller) : List.of(asked);
        all.forEach(one -> lists.put(one.id(), list.apply(one)));
        return lists;
    }
}
