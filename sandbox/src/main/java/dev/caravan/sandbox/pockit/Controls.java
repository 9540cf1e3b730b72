package dev.caravan.sandbox.pockit;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.sandbox.Json;
import dev.caravan.sandbox.http.Reply;
import java.util.List;
import java.util.Optional;

/** What scripts may do to the twin under {@code POST /twin/}. Safe for use by many threads. */
final class Controls {
    private final PockitTwin twin;

    Controls(PockitTwin twin) {
        this.twin = twin;
    }

    Optional<Reply> answer(String name, JsonNode wish) {
        switch (name) {
            case "settings" -> twin.change(twin.settings().with(wish));
            case "grow" -> accounts(wish).forEach(id -> twin.grow(id, wish.path("rows").asInt(1)));
            case "settle" -> accounts(wish).forEach(twin::settlePending);
            case "revoke" -> twin.revoke(user(wish));
            case "expire" -> twin.consents(user(wish)).forEach(Consent::expireAccessTokens);
            case "payment" -> {
                Payment payment =
                        twin.paymentStatus(
                                wish.path("id").asText(), wish.path("status").asText(""));
                return Optional.of(Reply.json(200, Json.tree(payment)));
            }
            default -> {
                return Optional.empty();
            }
        }
        return Optional.of(Reply.empty(204));
    }

    /** The account that is named, or all that anybody connected. */
    private List<String> accounts(JsonNode wish) {
        return wish.has("account")
                ? List.of(wish.path("account").asText())
                : twin.truth().accounts().stream().map(AccountTruth::accountId).toList();
    }

    private static String user(JsonNode wish) {
        if (!wish.path("user").isTextual()) {
            throw new IllegalArgumentException("user: expected a name such as user1");
        }
        return wish.path("user").asText();
    }
}
