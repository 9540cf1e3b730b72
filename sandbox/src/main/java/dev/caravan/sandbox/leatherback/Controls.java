package dev.caravan.sandbox.leatherback;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.caravan.sandbox.Json;
import dev.caravan.sandbox.http.Reply;
import java.util.Optional;

/**
 * What scripts may do to the bank with {@code POST /twin/...}. Each control is one method of the
 * twin. Safe for use by many threads.
 */
final class Controls {
    private final LeatherbackTwin twin;

    Controls(LeatherbackTwin twin) {
        this.twin = twin;
    }

    JsonNode truth() {
        ArrayNode kinds = Json.object().putArray("kinds");
        twin.truth().all().forEach(kind -> kinds.add(kind.json()));
        return kinds;
    }

    Optional<Reply> answer(String name, JsonNode body) {
        switch (name) {
            case "settings" -> twin.change(twin.settings().with(body));
            case "grow" -> account(body).grow(body.path("rows").asInt(1));
            case "settle" -> account(body).settlePending();
            case "drop-pending" -> account(body).dropPending();
            case "delete" -> account(body).delete(body.path("transaction").asText());
            case "revoke" -> twin.revoke(consent(body));
            case "expire-tokens" -> twin.expireAccessTokens(consent(body));
            case "kill-refresh" -> twin.killRefreshTokens(consent(body));
            case "expire-consent" -> twin.expireConsent(consent(body));
            case "rotate-key" -> twin.rotateSigningKey();
            default -> {
                return Optional.empty();
            }
        }
        return Optional.of(Reply.empty(204));
    }

    private BankAccount account(JsonNode body) {
        return twin.account(body.path("account").asText());
    }

    /** The named one, or the newest that was authorised. */
    private String consent(JsonNode body) {
        return body.has("consent") ? body.path("consent").asText() : twin.lastConsent().id();
    }
}
