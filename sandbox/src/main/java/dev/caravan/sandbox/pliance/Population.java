package dev.caravan.sandbox.pliance;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.sandbox.Json;
import dev.caravan.sandbox.pliance.Subject.Kind;
import dev.caravan.sandbox.pliance.Subject.Options;
import dev.caravan.sandbox.pliance.Words.Classification;
import dev.caravan.sandbox.pliance.Words.Flag;
import dev.caravan.sandbox.pliance.Words.Gender;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;

/**
 * The subjects that a place holds at the start, and those that make it grow. The same seed and
 * place give the same references and names. Immutable.
 */
record Population(PlianceSettings settings, List<Listed> listed, Instant now) {

    void fill(Books books) {
        fill(books, Kind.PERSON, settings.persons());
        fill(books, Kind.COMPANY, settings.companies());
        fill(books, Kind.COMPANY_V2, settings.companiesV2());
    }

    private void fill(Books books, Kind kind, int count) {
        int withHits = 0;
        for (int at = 0; at < count; at++) {
            Subject seen = books.screening().look(one(books.place(), kind, at));
            if (!seen.hits().isEmpty() && every(settings.classifiedEvery(), withHits++)) {
                seen = judged(seen, withHits);
            }
            books.plant(seen.archived(every(settings.archivedEvery(), at + 1)));
        }
    }

    /** The so-manyth subject of a place; each has its own reference for ever. */
    Subject one(Place place, Kind kind, int at) {
        Object[] seed = {settings.seed(), place, kind, at};
        Subject.Identity identity = Invented.identity(seed);
        boolean hit = every(settings.hitEvery(), at);
        Name name = hit ? listedName(kind, at) : ordinary(kind, seed);
        boolean person = kind == Kind.PERSON;
        Register register = person ? Register.NONE : Invented.register(name.last(), identity, true);
        if (kind == Kind.COMPANY_V2 && every(settings.hitEvery(), at + 2)) {
            Name tied = listedName(Kind.PERSON, at);
            String id = Hash.digits(32, "tied", (Object) seed[1], at);
            register =
                    register.with(
                            Link.person(
                                    id,
                                    tied.first(),
                                    tied.last(),
                                    Link.Description.board("BoardMember")));
        }
        return new Subject(
                kind,
                reference(seed),
                name,
                identity,
                person ? Invented.birth(seed) : BirthDate.UNKNOWN,
                person ? Gender.values()[Hash.below(3, seed)] : Gender.Unknown,
                person && at % 3 == 0 ? List.of(address(seed)) : List.of(),
                Options.PLAIN,
                false,
                register,
                List.of(),
                List.of(),
                now.minus(Duration.ofHours(1 + Hash.below(8_000, "age", seed[1], kind, at))),
                "");
    }

    private static Name ordinary(Kind kind, Object... seed) {
        return kind == Kind.PERSON ? Invented.person(seed) : Invented.company(seed);
    }

    /** A name of the list, now and then in other letters. */
    private Name listedName(Kind kind, int at) {
        List<Listed> fitting = new ArrayList<>(listed);
        fitting.removeIf(
                one ->
                        one.company() == (kind == Kind.PERSON)
                                || one.is(Flag.ADVERSE_MEDIA)
                                || one.id().startsWith("Known"));
        if (fitting.isEmpty()) {
            return ordinary(kind, settings.seed(), at);
        }
        Listed entry = fitting.get(at / Math.max(1, settings.hitEvery()) % fitting.size());
        Name name = entry.aliases().get(at % entry.aliases().size()).name();
        return at % 4 == 3
                ? new Name(
                        name.first().toUpperCase(Locale.ROOT), name.last().toUpperCase(Locale.ROOT))
                : name;
    }

    private static Subject judged(Subject seen, int turn) {
        List<Hit> hits = new ArrayList<>(seen.hits());
        hits.set(
                0,
                hits.get(0)
                        .classified(
                                turn % 2 == 0
                                        ? Classification.Match
                                        : Classification.FalsePositive));
        return seen.hits(hits);
    }

    private static JsonNode address(Object... seed) {
        return Json.object()
                .put("street1", "Invented street")
                .putNull("street2")
                .put("streetNo", "" + (1 + Hash.below(80, seed)))
                .put("city", "Norrvik")
                .put("postalCode", "00000")
                .put("country", "SE");
    }

    private static String reference(Object... seed) {
        return UUID.nameUUIDFromBytes(Hash.hex(seed).getBytes(StandardCharsets.US_ASCII))
                .toString();
    }

    private static boolean every(int nth, int at) {
        return nth > 0 && at % nth == 0;
    }
}
