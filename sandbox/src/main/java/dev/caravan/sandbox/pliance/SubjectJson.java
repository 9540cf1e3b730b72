package dev.caravan.sandbox.pliance;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.sandbox.Json;
import dev.caravan.sandbox.pliance.Words.EntityType;
import dev.caravan.sandbox.pliance.Words.Flag;
import dev.caravan.sandbox.pliance.Words.Gender;
import java.util.List;

/** Writes persons and companies as the contract shows them. Stateless. */
final class SubjectJson {
    private SubjectJson() {}

    static ObjectNode of(Subject subject) {
        return switch (subject.kind()) {
            case PERSON -> person(subject);
            case COMPANY -> company(subject);
            case COMPANY_V2 -> companyV2(subject);
        };
    }

    private static ObjectNode person(Subject subject) {
        ObjectNode json = Json.object().put("personReferenceId", subject.ref());
        name(json, subject.name());
        birth(json, subject.birth());
        json.put("gender", subject.gender().name());
        subject.addresses().forEach(json.putArray("addresses")::add);
        json.put("isPep", subject.is(Flag.PEP)).put("isRca", subject.is(Flag.RCA));
        json.put("isSanction", subject.is(Flag.SANCTION)).put("isSip", subject.is(Flag.SIP));
        json.put("isAdverseMedia", subject.is(Flag.ADVERSE_MEDIA));
        common(json, subject);
        json.set("hits", HitJson.hits(subject.hits()));
        return json;
    }

    private static ObjectNode company(Subject subject) {
        ObjectNode json = named(subject);
        ArrayNode beneficiaries = json.putArray("beneficiaries");
        if (!subject.options().omitOwners()) {
            subject.register().links().stream()
                    .filter(link -> !link.company())
                    .forEach(link -> beneficiaries.add(beneficiary(subject, link)));
        }
        return json;
    }

    private static ObjectNode companyV2(Subject subject) {
        Register register = subject.register();
        ObjectNode json = named(subject);
        json.put("address", register.street()).put("city", register.city());
        json.put("zipcode", register.zipcode()).put("description", register.description());
        json.put("employees", register.employees()).put("legalForm", register.legalForm());
        json.put("operationalStatus", register.status().name());
        json.put("signatory", register.signatory());
        json.putObject("sni")
                .put("classification", register.sni().words())
                .put("classificationCode", register.sni().code());
        ArrayNode links = json.putArray("links");
        register.links().forEach(link -> links.add(link(link)));
        return json;
    }

    private static ObjectNode named(Subject subject) {
        ObjectNode json = Json.object().put("companyReferenceId", subject.ref());
        json.put("name", subject.name().last()).put("isSanction", subject.is(Flag.SANCTION));
        json.put("isSie", subject.is(Flag.SIE));
        json.put("isAdverseMedia", subject.is(Flag.ADVERSE_MEDIA));
        common(json, subject);
        json.set("hits", HitJson.hits(subject.hits()));
        return json;
    }

    private static void common(ObjectNode json, Subject subject) {
        json.set("identity", identity(subject.identity()));
        json.put("archived", subject.archived());
        json.put("highRiskCountry", subject.highRiskCountry());
        subject.checkedLists().forEach(json.putArray("checkedWatchLists")::add);
        json.set("lastChanged", lastChanged(subject));
    }

    static ObjectNode identity(Subject.Identity identity) {
        return Json.object()
                .put("identity", identity.identity())
                .put("country", identity.country());
    }

    private static ObjectNode lastChanged(Subject subject) {
        return Json.object()
                .put("timestampUtc", Times.text(subject.changedAt()))
                .put("checkpoint", subject.checkpoint());
    }

    private static void name(ObjectNode json, Name name) {
        json.put("firstName", name.first()).put("lastName", name.last());
    }

    private static void birth(ObjectNode json, BirthDate birth) {
        json.put("birthdate", birth.text()).set("birth", birth.json());
    }

    private static ObjectNode beneficiary(Subject company, Link link) {
        ObjectNode json = Json.object().put("personReferenceId", link.id());
        name(json, link.name());
        birth(json, link.birth());
        json.set("identity", identity(new Subject.Identity(link.identityNumber(), link.country())));
        json.put("gender", Gender.Unknown.name()).put("archived", company.archived());
        json.putArray("addresses");
        for (Flag flag : List.of(Flag.PEP, Flag.RCA, Flag.SANCTION, Flag.SIP)) {
            json.put(HitJson.word(flag), link.matches().stream().anyMatch(hit -> hit.shows(flag)));
        }
        json.put("highRiskCountry", Subject.highRisk(link.country()));
        company.checkedLists().forEach(json.putArray("checkedWatchLists")::add);
        json.set("lastChanged", lastChanged(company));
        json.set("hits", HitJson.hits(link.matches()));
        return json;
    }

    private static ObjectNode link(Link link) {
        EntityType type = link.company() ? EntityType.Company : EntityType.Person;
        ObjectNode json = Json.object().put("id", link.id()).put("entityType", type.name());
        if (link.company()) {
            json.put("name", link.name().last());
            json.put("organizationIdentityNumber", link.identityNumber());
        } else {
            name(json, link.name());
            json.set("birthDate", link.birth().json());
            json.put("gender", Gender.Unknown.name());
            json.put("personIdentityNumber", link.identityNumber());
        }
        json.put("highRiskCountry", Subject.highRisk(link.country()));
        ArrayNode ties = json.putArray("linkDescriptions");
        link.descriptions().forEach(tie -> ties.add(tie(tie)));
        ArrayNode matches = json.putArray("matches");
        link.matches().forEach(hit -> matches.add(HitJson.hit(hit)));
        return json;
    }

    private static ObjectNode tie(Link.Description tie) {
        ObjectNode json = Json.object().put("type", tie.type().name());
        tie.roles().forEach(json.putArray("roles")::add);
        if (tie.stakeMin() == null && tie.stakeMax() == null) {
            json.putNull("stake");
        } else {
            json.putObject("stake").put("min", tie.stakeMin()).put("max", tie.stakeMax());
        }
        return json;
    }
}
