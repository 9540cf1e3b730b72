package dev.caravan.sandbox.pliance;

import dev.caravan.sandbox.pliance.Words.Flag;
import dev.caravan.sandbox.pliance.Words.LinkType;
import dev.caravan.sandbox.pliance.Words.OperationalStatus;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes up people, companies and the watch list. The same words in give the same people out, and
 * listed people have family names of their own. Stateless.
 */
final class Invented {
    private static final String[] FIRST = {
        "Alma", "Bertil", "Cecilia", "Dag", "Elin", "Folke", "Greta", "Håkan", "Ingrid", "Jonas",
        "Karin", "Lars", "Märta", "Nils", "Orla", "Petra", "Rasmus", "Siv", "Tove", "Ulf"
    };
    private static final String[] LAST = {
        "Ahlbäck", "Brunnsjö", "Corneliussen", "Dalgren", "Ekvall", "Fridhem", "Gullmar",
                "Hedqvist",
        "Idestam", "Jernfelt", "Kvarnby", "Lundkvist", "Myrstedt", "Norrvik", "O'Mallorn", "Palmrud"
    };
    private static final String[] LISTED_FIRST = {
        "Zoran", "Ivette", "Anatol", "Mirela", "Casimir", "Odette", "Yevgen", "Salome"
    };
    private static final String[] LISTED_LAST = {
        "Vrabnik",
        "Ostrogar",
        "Tzimarian",
        "Quellaz",
        "Borzhedin",
        "Xanthory",
        "Ulvarescu",
        "Mbrezzo",
        "al-Rishtani",
        "Szygnarowski",
        "Gruzhenko"
    };
    private static final String[] TRADE = {
        "Timber", "Shipping", "Textiles", "Foods", "Metals", "Optics", "Travel", "Paper"
    };
    private static final String[] COUNTRIES = {"SE", "NO", "DK", "FI", "GB", "DE", "KP", ""};
    private static final String[] BOARD = {"Chairman", "Ceo", "BoardMember", "DeputyCeo"};

    private Invented() {}

    static Name person(Object... words) {
        return new Name(pick(FIRST, "first", words), pick(LAST, "last", words));
    }

    static Name company(Object... words) {
        String place = pick(LAST, "firm", words);
        return Name.company(
                place
                        + " "
                        + pick(TRADE, "trade", words)
                        + " "
                        + Hash.below(90, "no", seed(words))
                        + " AB");
    }

    static BirthDate birth(Object... words) {
        String seed = seed(words);
        int year = 1940 + Hash.below(60, "year", seed);
        int month = 1 + Hash.below(12, "month", seed);
        int day = 1 + Hash.below(28, "day", seed);
        return switch (Hash.below(6, "known", seed)) {
            case 0 -> BirthDate.UNKNOWN;
            case 1 -> new BirthDate(year, 0, 0);
            case 2 -> new BirthDate(year, month, 0);
            default -> new BirthDate(year, month, day);
        };
    }

    /** Begins with zeros, so that it is nobody's; may be empty, as may the country. */
    static Subject.Identity identity(Object... words) {
        String seed = seed(words);
        String country = COUNTRIES[Hash.below(COUNTRIES.length, "country", seed)];
        boolean none = Hash.below(8, "none", seed) == 0;
        return new Subject.Identity(
                none ? "" : String.format("0000%06d", Hash.below(1_000_000, "number", seed)),
                country);
    }

    /** The watch list of a seed, with the two names that the contract knows as positive. */
    static List<Listed> watchList(long seed, int persons, int companies) {
        List<Listed> all = new ArrayList<>();
        all.add(
                Listed.person("Known-1", "Osama", "bin Laden", Flag.SANCTION)
                        .alias("Usama", "bin Ladin")
                        .on("UN", "OFAC"));
        all.add(Listed.company("Known-2", "Korea Daesong Bank", Flag.SANCTION).on("UN", "OFAC"));
        for (int at = 0; at < persons; at++) {
            all.add(listedPerson(seed, at));
        }
        for (int at = 0; at < companies; at++) {
            Name name = listedName(seed, "firm", at);
            Listed firm =
                    Listed.company(
                            "Firm-" + at,
                            name.last() + " " + pick(TRADE, "listed", seed, at) + " Holding",
                            at % 3 == 2 ? Flag.SIE : Flag.SANCTION);
            all.add(at % 4 == 1 ? firm.alias("", name.last() + " Trading House") : firm);
        }
        return all;
    }

