package dev.caravan.sandbox.trac;

import dev.caravan.sandbox.Json;
import dev.caravan.sandbox.Refusal;
import dev.caravan.sandbox.http.Reply;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;

/**
 * The refusals of the twin in the shape that the settings ask for, since nobody has described
 * Pebble's. Safe for use by many threads.
 */
final class Answers {
    private final Supplier<TracSettings> settings;

    Answers(Supplier<TracSettings> settings) {
        this.settings = settings;
    }

    Refusal refuse(int status, String reason) {
        return new Refusal(reply(status, reason));
    }

    /** A bad app JWT; the FAQ says that the message speaks of an invalid bearer token. */
    Refusal badJwt(String why) {
        return refuse(401, "Invalid bearer token: " + why);
    }

    Refusal tooMany() {
        Reply reply = reply(429, "too many requests");
        String after = settings.get().retryAfter();
        return new Refusal(after.isEmpty() ? reply : reply.header("Retry-After", after));
    }

    Reply reply(int status, String reason) {
        String shape = settings.get().errorsAs();
        if (shape.equals("text")) {
            byte[] text = reason.getBytes(StandardCharsets.UTF_8);
            return Reply.of(status, "text/plain; charset=utf-8", out -> out.raw(text));
        }
        return Reply.json(status, Json.object().put(shape, reason));
    }
}
