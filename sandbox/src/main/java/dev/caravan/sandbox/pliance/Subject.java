package dev.caravan.sandbox.pliance;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.sandbox.pliance.Words.Classification;
import dev.caravan.sandbox.pliance.Words.Flag;
import dev.caravan.sandbox.pliance.Words.Fuzziness;
import dev.caravan.sandbox.pliance.Words.Gender;
import dev.caravan.sandbox.pliance.Words.Order;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * A person or a company that a customer has registered, with what the screening found. Immutable.
 *
 * @param addresses of a person, as the customer sent them
 * @param checkedLists the watch lists that were looked through
 * @param checkpoint 64 hexadecimal digits; those of the last change
 */
public record Subject(
        Kind kind,
        String ref,
        Name name,
        Identity identity,
        BirthDate birth,
        Gender gender,
        List<JsonNode> addresses,
        Options options,
        boolean archived,
        Register register,
        List<Hit> hits,
        List<String> checkedLists,
        Instant changedAt,
        String checkpoint) {

    /**
     * Where a subject is registered: one reference may stand in all three, unknown to each other.
     */
    public enum Kind {
        PERSON,
        COMPANY,
        COMPANY_V2;

        String referenceField() {
            return this == PERSON ? "personReferenceId" : "companyReferenceId";
        }
    }

    /** Number and two letters of the country; either may be empty. */
    public record Identity(String identity, String country) {
        public Identity {
            country = country.toUpperCase(Locale.ROOT);
        }
    }

    /** How to search, as the customer asked. */
    public record Options(
            Fuzziness fuzziness,
            Order order,
            List<String> pepCountries,
            boolean adverseMedia,
            boolean omitOwners,
            boolean validate) {
        public static final Options PLAIN =
                new Options(Fuzziness.Metaphone, Order.Any, List.of(), false, false, false);
    }

    /** Countries under a call for action of the FATF. */
    private static final Set<String> HIGH_RISK = Set.of("IR", "KP", "MM");

    public Subject {
        addresses = List.copyOf(addresses);
        hits = List.copyOf(hits);
        checkedLists = List.copyOf(checkedLists);
    }

    static boolean highRisk(String country) {
        return HIGH_RISK.contains(country.toUpperCase(Locale.ROOT));
    }

    public boolean highRiskCountry() {
        return highRisk(identity.country());
    }

    /** Whether a hit that was not judged false carries the flag. */
    public boolean is(Flag flag) {
        return hits.stream()
                .anyMatch(
                        hit ->
                                hit.shows(flag)
                                        && hit.classification() != Classification.FalsePositive);
    }

    public boolean unclassified() {
        return hits.stream().anyMatch(hit -> hit.classification() == Classification.Unknown);
    }

    Subject found(List<Hit> now, List<String> lists, List<Link> links) {
        return new Subject(
                kind,
                ref,
                name,
                identity,
                birth,
                gender,
                addresses,
                options,
                archived,
                register.links(links),
                now,
                lists,
                changedAt,
                checkpoint);
    }

    Subject hits(List<Hit> now) {
        return found(now, checkedLists, register.links());
    }

    Subject register(Register now) {
        return register(name, now);
    }

    Subject register(Name newName, Register now) {
        return new Subject(
                kind,
                ref,
                newName,
                identity,
                birth,
                gender,
                addresses,
                options,
                archived,
                now,
                hits,
                checkedLists,
                changedAt,
                checkpoint);
    }

    Subject archived(boolean now) {
        return new Subject(
                kind,
                ref,
                name,
                identity,
                birth,
                gender,
                addresses,
                options,
                now,
                register,
                hits,
                checkedLists,
                changedAt,
                checkpoint);
    }

    Subject changed(Instant when, String at) {
        return new Subject(
                kind,
                ref,
                name,
                identity,
                birth,
                gender,
                addresses,
                options,
                archived,
                register,
                hits,
                checkedLists,
                when,
                at);
    }

    /** Whether nothing that a caller can see differs, but for the mark of the change itself. */
    boolean looksLike(Subject other) {
        return other != null && changed(Instant.EPOCH, "").equals(other.changed(Instant.EPOCH, ""));
    }
}
