package dev.caravan.sandbox.pliance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.sandbox.Json;
import dev.caravan.sandbox.pliance.Subject.Identity;
import dev.caravan.sandbox.pliance.Subject.Kind;
import dev.caravan.sandbox.pliance.Subject.Options;
import dev.caravan.sandbox.pliance.Words.Fuzziness;
import dev.caravan.sandbox.pliance.Words.Gender;
import dev.caravan.sandbox.pliance.Words.Order;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The commands that register, each an upsert by the customer's reference. Stateless; safe for use
 * by many threads.
 */
final class RegisterApi {
    private static final List<String> ADDRESS =
            List.of("street1", "street2", "streetNo", "city", "postalCode", "country");

    private RegisterApi() {}

    static void into(Map<String, Call.Handler> routes) {
        routes.put("PUT PersonCommand", RegisterApi::person);
        routes.put("PUT PersonCommand/Batch", RegisterApi::batch);
        routes.put("PUT CompanyCommand", call -> company(call, Kind.COMPANY));
        routes.put("PUT CompanyV2Command", call -> company(call, Kind.COMPANY_V2));
        routes.put("POST CompanyV2Command/ClassifyLink", RegisterApi::classifyLink);
    }

    private static ObjectNode person(Call call) {
        Books.Outcome outcome = person(call, call.in(), options(call.in().object("options")));
        ObjectNode envelope = Call.done(outcome.checkpoint(), SubjectJson.of(outcome.subject()));
        envelope.set("hits", HitJson.hits(outcome.subject().hits()));
        return envelope;
    }

    /** Each person succeeds or fails alone; the call succeeds either way. */
    private static ObjectNode batch(Call call) {
        Options options = options(call.in().object("options"));
        ArrayNode statuses = Json.array();
        String checkpoint = Books.NO_CHECKPOINT;
        for (Fields person : call.in().objects("persons")) {
            ObjectNode status = statuses.addObject();
            try {
                status.put("personReferenceId", person.text("personReferenceId"));
                checkpoint = person(call, person, options).checkpoint();
                status.put("status", "Success").putNull("message");
            } catch (Failure failure) {
                status.put("status", "Error").put("message", failure.getMessage());
            }
        }
        ObjectNode envelope = Call.done(checkpoint);
        envelope.set("personStatuses", statuses);
        return envelope;
    }

    private static Books.Outcome person(Call call, Fields in, Options options) {
        String ref = in.required("personReferenceId");
        Name name = new Name(in.text("firstName").strip(), in.text("lastName").strip());
        if (name.isBlank()) {
            throw new Failure(400, "lastName: is required");
        }
        Fields birth = in.object("birthdate");
        BirthDate born =
                new BirthDate(
                        birth.number("year", 0), birth.number("month", 0), birth.number("day", 0));
        Subject person =
                new Subject(
                        Kind.PERSON,
                        ref,
                        name,
                        identity(in.object("identity")),
                        born,
                        in.word("gender", Gender.class, Gender.Unknown),
                        addresses(in),
                        options,
                        false,
                        Register.NONE,
                        List.of(),
                        List.of(),
                        Instant.EPOCH,
                        "");
        return call.books().put(Kind.PERSON, ref, call.actor(), old -> over(old, person));
    }

    private static ObjectNode company(Call call, Kind kind) {
        Fields in = call.in();
        String ref = in.required("companyReferenceId");
        Name name = Name.company(in.required("name").strip());
        Identity identity = identity(in.object("identity"));
        Options options = options(in.object("options"));
        if (options.validate() && identity.identity().isBlank()) {
            throw new Failure(400, "identity: the company cannot be validated");
        }
        Register register = Invented.register(name.last(), identity, !options.omitOwners());
        Books.Outcome outcome =
                call.books()
                        .put(
                                kind,
                                ref,
                                call.actor(),
                                old ->
                                        over(
                                                old,
                                                company(
                                                        kind, ref, name, identity, options,
                                                        register)));
        return Call.done(outcome.checkpoint(), SubjectJson.of(outcome.subject()));
    }

    private static Subject company(
            Kind kind,
            String ref,
            Name name,
            Identity identity,
            Options options,
            Register register) {
        return new Subject(
                kind,
                ref,
                name,
                identity,
                BirthDate.UNKNOWN,
                Gender.Unknown,
                List.of(),
                options,
                false,
                register,
                List.of(),
                List.of(),
                Instant.EPOCH,
                "");
    }

    /**
     * What a second registration leaves: the customer's new words; what was judged, archived and
     * found in the register stays, the latter as long as name and identity do.
     */
    private static Subject over(Subject old, Subject now) {
        if (old == null) {
            return now;
        }
        boolean same = old.name().equals(now.name()) && old.identity().equals(now.identity());
        Subject kept =
                now.archived(old.archived()).found(old.hits(), old.checkedLists(), List.of());
        return kept.register(same ? old.register() : now.register());
    }

    private static ObjectNode classifyLink(Call call) {
        Fields in = call.in();
        String linkId = in.required("linkId");
        String match = in.required("matchId");
        String alias = in.required("aliasId");
        Words.Classification judged = SubjectApi.judgement(call);
        return Call.done(
                call.books()
                        .change(
                                Kind.COMPANY_V2,
                                in.required("companyReferenceId"),
                                call.actor(),
                                one -> {
                                    Link link =
                                            one.register()
                                                    .link(linkId)
                                                    .orElseThrow(
                                                            () -> Failure.missing("link", linkId));
                                    List<Hit> hits =
                                            SubjectApi.judge(link.matches(), match, alias, judged);
                                    return one.register(replaced(one.register(), link.with(hits)));
                                })
                        .checkpoint());
    }

    /** The link in its place, so that only the judgement differs. */
    static Register replaced(Register register, Link link) {
        return register.links(
                register.links().stream()
                        .map(one -> one.id().equals(link.id()) ? link : one)
                        .toList());
    }

    private static Identity identity(Fields in) {
        return new Identity(in.text("identity"), in.text("country"));
    }

    private static Options options(Fields in) {
        return new Options(
                in.word("fuzziness", Fuzziness.class, Fuzziness.Metaphone),
                in.word("order", Order.class, Order.Any),
                in.texts("pepCountries"),
                in.flag("includeAdverseMedia").orElse(false),
                in.flag("omitUltimateBenefitOwner").orElse(false),
                in.flag("validateCompany").orElse(false));
    }

    private static List<JsonNode> addresses(Fields in) {
        List<JsonNode> all = new ArrayList<>();
        for (Fields one : in.objects("addresses")) {
            ObjectNode address = Json.object();
            ADDRESS.forEach(name -> address.put(name, one.text(name)));
            all.add(address);
        }
        return all;
    }
}
