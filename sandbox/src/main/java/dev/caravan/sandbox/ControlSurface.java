package dev.caravan.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.caravan.sandbox.http.Reply;
import dev.caravan.sandbox.http.Request;
import java.time.Duration;
import java.util.List;

/**
 * What scripts and the demo may ask a twin under {@code /twin/}: truth, journal, counters, faults
 * and the twin's own controls. Not part of the journal. Safe for use by many threads.
 */
final class ControlSurface {
    private final Provider provider;
    private final FaultTable faults;
    private final Journal journal;

    ControlSurface(Provider provider, FaultTable faults, Journal journal) {
        this.provider = provider;
        this.faults = faults;
        this.journal = journal;
    }

    Reply answer(Request request) {
        try {
            return switch (request.method() + " " + request.path()) {
                case "GET /twin/truth" -> Reply.json(200, provider.truth(request));
                case "GET /twin/journal" -> journal(request);
                case "GET /twin/counters" -> Reply.json(200, journal.counters());
                case "DELETE /twin/journal" -> {
                    journal.clear();
                    yield Reply.empty(204);
                }
                case "GET /twin/faults" -> listed();
                case "POST /twin/faults" -> {
                    set(request.json());
                    yield Reply.empty(204);
                }
                case "DELETE /twin/faults" -> {
                    faults.clear();
                    yield Reply.empty(204);
                }
                default -> own(request);
            };
        } catch (IllegalArgumentException unreadable) {
            return Reply.json(400, Json.object().put("error", unreadable.getMessage()));
        }
    }

    private Reply own(Request request) {
        String name = request.path().substring("/twin/".length());
        return (request.method().equals("POST")
                        ? provider.control(name, request.json())
                        : java.util.Optional.<Reply>empty())
                .orElseGet(() -> Reply.json(404, Json.object().put("error", "no such control")));
    }

    private Reply journal(Request request) {
        int limit = Integer.parseInt(request.query().getOrDefault("limit", "100"));
        List<Exchange> all = journal.all();
        ArrayNode exchanges = Json.object().putArray("exchanges");
        for (Exchange one : all.subList(Math.max(0, all.size() - limit), all.size())) {
            exchanges
                    .addObject()
                    .put("number", one.number())
                    .put("started_at", one.startedAt().toString())
                    .put("method", one.method())
                    .put("path", one.path())
                    .put("query", one.query().toString())
                    .put("endpoint", one.endpoint())
                    .put("user", one.user())
                    .put("account", one.accountId())
                    .put("status", one.status())
                    .put("bytes", one.bytes())
                    .put("millis", (one.endedNanos() - one.startedNanos()) / 1_000_000)
                    .put("attended", one.attended());
        }
        return Reply.json(200, exchanges);
    }

    private Reply listed() {
        ArrayNode set = Json.object().putArray("faults");
        for (Fault fault : faults.all()) {
            set.addObject()
                    .put("endpoint", fault.endpoint())
                    .put("effect", fault.effect().getClass().getSimpleName())
                    .put("hits", fault.hits());
        }
        return Reply.json(200, set);
    }

    private void set(JsonNode wish) {
        FaultPoint at = new FaultPoint(faults, wish.path("endpoint").asText("*"));
        int status = wish.path("status").asInt(500);
        Fault fault =
                switch (wish.path("kind").asText()) {
                    case "too_many_requests" ->
                            wish.has("retry_after")
                                    ? at.retryAfter(429, wish.path("retry_after").asText())
                                    : at.tooManyRequests();
                    case "error" ->
                            wish.has("body")
                                    ? at.error(status, wish.path("body"))
                                    : at.status(status);
                    case "html" -> at.html(status);
                    case "stall" -> at.stalls(millis(wish));
                    case "drip" -> at.drips(millis(wish));
                    case "truncate" -> at.truncated();
                    case "cut_json" -> at.cutJson();
                    case "reset" -> at.resets();
                    case "lose_answer" -> at.losesTheAnswer();
                    default -> at.set(own(wish));
                };
        fault.forUser(wish.path("user").asText("")).forAccount(wish.path("account").asText(""));
        fault.afterCalls(wish.path("after_calls").asLong(0));
        fault.times(wish.path("times").asLong(Long.MAX_VALUE));
    }

    private Effect own(JsonNode wish) {
        String kind = wish.path("kind").asText();
        return provider.fault(kind, wish)
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "kind: expected too_many_requests, error, html, stall,"
                                                + " drip, truncate, cut_json, reset, lose_answer"
                                                + " or one of the twin's own, found "
                                                + kind));
    }

    private static Duration millis(JsonNode wish) {
        return Duration.ofMillis(wish.path("millis").asLong(30_000));
    }
}
