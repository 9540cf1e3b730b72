package dev.caravan.sandbox.pockit;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.sandbox.Json;
import dev.caravan.sandbox.Refusal;
import dev.caravan.sandbox.http.Reply;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * Makes the answers that refuse, in the bodies that contract 7 guesses at. Each says what was
 * expected and what was found. Safe for use by many threads.
 */
final class Refusals {
    private final Supplier<PockitSettings> settings;

    Refusals(Supplier<PockitSettings> settings) {
        this.settings = settings;
    }

    /** Of an auth call: RFC 6749 section 5.2. */
    Refusal auth(int status, String error, String description) {
        return new Refusal(
                body(
                        status,
                        Json.object().put("error", error).put("error_description", description),
                        description));
    }

    Refusal invalidGrant(String description) {
        return auth(settings.get().granting().invalidGrantStatus(), "invalid_grant", description);
    }

    /** Of a resource: the error of OBIE, its code without the common beginning. */
    Refusal resource(int status, String code, String message) {
        return new Refusal(resourceReply(status, code, message));
    }

    Reply resourceReply(int status, String code, String message) {
        ObjectNode error =
                Json.object()
                        .put("Code", Integer.toString(status))
                        .put("Id", UUID.randomUUID().toString())
                        .put("Message", message);
        error.withArray("Errors")
                .addObject()
                .put("ErrorCode", "UK.OBIE." + code)
                .put("Message", message);
        return body(status, error, message);
    }

    private Reply body(int status, ObjectNode standard, String message) {
        return switch (settings.get().answers().errorBody()) {
            case STANDARD -> Reply.json(status, standard);
            case MESSAGE -> Reply.json(status, Json.object().put("message", message));
            case NONE -> Reply.empty(status);
        };
    }
}
