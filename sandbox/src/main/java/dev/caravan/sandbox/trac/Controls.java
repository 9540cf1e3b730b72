package dev.caravan.sandbox.trac;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.sandbox.Json;
import dev.caravan.sandbox.http.Reply;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * {@code POST /twin/...}: what the Java API can do, for scripts and the demo. Safe for use by many
 * threads.
 */
final class Controls {
    private final TracTwin twin;

    Controls(TracTwin twin) {
        this.twin = twin;
    }

    Optional<Reply> control(String name, JsonNode body) {
        return switch (name) {
            case "settings" -> {
                twin.change(twin.settings().with(body));
                yield done();
            }
            case "installations" -> Optional.of(Reply.json(200, tree()));
            case "cut-over" -> {
                twin.cutOver();
                yield done();
            }
            case "grow" -> rows(home(body).grow(body.path("rows").asInt(1)));
            case "unsettled" -> rows(home(body).addUnsettled(body.path("rows").asInt(1)));
            case "settle-late" -> {
                Duration age = Duration.ofMinutes(body.path("minutes").asLong(60));
                yield rows(twin.settleLate(home(body).id(), body.path("rows").asInt(1), age));
            }
            case "settle" -> rows(home(body).settleAll());
            case "edit" -> rows(List.of(edited(body)));
            case "delete" -> {
                home(body).deleteTransaction(body.path("transaction").asText());
                yield done();
            }
            case "expire-tokens" -> {
                twin.expireTokens(body.path("installation").asText());
                yield done();
            }
            case "disable", "enable", "remove", "drop", "grant" -> installation(name, body);
            default -> Optional.empty();
        };
    }

    private Optional<Reply> installation(String name, JsonNode body) {
        Installation one = twin.installation(body.path("installation").asText());
        String organization = body.path("organization").asText();
        switch (name) {
            case "disable" -> one.disable();
            case "enable" -> one.enable();
            case "remove" -> one.remove();
            case "drop" -> one.drop(twin.organization(organization).id());
            default -> one.grant(twin.organization(organization).id());
        }
        return done();
    }

    private Transaction edited(JsonNode body) {
        if (!body.path("pence").isIntegralNumber()) {
            throw new IllegalArgumentException("pence: expected a whole number");
        }
        return home(body).edit(body.path("transaction").asText(), body.path("pence").asLong());
    }

    /** The named organization, or the first school. */
    private Organization home(JsonNode body) {
        return body.has("organization")
                ? twin.organization(body.path("organization").asText())
                : twin.schools().get(0);
    }

    private ObjectNode tree() {
        ObjectNode all = Json.object();
        ArrayNode installations = all.putArray("installations");
        for (Installation one : twin.installations()) {
            ObjectNode json = installations.addObject();
            json.put("id", one.id()).put("title", one.title()).put("state", one.state().name());
            ArrayNode organizations = json.putArray("organizations");
            for (Organization home : twin.organizations(one.id())) {
                organizations
                        .addObject()
                        .put("id", home.id())
                        .put("parent", home.parentId())
                        .put("name", home.name());
            }
        }
        return all;
    }

    private static Optional<Reply> rows(List<Transaction> rows) {
        ObjectNode body = Json.object();
        rows.forEach(row -> body.withArray("transactions").add(row.id()));
        return Optional.of(Reply.json(200, body));
    }

    private static Optional<Reply> done() {
        return Optional.of(Reply.empty(204));
    }
}
