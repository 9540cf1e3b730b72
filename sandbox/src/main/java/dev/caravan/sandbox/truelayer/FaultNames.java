package dev.caravan.sandbox.truelayer;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.sandbox.Fault;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;

/**
 * The faults by the names that {@code POST /twin/faults} takes. An unknown name is refused with the
 * list of the known ones. Immutable.
 */
final class FaultNames {
    private static final Map<String, BiFunction<FaultPoint, JsonNode, Fault>> KINDS = kinds();
    private static final Map<String, BiFunction<WebhookFaultPoint, JsonNode, Fault>> WEBHOOK_KINDS =
            webhookKinds();

    private FaultNames() {}

    static Fault set(Faults faults, JsonNode wish) {
        String kind = wish.path("kind").asText();
        String endpoint = wish.path("endpoint").asText("*");
        Fault fault;
        if (KINDS.containsKey(kind)) {
            boolean inside = wish.path("where").asText().equals("task");
            fault =
                    KINDS.get(kind)
                            .apply(inside ? faults.task(endpoint) : faults.on(endpoint), wish);
        } else if (WEBHOOK_KINDS.containsKey(kind)) {
            fault = WEBHOOK_KINDS.get(kind).apply(faults.webhook(endpoint), wish);
        } else {
            throw new IllegalArgumentException(
                    "kind: expected one of " + KINDS.keySet() + WEBHOOK_KINDS.keySet());
        }
        fault.forUser(wish.path("user").asText("")).forAccount(wish.path("account").asText(""));
        fault.afterCalls(wish.path("after_calls").asLong(0));
        return fault.times(wish.path("times").asLong(Long.MAX_VALUE));
    }

    private static Map<String, BiFunction<FaultPoint, JsonNode, Fault>> kinds() {
        Map<String, BiFunction<FaultPoint, JsonNode, Fault>> kinds = new TreeMap<>();
        kinds.put(
                "too_many_requests",
                (at, wish) ->
                        wish.has("retry_after")
                                ? at.tooManyRequests(wish.path("retry_after").asText())
                                : at.tooManyRequests());
        kinds.put("request_limit_exceeded", (at, wish) -> at.requestLimitExceeded());
        kinds.put(
                "error",
                (at, wish) -> at.error(wish.path("status").asInt(500), wish.path("code").asText()));
        kinds.put("html", (at, wish) -> at.html(wish.path("status").asInt(200)));
        kinds.put("stall", (at, wish) -> at.stalls(millis(wish)));
        kinds.put("drip", (at, wish) -> at.drips(millis(wish)));
        kinds.put("truncate", (at, wish) -> at.truncated());
        kinds.put("cut_json", (at, wish) -> at.cutJson());
        kinds.put("reset", (at, wish) -> at.resets());
        kinds.put("lose_answer", (at, wish) -> at.losesTheAnswer());
        kinds.put("consent_too_young", (at, wish) -> at.consentTooYoung());
        kinds.put("cannot_be_extended", (at, wish) -> at.cannotBeExtended());
        kinds.put("word_as_amount", (at, wish) -> at.wordAsAmount());
        kinds.put("huge_amount", (at, wish) -> at.hugeAmount());
        kinds.put("null_amount", (at, wish) -> at.nullAmount());
        kinds.put("unknown_currency", (at, wish) -> at.unknownCurrency());
        kinds.put("impossible_date", (at, wish) -> at.impossibleDate());
        kinds.put("nul_in_description", (at, wish) -> at.nulInDescription());
        kinds.put("long_description", (at, wish) -> at.longDescription());
        kinds.put("extra_row", (at, wish) -> at.extraRow(wish.path("row").toString()));
        kinds.put("repeated_row", (at, wish) -> at.repeatsARow());
        kinds.put("lost_row", (at, wish) -> at.losesARow(wish.path("text").asText()));
        kinds.put("two_versions", (at, wish) -> at.twoVersionsOfARow());
        kinds.put("status", (at, wish) -> at.status(wish.path("status").asText("Running")));
        kinds.put("empty_results", (at, wish) -> at.emptyResults());
        kinds.put("told_before_the_answer", (at, wish) -> at.toldBeforeTheAnswer());
        kinds.put(
                "foreign_results_uri",
                (at, wish) -> at.foreignResultsUri(wish.path("text").asText()));
        return kinds;
    }

    private static Map<String, BiFunction<WebhookFaultPoint, JsonNode, Fault>> webhookKinds() {
        Map<String, BiFunction<WebhookFaultPoint, JsonNode, Fault>> kinds = new TreeMap<>();
        kinds.put("webhook_twice", (at, wish) -> at.twice());
        kinds.put("webhook_never", (at, wish) -> at.never());
        kinds.put("webhook_late", (at, wish) -> at.late(millis(wish)));
        kinds.put("webhook_failed_first", (at, wish) -> at.failedFirst(millis(wish)));
        kinds.put("webhook_failed_afterwards", (at, wish) -> at.failedAfterwards());
        kinds.put(
                "webhook_says",
                (at, wish) -> at.says(wish.path("member").asText(), wish.path("text").asText()));
        return kinds;
    }

    private static Duration millis(JsonNode wish) {
        return Duration.ofMillis(wish.path("millis").asLong(30_000));
    }
}
