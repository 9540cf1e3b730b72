package dev.caravan.sandbox.trac;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * All installations and organizations there are. Built once from seed and first day; its
 * organizations then live on their own. Safe for use by many threads.
 */
final class World {
    private final TracSettings settings;
    private final Clock clock;
    private final LocalDate firstDay;
    private final Map<String, Installation> installations = new LinkedHashMap<>();
    private final Map<String, Organization> organizations =
            Collections.synchronizedMap(new LinkedHashMap<>());

    World(TracSettings settings, Clock clock, LocalDate firstDay, Runnable changed) {
        this.settings = settings;
        this.clock = clock;
        this.firstDay = firstDay;
        for (int n = 0; n <= settings.installations(); n++) {
            boolean ours = n < settings.installations();
            String title = Names.place(n) + " Trust";
            Installation one = new Installation(id("inst" + n), title, since(), ours, changed);
            installations.put(one.id(), one);
            if (ours) {
                plant(one, n);
            }
        }
    }

    private void plant(Installation owner, int number) {
        String parent = null;
        List<String> parents = new ArrayList<>();
        // a lone school hangs under the trust itself, and a hub without schools would look like one
        int levels = settings.schools() == 1 ? Math.min(2, settings.depth()) : settings.depth();
        for (int level = 1; level < levels; level++) {
            String name = level == 1 ? owner.title() : owner.title() + " hub " + level;
            parent = group(owner, parent, name, number + "/" + level);
            parents.add(parent);
        }
        for (int school = 0; school < settings.schools(); school++) {
            // the first school is a child of the trust itself, the others of the lowest hub
            String above =
                    parents.isEmpty() ? null : parents.get(school == 0 ? 0 : parents.size() - 1);
            school(owner, above, number * settings.schools() + school);
        }
    }

    private String group(Installation owner, String parent, String name, String key) {
        RowMaker maker = maker("group" + key, 0);
        Organization group = new Organization(id("group" + key), parent, name, since(), maker);
        group.addMember("staff");
        group.addMember("system");
        maker.bringHistory(group, settings.transactions() / 10, 0);
        return put(owner, group);
    }

    private void school(Installation owner, String parent, int number) {
        RowMaker maker = maker("school" + number, settings.arrivalsPerDay());
        String name = Names.place(number) + " School";
        Organization school = new Organization(id("school" + number), parent, name, since(), maker);
        for (int n = 0; n < settings.members(); n++) {
            school.addMember(PeopleMaker.type(n));
        }
        maker.bringHistory(school, settings.transactions(), settings.unsettled());
        put(owner, school);
    }

    private String put(Installation owner, Organization one) {
        organizations.put(one.id(), one);
        owner.restore(owner.state(), List.of(one.id()), List.of());
        return one.id();
    }

    private RowMaker maker(String key, int arrivalsPerDay) {
        Instant midnight = firstDay.atStartOfDay(ZoneOffset.UTC).toInstant();
        long hash = Mix.of(settings.seed(), "rows" + key);
        return new RowMaker(settings, clock, midnight, hash, arrivalsPerDay);
    }

    private String id(String key) {
        return Ulid.of(since().toEpochMilli(), Mix.of(settings.seed(), key));
    }

    private Instant since() {
        return firstDay.atStartOfDay(ZoneOffset.UTC).toInstant().minus(Duration.ofDays(500));
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
}
