package dev.caravan.sandbox.leatherback;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.sandbox.Effect;
import dev.caravan.sandbox.http.Reply;
import java.util.Optional;

/** The own kinds of fault by the names that {@code POST /twin/faults} gives them. Stateless. */
final class FaultKinds {
    private FaultKinds() {}

    static Optional<Effect> of(String kind, JsonNode wish) {
        return Optional.ofNullable(
                switch (kind) {
                    case "obie_error" -> {
                        int status = wish.path("status").asInt(400);
                        String code = wish.path("code").asText(ObieError.NOT_FOUND);
                        yield new Effect.Answer(
                                Reply.json(status, ObieError.body(status, code, "a fault", "")));
                    }
                    case "not_successful" -> {
                        String code = wish.path("code").asText("E99");
                        String message = wish.path("message").asText("something went wrong");
                        yield new Effect.Answer(Reply.json(200, Wrapper.failed(code, message)));
                    }
                    case "foreign_next" ->
                            new OwnEffect.Next(wish.path("url").asText("http://example.com/2"));
                    case "next_is_self" -> new OwnEffect.Next("");
                    case "next_cycles" -> new OwnEffect.Cycle();
                    case "empty_page" -> new OwnEffect.EmptyPage();
                    case "repeats_row" -> new OwnEffect.RepeatedRow();
                    case "two_versions" -> new OwnEffect.TwoVersions();
                    case "extra_row" -> new OwnEffect.ExtraRow(wish.path("row"));
                    case "id_token" ->
                            new OwnEffect.SpoiltIdToken(
                                    IdTokenFlaw.valueOf(wish.path("flaw").asText()));
                    case "callback_error" ->
                            new OwnEffect.CallbackError(wish.path("code").asText("server_error"));
                    case "other_state" -> new OwnEffect.OtherState(wish.path("state").asText(""));
                    case "other_consent" -> new OwnEffect.OtherConsentInToken();
                    case "consent_status" ->
                            new OwnEffect.ShownStatus(
                                    wish.path("code").asText("AwaitingAuthorisation"));
                    default -> null;
                });
    }
}
