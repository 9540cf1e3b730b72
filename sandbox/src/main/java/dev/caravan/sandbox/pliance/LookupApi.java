package dev.caravan.sandbox.pliance;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.sandbox.Json;
import dev.caravan.sandbox.pliance.Subject.Kind;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** Watch-list entries, reports and register data. Stateless; safe for use by many threads. */
final class LookupApi {
    private LookupApi() {}

    static void into(Map<String, Call.Handler> routes) {
        routes.put("GET WatchlistQuery", LookupApi::byListId);
        routes.put("GET WatchlistQuery/v2", call -> matched(call, Kind.PERSON));
        routes.put("GET WatchlistQuery/Company", call -> matched(call, Kind.COMPANY));
        routes.put("GET WatchlistQuery/CompanyV2", call -> matched(call, Kind.COMPANY_V2));
        routes.put("GET WatchlistQuery/CompanyV2Link", LookupApi::matchedLink);
        routes.put("GET ReportQuery/PersonReport", call -> report(call, one(call, Kind.PERSON)));
        routes.put("GET ReportQuery/CompanyReport", call -> report(call, firms(call)));
        routes.put("GET ReportQuery/GeneralReport", call -> report(call, row -> true));
        routes.put("GET CompanyQuery/CompanyData", LookupApi::companyData);
    }

    private static ObjectNode byListId(Call call) {
        String id = call.in().required("id");
        Listed entry =
                call.books()
                        .screening()
                        .list()
                        .byId(id)
                        .filter(one -> !one.company())
                        .orElseThrow(() -> Failure.missing("list entry", id));
        Name wanted = new Name(call.in().text("firstName"), call.in().text("lastName"));
        String chosen =
                entry.aliases().stream()
                        .filter(alias -> alias.name().text().equalsIgnoreCase(wanted.text()))
                        .map(Listed.Alias::id)
                        .findFirst()
                        .orElse("");
        return Call.data(ListedJson.of(entry, chosen, media(call)));
    }

    private static ObjectNode matched(Call call, Kind kind) {
        String ref = call.in().required(kind.referenceField());
        return entry(call, call.books().get(kind, ref).hits());
    }

    private static ObjectNode matchedLink(Call call) {
        String ref = call.in().required("companyReferenceId");
        String linkId = call.in().required("linkId");
        Link link =
                call.books()
                        .get(Kind.COMPANY_V2, ref)
                        .register()
                        .link(linkId)
                        .orElseThrow(() -> Failure.missing("link", linkId));
        return entry(call, link.matches());
    }

    private static ObjectNode entry(Call call, List<Hit> hits) {
        String match = call.in().required("matchId");
        Hit hit =
                hits.stream()
                        .filter(one -> one.matchId().equals(match))
                        .findFirst()
                        .orElseThrow(() -> Failure.missing("match", match));
        return Call.data(ListedJson.of(hit.entity(), hit.aliasId(), media(call)));
    }

    private static boolean media(Call call) {
        return call.in().flag("includeAdverseMedia").orElse(false);
    }

    private static Predicate<Activity> one(Call call, Kind kind) {
        String ref = call.in().text(kind.referenceField());
        return row -> row.kind() == kind && (ref.isEmpty() || row.ref().equals(ref));
    }

    private static Predicate<Activity> firms(Call call) {
        return one(call, Kind.COMPANY).or(one(call, Kind.COMPANY_V2));
    }

    /** From and to are both inclusive. */
    private static ObjectNode report(Call call, Predicate<Activity> wanted) {
        Optional<Instant> from = instant(call, "from");
        Optional<Instant> to = instant(call, "to");
        ObjectNode data = Json.object();
        ArrayNode result = data.putArray("result");
        for (Activity row : call.books().activities()) {
            boolean within =
                    from.map(start -> !row.at().isBefore(start)).orElse(true)
                            && to.map(end -> !row.at().isAfter(end)).orElse(true);
            if (within && wanted.test(row)) {
                result.addObject()
                        .put("activity", "Matched")
                        .put("date", Times.text(row.at()))
                        .put("details", row.details())
                        .put("identity", row.identity())
                        .put("name", row.name())
                        .put(row.kind().referenceField(), row.ref());
            }
        }
        return Call.data(data);
    }

    private static Optional<Instant> instant(Call call, String name) {
        String text = call.in().text(name);
        return text.isEmpty() ? Optional.empty() : Optional.of(Times.parse(name, text));
    }

    private static ObjectNode companyData(Call call) {
        String ref = call.in().required("companyReferenceId");
        Subject company = call.books().get(Kind.COMPANY, ref);
        Register register = company.register();
        ObjectNode data = Json.object().put("name", company.name().last());
        data.put("address", register.street()).put("zipCode", register.zipcode());
        data.put("city", register.city()).put("country", company.identity().country());
        data.put("description", register.description()).put("signatory", register.signatory());
        data.putObject("legalForm").put("type", 0).put("description", register.legalForm());
        data.put("legalFormType", register.legalForm()).put("listingType", "Unlisted");
        data.put("registrationDate", register.registered() + "T00:00:00");
        data.putNull("parentCompany").putNull("ultimateParentCompany");
        ArrayNode board = data.putArray("boardmembers");
        ObjectNode owners = data.putObject("owners");
        ArrayNode persons = owners.putArray("persons");
        ArrayNode companies = owners.putArray("companies");
        for (Link link : register.links()) {
            for (Link.Description tie : link.descriptions()) {
                switch (tie.type()) {
                    case BoardMember -> board.add(boardMember(link, tie));
                    case Owner -> (link.company() ? companies : persons).add(owner(link, tie));
                    default -> {}
                }
            }
        }
        return Call.data(data);
    }

    private static ObjectNode boardMember(Link link, Link.Description tie) {
        return Json.object()
                .put("firstName", link.name().first())
                .put("lastName", link.name().last())
                .put("nationalIdentityNumber", link.identityNumber())
                .put("countryOfResidence", link.country())
                .put("role", tie.roles().get(0));
    }

    private static ObjectNode owner(Link link, Link.Description tie) {
        ObjectNode owner = Json.object().put("stake", tie.stakeMin());
        if (link.company()) {
            return owner.put("name", link.name().last())
                    .put("organizationNumber", link.identityNumber());
        }
        return owner.put("firstName", link.name().first())
                .put("lastName", link.name().last())
                .put("nationalIdentityNumber", link.identityNumber());
    }
}
