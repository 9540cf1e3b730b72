package dev.caravan.sandbox.pliance;

import dev.caravan.sandbox.pliance.Words.OperationalStatus;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the company register says of a company; nothing of it comes from the customer. Immutable.
 *
 * @param legalForm as the contract's legal forms are called, for instance LimitedCompany
 * @param sni code of the branch of trade, and its words
 */
public record Register(
        String description,
        String legalForm,
        OperationalStatus status,
        int employees,
        String signatory,
        Sni sni,
        String street,
        String zipcode,
        String city,
        LocalDate registered,
        List<Link> links) {
    /** The branch of trade. */
    public record Sni(String code, String words) {}

    /** Of a person: nothing. */
    static final Register NONE =
            new Register(
                    "",
                    "",
                    OperationalStatus.Active,
                    0,
                    "",
                    new Sni("", ""),
                    "",
                    "",
                    "",
                    LocalDate.EPOCH,
                    List.of());

    public Register {
        links = List.copyOf(links);
    }

    public Optional<Link> link(String id) {
        return links.stream().filter(link -> link.id().equals(id)).findFirst();
    }

    public Register description(String now) {
        return new Register(
                now,
                legalForm,
                status,
                employees,
                signatory,
                sni,
                street,
                zipcode,
                city,
                registered,
                links);
    }

    public Register status(OperationalStatus now) {
        return new Register(
                description,
                legalForm,
                now,
                employees,
                signatory,
                sni,
                street,
                zipcode,
                city,
                registered,
                links);
    }

    public Register employees(int now) {
        return new Register(
                description,
                legalForm,
                status,
                now,
                signatory,
                sni,
                street,
                zipcode,
                city,
                registered,
                links);
    }

    public Register signatory(String now) {
        return new Register(
                description,
                legalForm,
                status,
                employees,
                now,
                sni,
                street,
                zipcode,
                city,
                registered,
                links);
    }

    public Register sni(String code, String words) {
        return new Register(
                description,
                legalForm,
                status,
                employees,
                signatory,
                new Sni(code, words),
                street,
                zipcode,
                city,
                registered,
                links);
    }

    public Register address(String newStreet, String newZipcode, String newCity) {
        return new Register(
                description,
                legalForm,
                status,
                employees,
                signatory,
                sni,
                newStreet,
                newZipcode,
                newCity,
                registered,
                links);
    }

    public Register links(List<Link> now) {
        return new Register(
                description,
                legalForm,
                status,
                employees,
                signatory,
                sni,
                street,
                zipcode,
                city,
                registered,
                now);
    }

    /** Adds the link, or replaces the one of its id. */
    public Register with(Link link) {
        List<Link> now = new ArrayList<>(without(link.id()).links());
        now.add(link);
        return links(now);
    }

    public Register without(String linkId) {
        return links(links.stream().filter(link -> !link.id().equals(linkId)).toList());
    }
}
