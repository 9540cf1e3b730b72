package dev.caravan.conformance.larkspur;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.sandbox.Effect;
import dev.caravan.sandbox.FaultPoint;
import dev.caravan.sandbox.FaultTable;
import dev.caravan.sandbox.Front;
import dev.caravan.sandbox.Journal;
import dev.caravan.sandbox.Json;
import dev.caravan.sandbox.Provider;
import dev.caravan.sandbox.Refusal;
import dev.caravan.sandbox.Visit;
import dev.caravan.sandbox.http.LoopbackServer;
import dev.caravan.sandbox.http.Reply;
import dev.caravan.sandbox.http.Request;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** Larkspur as its folder's head describes it. Safe for many threads. */
final class LarkspurTwin implements Provider, AutoCloseable {
    static final String SECRET = "not-a-secret";

    private final Clock clock;
    private final Journal journal = new Journal();
    private final FaultTable faults = new FaultTable();
    private final Map<String, Instant> tokens = new ConcurrentHashMap<>();
    private final Map<String, List<Row>> accounts = new TreeMap<>();
    private final LoopbackServer server;

    /** A transaction. */
    record Row(String id, Instant at, String amount, String text) {}

    LarkspurTwin(Clock clock, int accountCount, int rows) {
        this.clock = clock;
        for (int a = 1; a <= accountCount; a++) {
            List<Row> mine = new ArrayList<>();
            for (int r = 0; r < rows; r++) {
                mine.add(
                        new Row(
                                "t-" + a + "-" + r,
                                clock.instant().minusSeconds(3_600L * (rows - r)),
                                (r % 5 == 0 ? "" : "-") + (r + 1) + ".25",
                                "Purchase " + r));
            }
            accounts.put("acc-" + a, mine);
        }
        server = new LoopbackServer(0, 32, false, new Front(this, clock, faults, journal));
    }

    URI base() {
        return server.base();
    }

    Journal journal() {
        return journal;
    }

    FaultPoint on(String endpoint) {
        return new FaultPoint(faults, endpoint);
    }

    synchronized void add(String account, String amount, String text) {
        List<Row> rows = accounts.get(account);
        rows.add(new Row("t-" + account + "-" + rows.size(), clock.instant(), amount, text));
    }

    /** A line for each transaction: id, account, amount. */
    synchronized List<String> truth() {
        List<String> lines = new ArrayList<>();
        accounts.forEach(
                (account, rows) ->
                        rows.forEach(
                                row -> lines.add(row.id() + " " + account + " " + row.amount())));
        lines.sort(null);
        return lines;
    }

    @Override
    public Visit visit(Request request) {
        String path = request.path();
        String[] parts = path.split("/");
        return path.matches("/v2/accounts/[^/]+/transactions")
                ? new Visit("accounts/{id}/transactions", "", parts[3], false)
                : new Visit(path.replaceFirst("^/(v2/)?", ""), "", "", false);
    }

    @Override
    public synchronized Reply answer(Request request, Visit visit, Optional<Effect> own) {
        if (visit.endpoint().equals("oauth/token")) {
            return token(request);
        }
        String bearer = request.header("authorization").orElse("").replaceFirst("^Bearer ", "");
        if (!tokens.getOrDefault(bearer, Instant.MIN).isAfter(clock.instant())) {
            throw new Refusal(error(401, "token_expired"));
        }
        return switch (visit.endpoint()) {
            case "accounts" ->
                    page(request, accounts.keySet().stream().map(this::account).toList());
            case "accounts/{id}/transactions" ->
                    page(
                            request,
                            accounts.get(visit.account()).stream()
                                    .filter(
                                            row ->
                                                    !row.at()
                                                            .isBefore(
                                                                    Instant.parse(
                                                                            request.query()
                                                                                    .get("since"))))
                                    .map(LarkspurTwin::row)
                                    .toList());
            default -> error(404, "not_found");
        };
    }

    private Reply token(Request request) {
        Map<String, String> form = request.fields();
        if (!SECRET.equals(form.get("client_secret"))
                || !"client_credentials".equals(form.get("grant_type"))) {
            return error(401, "invalid_client");
        }
        String token = "larkspur-" + tokens.size();
        tokens.put(token, clock.instant().plusSeconds(600));
        return Reply.json(
                200,
                Json.object()
                        .put("access_token", token)
                        .put("token_type", "Bearer")
                        .put("expires_in", 600));
    }

    private Reply page(Request request, List<ObjectNode> all) {
        int limit = Integer.parseInt(request.query().get("limit"));
        int from = Integer.parseInt(request.query().getOrDefault("cursor", "0"));
        ObjectNode answer = Json.object();
        ArrayNode data = answer.putArray("data");
        all.subList(from, Math.min(all.size(), from + limit)).forEach(data::add);
        if (from + limit < all.size()) {
            answer.put("next_cursor", String.valueOf(from + limit));
        }
        return Reply.json(200, answer);
    }

    private ObjectNode account(String id) {
        ObjectNode account =
                Json.object().put("id", id).put("name", "Account " + id).put("kind", "current");
        account.put("currency", "EUR")
                .putObject("balance")
                .put("amount", "100.50")
                .put("at", "2026-11-20T00:00:00Z");
        return account;
    }

    private static ObjectNode row(Row row) {
        return Json.object()
                .put("id", row.id())
                .put("posted_at", row.at().toString())
                .put("amount", row.amount())
                .put("currency", "EUR")
                .put("text", row.text());
    }

    private static Reply error(int status, String code) {
        ObjectNode body = Json.object();
        body.putObject("error").put("code", code);
        return Reply.json(status, body);
    }

    @Override
    public JsonNode truth(Request request) {
        return Json.object();
    }

    @Override
    public Optional<Reply> control(String name, JsonNode body) {
        return Optional.empty();
    }

    @Override
    public Optional<Effect> fault(String kind, JsonNode wish) {
        return Optional.empty();
    }

    @Override
    public void close() {
        server.close();
    }
}
