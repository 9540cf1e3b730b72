package dev.caravan.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.sandbox.http.Reply;
import dev.caravan.sandbox.http.Request;
import java.util.Optional;

/** What the {@link Front} asks of a twin: the provider's own part of an exchange. */
public interface Provider {
    /** Names the endpoint and the caller; never refuses. */
    Visit visit(Request request);

    /**
     * The provider's answer.
     *
     * @param own a fault of the twin's own kind that struck this request, to be worked into the
     *     answer; the common kinds never come here
     * @throws Refusal instead of an answer
     */
    Reply answer(Request request, Visit visit, Optional<Effect> own);

    /** A fault has answered instead; a twin that counts arrivals may want to know. */
    default void overruled(Request request, Visit visit, Reply by) {}

    /** The body of {@code GET /twin/truth}: what the twin holds, by its own count. */
    JsonNode truth(Request request);

    /**
     * {@code POST /twin/...} of the twin's own, with its JSON body.
     *
     * @return empty where there is no such control
     */
    Optional<Reply> control(String name, JsonNode body);

    /**
     * A fault of the twin's own kind by the name that {@code POST /twin/faults} gives it.
     *
     * @return empty where there is no such kind
     */
    Optional<Effect> fault(String kind, JsonNode wish);
}
