package dev.caravan.sandbox.pliance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.sandbox.Json;
import dev.caravan.sandbox.http.Reply;
import dev.caravan.sandbox.pliance.Subject.Kind;
import dev.caravan.sandbox.pliance.Words.Flag;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The twin's own controls over HTTP, for scripts and the demo. Each says the same as the Java API.
 * Safe for use by many threads.
 */
final class Controls {
    private final PlianceTwin twin;
    private final Suspicion suspicion;

    Controls(PlianceTwin twin) {
        this.twin = twin;
        this.suspicion = new Suspicion(twin);
    }

    JsonNode truth(Map<String, String> query) {
        PlianceTruth truth =
                query.containsKey("customer")
                        ? twin.tenant(query.get("customer"), query.getOrDefault("tenant", ""))
                                .truth()
                        : twin.truth();
        ArrayNode kinds = Json.array();
        for (KindTruth one : truth.kinds()) {
            ObjectNode json = kinds.addObject().put("kind", one.kind()).put("count", one.count());
            one.digest().ifPresent(digest -> json.put("digest", digest));
        }
        return kinds;
    }

    Optional<Reply> answer(String name, JsonNode body) {
        return switch (name) {
            case "settings" -> done(() -> twin.change(twin.settings().with(body)));
            case "grow" ->
                    Optional.of(Reply.json(200, refs(tenant(body).grow(kind(body), count(body)))));
            case "list" -> done(() -> twin.list(listed(body)));
            case "delist" -> done(() -> twin.delist(text(body, "id")));
            case "suspect" -> outcome(suspicion.raise(tenant(body)));
            case "clear" -> outcome(suspicion.clear(tenant(body)));
            case "send" -> done(() -> send(body));
            case "company" -> done(() -> company(body));
            case "delete" -> done(() -> tenant(body).delete(kind(body), text(body, "reference")));
            case "hold" -> done(twin::holdWebhooks);
            case "release" -> done(() -> twin.releaseWebhooks(body.path("reversed").asBoolean()));
            default -> Optional.empty();
        };
    }

    private static Optional<Reply> outcome(Suspicion.Outcome outcome) {
        return Optional.of(
                Reply.json(
                        200,
                        Json.object()
                                .put("reference", outcome.reference())
                                .put("events", outcome.events())));
    }

    private static Optional<Reply> done(Runnable work) {
        try {
            work.run();
            return Optional.of(Reply.empty(204));
        } catch (Failure failure) {
            throw new IllegalArgumentException(failure.getMessage(), failure);
        }
    }

    /** The first customer and the empty tenant unless the body names others. */
    private Tenant tenant(JsonNode body) {
        return body.has("customer")
                ? twin.tenant(body.path("customer").asText(), body.path("tenant").asText(""))
                : twin.tenant();
    }

    private void send(JsonNode body) {
        Tenant tenant = tenant(body);
        String ref = body.path("reference").asText("sandbox");
        Event event =
                body.path("body").isObject()
                        ? tenant.send(text(body, "type"), ref, (ObjectNode) body.path("body"))
                        : tenant.send(text(body, "type"), ref);
        for (int more = 1; more < count(body); more++) {
            tenant.resend(event);
        }
    }

    /** Changes what the register says of a company. */
    private void company(JsonNode body) {
        Kind kind = body.has("kind") ? kind(body) : Kind.COMPANY_V2;
        String ref = text(body, "reference");
        if (body.has("name")) {
            tenant(body).rename(kind, ref, Name.company(text(body, "name")));
        }
        tenant(body)
                .register(
                        kind,
                        ref,
                        was -> {
                            Register now = was;
                            if (body.has("description")) {
                                now = now.description(text(body, "description"));
                            }
                            if (body.has("employees")) {
                                now = now.employees(body.path("employees").asInt());
                            }
                            if (body.has("city")) {
                                now = now.address(now.street(), now.zipcode(), text(body, "city"));
                            }
                            return now;
                        });
    }

    private static Listed listed(JsonNode body) {
        List<Flag> flags = new ArrayList<>();
        body.path("flags")
                .forEach(flag -> flags.add(Flag.valueOf(flag.asText().toUpperCase(Locale.ROOT))));
        if (flags.isEmpty()) {
            flags.add(Flag.SANCTION);
        }
        Flag[] all = flags.toArray(new Flag[0]);
        return body.has("name")
                ? Listed.company(text(body, "id"), text(body, "name"), all)
                : Listed.person(
                        text(body, "id"), text(body, "firstName"), text(body, "lastName"), all);
    }

    private static ObjectNode refs(List<String> refs) {
        ObjectNode json = Json.object();
        refs.forEach(json.putArray("references")::add);
        return json;
    }

    private static Kind kind(JsonNode body) {
        return Kind.valueOf(body.path("kind").asText("PERSON").toUpperCase(Locale.ROOT));
    }

    private static int count(JsonNode body) {
        return body.path("count").asInt(1);
    }

    private static String text(JsonNode body, String name) {
        if (!body.path(name).isTextual()) {
            throw new IllegalArgumentException(name + ": expected text");
        }
        return body.path(name).asText();
    }
}
