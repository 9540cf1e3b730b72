package dev.caravan.sandbox.pliance;

import dev.caravan.sandbox.pliance.Words.LinkType;
import java.math.BigDecimal;
import java.util.List;

/**
 * Who is tied to a company: owner, board member, beneficial owner. Immutable.
 *
 * @param identityNumber of the person or of the company
 */
public record Link(
        String id,
        boolean company,
        Name name,
        BirthDate birth,
        String identityNumber,
        String country,
        List<Description> descriptions,
        List<Hit> matches) {

    /** The tie itself; a stake is in percent, null where there is none. */
    public record Description(
            LinkType type, List<String> roles, BigDecimal stakeMin, BigDecimal stakeMax) {
        public static Description board(String role) {
            return new Description(LinkType.BoardMember, List.of(role), null, null);
        }

        public static Description owner(String min, String max) {
            return new Description(
                    LinkType.Owner, List.of("Owner"), new BigDecimal(min), new BigDecimal(max));
        }
    }

    public Link {
        descriptions = List.copyOf(descriptions);
        matches = List.copyOf(matches);
    }

    public static Link person(String id, String first, String last, Description... ties) {
        return new Link(
                id,
                false,
                new Name(first, last),
                BirthDate.UNKNOWN,
                "",
                "SE",
                List.of(ties),
                List.of());
    }

    public static Link company(String id, String name, Description... ties) {
        return new Link(
                id,
                true,
                Name.company(name),
                BirthDate.UNKNOWN,
                "",
                "SE",
                List.of(ties),
                List.of());
    }

    public Link renamed(Name now) {
        return new Link(id, company, now, birth, identityNumber, country, descriptions, matches);
    }

    public Link tied(Description... ties) {
        return new Link(id, company, name, birth, identityNumber, country, List.of(ties), matches);
    }

    public Link born(BirthDate when, String number) {
        return new Link(id, company, name, when, number, country, descriptions, matches);
    }

    Link with(List<Hit> now) {
        return new Link(id, company, name, birth, identityNumber, country, descriptions, now);
    }
}
