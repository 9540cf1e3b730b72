package dev.caravan.sandbox.pliance;

import dev.caravan.sandbox.pliance.Words.Flag;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * An entry of a watch list: an invented person or company, its names and why it is listed. The
 * match id is the entry's, so two subjects may carry one match id. Immutable.
 *
 * @param id the list's own id, {@code referenceId} of a hit and {@code listId} of the entry
 * @param lists the lists it stands on; a national list counts only for subjects of that country
 * @param revision raised by every change of the entry, shown as the day of its source
 */
public record Listed(
        String id,
        boolean company,
        List<Alias> aliases,
        Set<Flag> flags,
        List<String> lists,
        String country,
        BirthDate birth,
        int revision) {

    /** A name under which the entry is known. */
    public record Alias(String id, Name name) {}

    public Listed {
        aliases = List.copyOf(aliases);
        flags = Set.copyOf(flags);
        lists = List.copyOf(lists);
        if (aliases.isEmpty() || aliases.stream().anyMatch(alias -> alias.name().isBlank())) {
            throw new IllegalArgumentException("name: expected one of letters, found none");
        }
    }

    public static Listed person(String id, String first, String last, Flag... flags) {
        return of(id, false, new Name(first, last), flags);
    }

    public static Listed company(String id, String name, Flag... flags) {
        return of(id, true, Name.company(name), flags);
    }

    private static Listed of(String id, boolean company, Name name, Flag... flags) {
        return new Listed(
                id,
                company,
                List.of(new Alias(Hash.hex("alias", id, 0), name)),
                Set.of(flags),
                List.of("EU"),
                "",
                BirthDate.UNKNOWN,
                0);
    }

    /** The same entry under one name more. */
    public Listed alias(String first, String last) {
        List<Alias> more = new ArrayList<>(aliases);
        more.add(new Alias(Hash.hex("alias", id, aliases.size()), new Name(first, last)));
        return new Listed(id, company, more, flags, lists, country, birth, revision);
    }

    /** The same entry with its main name changed and every id kept. */
    public Listed renamed(String first, String last) {
        List<Alias> other = new ArrayList<>(aliases);
        other.set(0, new Alias(aliases.get(0).id(), new Name(first, last)));
        return new Listed(id, company, other, flags, lists, country, birth, revision + 1);
    }

    public Listed flags(Flag... now) {
        return new Listed(id, company, aliases, Set.of(now), lists, country, birth, revision + 1);
    }

    public Listed on(String... now) {
        return new Listed(id, company, aliases, flags, List.of(now), country, birth, revision);
    }

    public Listed from(String nation, BirthDate born) {
        return new Listed(id, company, aliases, flags, lists, nation, born, revision);
    }

    /** 32 hexadecimal digits. */
    public String matchId() {
        return Hash.digits(32, "match", id);
    }

    public boolean is(Flag flag) {
        return flags.contains(flag);
    }
}
