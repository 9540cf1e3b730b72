package dev.caravan.sandbox.pockit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.sandbox.Effect;
import dev.caravan.sandbox.Json;
import dev.caravan.sandbox.Refusal;
import dev.caravan.sandbox.http.Reply;
import dev.caravan.sandbox.http.Request;
import java.net.URI;
import java.time.Clock;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** {@code POST /authorise}: opens an intent (contract 2.1). Safe for use by many threads. */
final class AuthoriseEndpoint {
    private static final Pattern UUID_V4 =
            Pattern.compile(
                    "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-4[0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}"
                            + "-[0-9a-fA-F]{12}");
    private final Supplier<PockitSettings> settings;
    private final Supplier<URI> base;
    private final Gate gate;
    private final Consents consents;
    private final Refusals refusals;
    private final Clock clock;

    AuthoriseEndpoint(
            Supplier<PockitSettings> settings,
            Supplier<URI> base,
            Gate gate,
            Consents consents,
            Refusals refusals,
            Clock clock) {
        this.settings = settings;
        this.base = base;
        this.gate = gate;
        this.consents = consents;
        this.refusals = refusals;
        this.clock = clock;
    }

    Reply answer(Request request, Spot spot, Optional<Effect> own) {
        gate.basic(request);
        if (!request.header("content-type").orElse("").startsWith("application/json")) {
            throw refusals.auth(415, "invalid_request", "Content-Type: application/json expected");
        }
        gate.signedAuth(request, spot, Gate.body(request));
        Intent intent = intent(request);
        if (!consents.open(intent, settings.get().application().production())) {
            throw bad("uuid: " + intent.uuid() + " came before");
        }
        return Reply.json(
                settings.get().granting().authoriseStatus(),
                Json.object()
                        .put("intent-id", intent.id())
                        .put("location", location(intent.id(), own)));
    }

    private Intent intent(Request request) {
        PockitSettings now = settings.get();
        ObjectNode body =
                StrictJson.object(request.body()).orElseThrow(() -> bad("a JSON object expected"));
        String member = now.payments().payinfoMember();
        Set<String> unknown = new HashSet<>();
        body.fieldNames().forEachRemaining(unknown::add);
        unknown.removeAll(Set.of("aspsp", "uuid", "scope", "sandbox_sca"));
        if (now.payments().payinfo() != PaymentRules.Payinfo.REFUSED) {
            unknown.remove(member);
        }
        if (!unknown.isEmpty()) {
            throw bad("unknown members " + unknown);
        }
        String kind = text(body, "scope");
        if (!Set.of("aisp", "pisp").contains(kind)) {
            throw bad("scope: expected aisp or pisp, found " + kind);
        }
        if (!text(body, "aspsp").equals(now.application().aspsp())) {
            throw bad("aspsp: no such institution");
        }
        if (!UUID_V4.matcher(text(body, "uuid")).matches()) {
            throw bad("uuid: expected a UUID of version 4, found " + body.path("uuid"));
        }
        return new Intent(
                UUID.randomUUID().toString(),
                text(body, "uuid"),
                kind,
                auto(body.path("sandbox_sca")),
                payinfo(body.path(member), kind),
                clock.millis(),
                true,
                0);
    }

    private boolean auto(JsonNode wish) {
        if (!wish.isMissingNode() && !wish.isBoolean()) {
            throw bad("sandbox_sca: expected true or false, found " + wish);
        }
        return wish.asBoolean() && !settings.get().application().production();
    }

    private String payinfo(JsonNode details, String kind) {
        boolean required = settings.get().payments().payinfo() == PaymentRules.Payinfo.REQUIRED;
        if (details.isMissingNode() && !(required && kind.equals("pisp"))) {
            return "";
        }
        if (kind.equals("aisp")) {
            throw bad("an aisp authorisation holds no payment");
        }
        Payinfo.complaint(details)
                .ifPresent(
                        wrong -> {
                            throw bad(settings.get().payments().payinfoMember() + ": " + wrong);
                        });
        return details.toString();
    }

    private String location(String id, Optional<Effect> own) {
        if (own.orElse(null) instanceof PockitFaults.Location wrong) {
            return wrong.address().replace("{id}", id);
        }
        String given = settings.get().granting().locationBase();
        String auth = base.get() + settings.get().listening().authPrefix();
        return (given.isEmpty() ? auth : given) + "/authorise/" + id;
    }

    private String text(ObjectNode body, String name) {
        if (!body.path(name).isTextual()) {
            throw bad(name + ": a string expected");
        }
        return body.path(name).asText();
    }

    private Refusal bad(String description) {
        return refusals.auth(400, "invalid_request", description);
    }
}
