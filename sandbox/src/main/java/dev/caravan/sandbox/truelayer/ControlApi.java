package dev.caravan.sandbox.truelayer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.sandbox.Exchange;
import dev.caravan.sandbox.Fault;
import dev.caravan.sandbox.Json;
import dev.caravan.sandbox.http.Reply;
import dev.caravan.sandbox.http.Request;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The twin's own HTTP surface under {@code /twin/}, for scripts and the demo. Says the same as the
 * Java API and is not part of the journal. Safe for use by many threads.
 */
final class ControlApi {
    private final TrueLayerTwin twin;

    ControlApi(TrueLayerTwin twin) {
        this.twin = twin;
    }

    Reply answer(Request request) {
        try {
            return switch (request.method() + " " + request.path()) {
                case "GET /twin/truth" -> truth(request);
                case "GET /twin/journal" -> journal(request);
                case "GET /twin/counters" -> Reply.json(200, twin.journal().counters());
                case "DELETE /twin/journal" -> {
                    twin.journal().clear();
                    yield Reply.empty(204);
                }
                case "GET /twin/faults" -> faults();
                case "POST /twin/faults" -> {
                    FaultNames.set(twin.faults(), request.json());
                    yield Reply.empty(204);
                }
                case "DELETE /twin/faults" -> {
                    twin.faults().clear();
                    yield Reply.empty(204);
                }
                case "GET /twin/settings" ->
                        Reply.json(
                                200,
                                twin.settings()
                                        .clientSecret("masked")
                                        .webhookTrust(twin.settings().webhookTrust(), "masked"));
                case "POST /twin/settings" -> {
                    twin.change(twin.settings().with(request.json()));
                    yield Reply.empty(204);
                }
                case "GET /twin/tasks" -> tasks(request);
                case "GET /twin/deliveries" -> listed(twin.deliveries(), WebhookDelivery::json);
                case "POST /twin/webhook" -> webhook(request.json());
                case "POST /twin/hold" -> {
                    twin.holdTasks();
                    yield Reply.empty(204);
                }
                case "POST /twin/release" -> {
                    twin.releaseTasks();
                    yield Reply.empty(204);
                }
                case "POST /twin/grow" -> {
                    String account = request.json().path("account").asText();
                    twin.account(account).grow(request.json().path("rows").asInt(1));
                    yield Reply.empty(204);
                }
                case "POST /twin/settle" -> {
                    twin.account(request.json().path("account").asText()).settlePending();
                    yield Reply.empty(204);
                }
                default -> Reply.json(404, Json.object().put("error", "no such control"));
            };
        } catch (IllegalArgumentException unreadable) {
            return Reply.json(400, Json.object().put("error", unreadable.getMessage()));
        }
    }

    private Reply truth(Request request) {
        boolean digests = !"false".equals(request.query().get("digest"));
        if ("kind".equals(request.query().get("by"))) {
            ArrayNode kinds = Json.object().putArray("kinds");
            twin.truth().kinds(digests).forEach(kind -> kinds.add(kind.json()));
            return Reply.json(200, kinds);
        }
        ArrayNode accounts = Json.object().putArray("accounts");
        for (AccountTruth truth : twin.truth().all(digests)) {
            accounts.addObject()
                    .put("user", truth.user())
                    .put("account_id", truth.accountId())
                    .put("kind", truth.kind().name())
                    .put("currency", truth.currency())
                    .put("count", truth.count())
                    .put("sum", truth.sum().toPlainString())
                    .put("digest", truth.digest());
        }
        return Reply.json(200, accounts);
    }

    private Reply tasks(Request request) {
        return "status".equals(request.query().get("by"))
                ? Reply.json(200, twin.truth().tasks())
                : listed(twin.tasks(), Task::json);
    }

    private static <T> Reply listed(List<T> all, Function<T, ObjectNode> json) {
        ArrayNode rows = Json.array();
        all.forEach(one -> rows.add(json.apply(one)));
        return Reply.json(200, rows);
    }

    private Reply webhook(JsonNode wish) {
        Signing how = Signing.valueOf(wish.path("signing").asText(Signing.TRUE.name()));
        String json = wish.path("body").toString();
        return Reply.json(200, twin.signedWebhook(wish.path("url").asText(), json, how).json());
    }

    private Reply journal(Request request) {
        int limit = Integer.parseInt(request.query().getOrDefault("limit", "100"));
        List<Exchange> all = twin.journal().all();
        ArrayNode exchanges = Json.object().putArray("exchanges");
        for (Exchange one : all.subList(Math.max(0, all.size() - limit), all.size())) {
            exchanges
                    .addObject()
                    .put("number", one.number())
                    .put("started_at", one.startedAt().toString())
                    .put("method", one.method())
                    .put("path", one.path())
                    .put("query", masked(one.query()))
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

    /** The query of a webhook_uri is its receiver's secret. */
    private static String masked(Map<String, String> query) {
        Map<String, String> shown = new LinkedHashMap<>(query);
        shown.computeIfPresent("webhook_uri", (name, uri) -> uri.replaceFirst("\\?.*", "?***"));
        return shown.toString();
    }

    private Reply faults() {
        ArrayNode faults = Json.object().putArray("faults");
        for (Fault fault : twin.faults().all()) {
            faults.addObject()
                    .put("endpoint", fault.endpoint())
                    .put("effect", fault.effect().getClass().getSimpleName())
                    .put("hits", fault.hits());
        }
        return Reply.json(200, faults);
    }
}
