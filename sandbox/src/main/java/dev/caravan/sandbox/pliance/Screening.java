package dev.caravan.sandbox.pliance;

import dev.caravan.sandbox.pliance.Words.Classification;
import dev.caravan.sandbox.pliance.Words.Flag;
import dev.caravan.sandbox.pliance.Words.Fuzziness;
import dev.caravan.sandbox.pliance.Words.Order;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Compares names with the watch list. A judgement of the customer outlives a new look as long as
 * the match itself does. Safe for use by many threads.
 */
final class Screening {
    private static final int HUNDRED = 100;
    private static final int BY_SOUND = 85;
    private final AtomicReference<WatchList> list;

    Screening(WatchList initial) {
        this.list = new AtomicReference<>(initial);
    }

    WatchList list() {
        return list.get();
    }

    void list(Listed entry) {
        list.updateAndGet(now -> now.with(entry));
    }

    void delist(String id) {
        list.updateAndGet(now -> now.without(id));
    }

    /** The subject as a look at the list of this moment leaves it. */
    Subject look(Subject subject) {
        WatchList now = list.get();
        Subject.Options options = subject.options();
        List<String> lists = now.lists(subject.identity().country(), options.pepCountries());
        boolean company = subject.kind() != Subject.Kind.PERSON;
        List<Hit> hits =
                hits(now, subject.name(), subject.birth(), company, lists, options, subject.hits());
        List<Link> links = new ArrayList<>();
        for (Link link : subject.register().links()) {
            List<String> its = now.lists(link.country(), options.pepCountries());
            links.add(
                    link.with(
                            hits(
                                    now,
                                    link.name(),
                                    link.birth(),
                                    link.company(),
                                    its,
                                    options,
                                    link.matches())));
        }
        return subject.found(hits, lists, links);
    }

    private static List<Hit> hits(
            WatchList now,
            Name name,
            BirthDate birth,
            boolean company,
            List<String> lists,
            Subject.Options options,
            List<Hit> before) {
        List<Hit> hits = new ArrayList<>();
        for (WatchList.Bearer bearer : now.candidates(name)) {
            Listed entity = bearer.entity();
            boolean looked =
                    entity.company() == company
                            && !Collections.disjoint(entity.lists(), lists)
                            && (options.adverseMedia()
                                    || !entity.flags().equals(Set.of(Flag.ADVERSE_MEDIA)));
            if (looked) {
                compare(bearer, name, birth, options)
                        .map(hit -> kept(hit, before))
                        .ifPresent(hits::add);
            }
        }
        hits.sort(
                Comparator.comparing(Hit::matchId)
                        .thenComparing(Hit::score, Comparator.reverseOrder())
                        .thenComparing(Hit::aliasId));
        return hits;
    }

    private static Hit kept(Hit hit, List<Hit> before) {
        return before.stream()
                .filter(hit::same)
                .findFirst()
                .map(old -> hit.classified(old.classification()))
                .orElse(hit);
    }

    private static Optional<Hit> compare(
            WatchList.Bearer bearer, Name name, BirthDate birth, Subject.Options options) {
        Name listed = bearer.alias().name();
        boolean any = options.order() == Order.Any;
        List<Name.Word> everywhere = new ArrayList<>(name.firstWords());
        everywhere.addAll(name.lastWords());
        List<Name.Word> firstPool = any ? everywhere : name.firstWords();
        List<Name.Word> lastPool = any ? everywhere : name.lastWords();
        boolean sound = options.fuzziness() == Fuzziness.Metaphone;
        List<Integer> first = points(listed.firstWords(), firstPool, sound);
        List<Integer> last = points(listed.lastWords(), lastPool, sound);
        boolean matches =
                !last.contains(0)
                        && (first.isEmpty() || Collections.max(first) > 0)
                        && (options.order() != Order.Exact || exact(listed, name, sound));
        if (!matches) {
            return Optional.empty();
        }
        Listed entity = bearer.entity();
        return Optional.of(
                new Hit(
                        entity,
                        bearer.alias(),
                        parts(listed.firstWords(), first),
                        parts(listed.lastWords(), last),
                        score(first, last, birth, entity.birth()),
                        options.adverseMedia(),
                        Classification.Unknown));
    }

    /** For each listed word 100 if a word is the same, 85 if one sounds the same, else 0. */
    private static List<Integer> points(
            List<Name.Word> listed, List<Name.Word> pool, boolean sound) {
        List<Integer> points = new ArrayList<>();
        for (Name.Word word : listed) {
            boolean same = pool.stream().anyMatch(one -> one.folded().equals(word.folded()));
            boolean alike = sound && pool.stream().anyMatch(one -> one.key().equals(word.key()));
            points.add(same ? HUNDRED : alike ? BY_SOUND : 0);
        }
        return points;
    }

    private static boolean exact(Name listed, Name name, boolean sound) {
        return row(listed.firstWords(), sound).equals(row(name.firstWords(), sound))
                && row(listed.lastWords(), sound).equals(row(name.lastWords(), sound));
    }

    private static List<String> row(List<Name.Word> words, boolean sound) {
        return words.stream().map(sound ? Name.Word::key : Name.Word::folded).toList();
    }

    private static List<Hit.Part> parts(List<Name.Word> words, List<Integer> points) {
        List<Hit.Part> parts = new ArrayList<>();
        for (int at = 0; at < words.size(); at++) {
            parts.add(new Hit.Part(words.get(at).text(), points.get(at) > 0));
        }
        return parts;
    }

    /** The mean of the words; a tenth less where the years of birth are known and differ. */
    private static BigDecimal score(
            List<Integer> first, List<Integer> last, BirthDate asked, BirthDate listed) {
        int sum = 0;
        for (int points : first) {
            sum += points;
        }
        for (int points : last) {
            sum += points;
        }
        boolean other =
                asked.year() > 0 && listed.year() > 0 && Math.abs(asked.year() - listed.year()) > 1;
        return BigDecimal.valueOf(other ? sum * 9L : sum * 10L)
                .divide(
                        BigDecimal.valueOf(1000L * (first.size() + last.size())),
                        4,
                        RoundingMode.HALF_UP);
    }
}
