package dev.caravan.sandbox.pliance;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Everything that is listed, found again by the sound of a name. Immutable: a change makes another
 * list.
 */
final class WatchList {
    private static final Set<String> EVERYWHERE = Set.of("EU", "OFAC", "UN", "MEDIA");

    /** A listed name, and the entry that bears it. */
    record Bearer(Listed entity, Listed.Alias alias) {}

    private final Map<String, Listed> byId;
    private final Map<String, List<Bearer>> bySound = new HashMap<>();

    private WatchList(Map<String, Listed> byId) {
        this.byId = byId;
        for (Listed entity : byId.values()) {
            for (Listed.Alias alias : entity.aliases()) {
                bySound.computeIfAbsent(handle(alias.name()), sound -> new ArrayList<>())
                        .add(new Bearer(entity, alias));
            }
        }
    }

    static WatchList of(Collection<Listed> entries) {
        Map<String, Listed> byId = new LinkedHashMap<>();
        entries.forEach(entry -> byId.put(entry.id(), entry));
        return new WatchList(byId);
    }

    WatchList with(Listed entry) {
        Map<String, Listed> more = new LinkedHashMap<>(byId);
        more.put(entry.id(), entry);
        return new WatchList(more);
    }

    WatchList without(String id) {
        Map<String, Listed> fewer = new LinkedHashMap<>(byId);
        fewer.remove(id);
        return new WatchList(fewer);
    }

    List<Listed> all() {
        return List.copyOf(byId.values());
    }

    Optional<Listed> byId(String id) {
        return Optional.ofNullable(byId.get(id));
    }

    /** Every listed name that may match: a superset of those that do, in a fixed order. */
    Set<Bearer> candidates(Name name) {
        Set<Bearer> found = new LinkedHashSet<>();
        List<Name.Word> words = new ArrayList<>(name.lastWords());
        words.addAll(name.firstWords());
        words.forEach(word -> found.addAll(bySound.getOrDefault(word.key(), List.of())));
        return found;
    }

    /** The lists that are looked through for a country: the global ones and its own. */
    List<String> lists(String country, Collection<String> pepCountries) {
        Set<String> wanted = new TreeSet<>(EVERYWHERE);
        pepCountries.forEach(nation -> wanted.add("PEP-" + nation.toUpperCase(Locale.ROOT)));
        if (!country.isEmpty()) {
            wanted.add("PEP-" + country);
        } else if (pepCountries.isEmpty()) {
            byId.values().forEach(entry -> wanted.addAll(entry.lists()));
        }
        return List.copyOf(wanted);
    }

    /** All words of a last name must match, so the first of them is enough to look by. */
    private static String handle(Name name) {
        List<Name.Word> last = name.lastWords();
        return (last.isEmpty() ? name.firstWords() : last).get(0).key();
    }
}
