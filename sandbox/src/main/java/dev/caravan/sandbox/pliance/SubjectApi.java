package dev.caravan.sandbox.pliance;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.sandbox.Json;
import dev.caravan.sandbox.pliance.Subject.Kind;
import dev.caravan.sandbox.pliance.Words.Classification;
import dev.caravan.sandbox.pliance.Words.Flag;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What persons, companies and companies V2 have in common: view, list, search, archive, classify,
 * delete. Immutable; safe for use by many threads.
 */
record SubjectApi(Kind kind) {

    /** Adds the handlers under the names of the two paths, for instance PersonCommand. */
    void into(Map<String, Call.Handler> routes, String command, String query) {
        routes.put("POST " + command + "/Archive", call -> archive(call, true));
        routes.put("POST " + command + "/Unarchive", call -> archive(call, false));
        routes.put("POST " + command + "/Classify", this::classify);
        routes.put("DELETE " + command, this::delete);
        routes.put("GET " + query, this::view);
        routes.put("GET " + query + "/List", this::list);
        if (kind != Kind.COMPANY_V2) {
            routes.put("GET " + query + "/Search", this::search);
        }
    }

    private String ref(Call call) {
        return call.in().required(kind.referenceField());
    }

    private ObjectNode view(Call call) {
        return Call.data(SubjectJson.of(call.books().get(kind, ref(call))));
    }

    private ObjectNode delete(Call call) {
        return Call.done(call.books().delete(kind, ref(call)));
    }

    private ObjectNode archive(Call call, boolean archived) {
        return Call.done(
                call.books()
                        .change(kind, ref(call), call.actor(), one -> one.archived(archived))
                        .checkpoint());
    }

    private ObjectNode classify(Call call) {
        String match = call.in().required("matchId");
        String alias = call.in().required("aliasId");
        Classification judged = judgement(call);
        return Call.done(
                call.books()
                        .change(
                                kind,
                                ref(call),
                                call.actor(),
                                one -> one.hits(judge(one.hits(), match, alias, judged)))
                        .checkpoint());
    }

    static Classification judgement(Call call) {
        Classification judged = call.in().word("classification", Classification.class, null);
        if (judged == null) {
            throw new Failure(400, "classification: is required");
        }
        return judged;
    }

    static List<Hit> judge(List<Hit> hits, String match, String alias, Classification judged) {
        if (hits.stream().noneMatch(hit -> hit.is(match, alias))) {
            throw Failure.missing("match", match + "/" + alias);
        }
        return hits.stream()
                .map(hit -> hit.is(match, alias) ? hit.classified(judged) : hit)
                .toList();
    }

    private ObjectNode list(Call call) {
        ObjectNode data = Json.object();
        ArrayNode refs = data.putArray(kind == Kind.PERSON ? "persons" : "companies");
        call.books().page(kind, call.pageNumber(), call.pageSize()).forEach(refs::add);
        return Call.data(data);
    }

    private ObjectNode search(Call call) {
        String query = Name.fold(call.in().text("query"));
        boolean omit = call.settings().listOmitsArchived();
        List<Subject> found =
                call.books().all(kind).stream()
                        .filter(one -> !omit || !one.archived())
                        .filter(one -> Name.fold(one.name().text()).contains(query))
                        .filter(one -> filtered(call.in(), one))
                        .toList();
        ObjectNode data = Json.object();
        ArrayNode result = data.putArray("result");
        call.page(found).forEach(one -> result.add(row(one, query)));
        return Call.data(data);
    }

    private List<Flag> flags() {
        return kind == Kind.PERSON
                ? List.of(Flag.PEP, Flag.RCA, Flag.SANCTION, Flag.SIP)
                : List.of(Flag.SANCTION, Flag.SIE);
    }

    private boolean filtered(Fields in, Subject one) {
        boolean fits = fits(in.flag("filter.isUnclassified"), one.unclassified());
        for (Flag flag : flags()) {
            fits &= fits(in.flag("filter." + HitJson.word(flag)), one.is(flag));
        }
        return fits;
    }

    private static boolean fits(Optional<Boolean> wanted, boolean is) {
        return wanted.map(value -> value == is).orElse(true);
    }

    private ObjectNode row(Subject one, String query) {
        ObjectNode row = Json.object().put(kind.referenceField(), one.ref());
        if (kind == Kind.PERSON) {
            row.set("firstName", words(one.name().first(), query));
            row.set("lastName", words(one.name().last(), query));
        } else {
            row.set("name", words(one.name().last(), query));
        }
        flags().forEach(flag -> row.put(HitJson.word(flag), one.is(flag)));
        row.set("identity", SubjectJson.identity(one.identity()));
        return row.put("archived", one.archived());
    }

    private static ArrayNode words(String text, String query) {
        return HitJson.parts(
                List.of(text.split(" ")).stream()
                        .map(word -> new Hit.Part(word, isPart(word, query)))
                        .toList());
    }

    private static boolean isPart(String word, String query) {
        return !query.isEmpty() && Name.fold(word.toLowerCase(Locale.ROOT)).contains(query);
    }
}