    private static Listed listedPerson(long seed, int at) {
        Name name = listedName(seed, "person", at);
        Listed person = Listed.person(name.last() + "-" + at, name.first(), name.last(), flags(at));
        if (at % 2 == 0) {
            person = person.alias(pick(LISTED_FIRST, "other", seed, at) + " Maria", name.last());
        }
        String country = COUNTRIES[at % 6];
        return person.is(Flag.PEP) || person.is(Flag.RCA)
                ? person.on("PEP-" + country, "EU").from(country, birth(seed, "listed", at))
                : person.on(person.is(Flag.ADVERSE_MEDIA) ? "MEDIA" : "EU")
                        .from(country, birth(seed, "listed", at));
    }

    private static Flag[] flags(int at) {
        return switch (at % 7) {
            case 0, 3 -> new Flag[] {Flag.SANCTION};
            case 1, 4 -> new Flag[] {Flag.PEP};
            case 2 -> new Flag[] {Flag.RCA};
            case 5 -> new Flag[] {Flag.PEP, Flag.SIP};
            default -> new Flag[] {Flag.ADVERSE_MEDIA};
        };
    }

    private static Name listedName(long seed, String what, int at) {
        return new Name(
                pick(LISTED_FIRST, what, seed, at, "first"),
                pick(LISTED_LAST, what, seed, at, "last"));
    }

    /** What the register says of a company of this name. */
    static Register register(String name, Subject.Identity identity, boolean withOwners) {
        String seed = seed(name, identity);
        List<Link> links = new ArrayList<>();
        for (int at = 0; at < Hash.below(4, "links", seed); at++) {
            links.add(link(seed, at, withOwners));
        }
        int trade = Hash.below(TRADE.length, "sni", seed);
        return new Register(
                "Deals in " + TRADE[trade].toLowerCase(java.util.Locale.ROOT),
                Hash.below(5, "form", seed) == 0 ? "GeneralPartnership" : "LimitedCompany",
                Hash.below(12, "status", seed) == 0
                        ? OperationalStatus.UnderLiquidation
                        : OperationalStatus.Active,
                1 + Hash.below(400, "employees", seed),
                "Two members of the board jointly",
                new Register.Sni("" + (10_000 + trade * 1_111), TRADE[trade]),
                pick(LAST, "street", seed) + " road " + (1 + Hash.below(90, "house", seed)),
                String.format("%05d", Hash.below(100_000, "zip", seed)),
                pick(LAST, "city", seed),
                LocalDate.of(1990, 1, 1).plusDays(Hash.below(11_000, "since", seed)),
                links);
    }

    private static Link link(String seed, int at, boolean withOwners) {
        String id = Hash.digits(32, "link", seed, at);
        String role = BOARD[at % BOARD.length];
        if (at == 2 && withOwners) {
            String min = Integer.toString(5 * (1 + Hash.below(9, "stake", seed)));
            return Link.company(id, company(seed, at).last(), Link.Description.owner(min, "50.5"));
        }
        Link.Description tie = Link.Description.board(role);
        Name name = person(seed, at);
        Link.Description beneficial =
                new Link.Description(
                        LinkType.UltimateBeneficialOwner,
                        List.of(),
                        new BigDecimal("25.01"),
                        new BigDecimal("50"));
        Link person =
                withOwners && at == 0
                        ? Link.person(id, name.first(), name.last(), tie, beneficial)
                        : Link.person(id, name.first(), name.last(), tie);
        return person.born(birth(seed, at), identity(seed, at).identity());
    }

    private static String pick(String[] from, String what, Object... words) {
        return from[Hash.below(from.length, what, seed(words))];
    }

    private static String seed(Object... words) {
        return java.util.Arrays.deepToString(words);
    }
}
