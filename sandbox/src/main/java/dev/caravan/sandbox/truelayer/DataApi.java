package dev.caravan.sandbox.truelayer;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.sandbox.Json;
import dev.caravan.sandbox.http.Reply;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The Data API for a connection that may call it (contract 3). Answers from one snapshot of the
 * account, so a page is never half of one state and half of the next. Safe for use by many threads.
 */
final class DataApi {
    private final Supplier<TwinSettings> settings;
    private final Bank bank;
    private final Clock clock;
    private final HourCache cache;

    DataApi(Supplier<TwinSettings> settings, Bank bank, Clock clock) {
        this.settings = settings;
        this.bank = bank;
        this.clock = clock;
        this.cache = new HourCache(clock);
    }

    Reply answer(Call call, Optional<PageFault> fault) {
        Route route = call.route();
        Connection connection = call.connection();
        if (fault.orElse(null) instanceof PageFault.Status unfinished) {
            return Reply.json(200, envelope(List.of()).put("status", unfinished.status()));
        }
        if (fault.orElse(null) instanceof PageFault.Empty) {
            return Reply.json(200, envelope(List.of()));
        }
        return switch (route.endpoint()) {
            case "me" -> results(List.of(me(connection)));
            case "info" -> results(List.of(info(connection)));
            case "accounts", "cards" -> results(list(connection, route.kind()));
            default -> ofAccount(call, fault);
        };
    }

    private Reply ofAccount(Call call, Optional<PageFault> fault) {
        Route route = call.route();
        BankAccount account =
                bank.find(call.connection().user(), route.kind(), route.id())
                        .orElseThrow(
                                () -> ApiError.of(404, "account_not_found", "No such account."));
        TwinSettings now = settings.get();
        long salt = now.volatileTransactionIds() ? call.number() : 0;
        AccountState state = now.hourCache() ? cache.state(call, account) : account.snapshot();
        return switch (route.what()) {
            case "balance" -> results(List.of(AccountJson.balance(account, clock.instant())));
            case "transactions" -> {
                Window window =
                        new Windows(now, clock.instant(), account.today())
                                .of(call.connection(), call.request().query());
                yield Reply.of(
                        200,
                        "application/json; charset=utf-8",
                        new TransactionsPage(account, state, window, salt, fault));
            }
            case "transactions/pending" -> results(pending(state, salt));
            case "standing_orders" ->
                    results(
                            StandingOrder.of(account).stream()
                                    .map(order -> order.json(order.status().equals("Active")))
                                    .toList());
            case "direct_debits" ->
                    results(DirectDebit.of(account).stream().map(one -> one.json(salt)).toList());
            default -> results(List.of(AccountJson.of(account, clock.instant())));
        };
    }

    static List<ObjectNode> pending(AccountState state, long salt) {
        return state.pending().stream()
                .map(row -> row.json(Mix.hex(Mix.of(salt, "" + row.normalisedId() + row.amount()))))
                .toList();
    }

    private List<ObjectNode> list(Connection connection, Kind kind) {
        Instant now = clock.instant();
        return bank.accounts(connection.user(), kind).stream()
                .map(account -> AccountJson.of(account, now))
                .toList();
    }

    private ObjectNode me(Connection connection) {
        ObjectNode me = Json.object().put("client_id", settings.get().clientId());
        me.put("credentials_id", connection.credentialsId()).put("consent_status", "Authorised");
        me.put("consent_status_updated_at", connection.consentUpdatedAt().toString());
        me.put("consent_created_at", connection.consentCreatedAt().toString());
        me.put("consent_expires_at", connection.consentExpiresAt().toString());
        ObjectNode provider = me.putObject("provider").put("provider_id", "mock");
        provider.put("display_name", "Mock").put("logo_uri", "https://example.invalid/mock.svg");
        connection.scopes().forEach(me.putArray("scopes")::add);
        return me.put("privacy_policy", "https://example.invalid/privacy");
    }

    private ObjectNode info(Connection connection) {
        ObjectNode info = Json.object().put("full_name", "Doe " + connection.user());
        info.putArray("emails").add(connection.user() + "@example.invalid");
        info.putArray("phones");
        return info.put("update_timestamp", clock.instant().toString());
    }

    static void requireScopes(Route route, List<String> granted) {
        boolean anyScope = route.endpoint().equals("me");
        String top = route.endpoint().equals("info") ? "info" : route.kind().segment();
        String more =
                switch (route.what()) {
                    case "balance" -> "balance";
                    case "transactions", "transactions/pending" -> "transactions";
                    case "standing_orders", "direct_debits" -> route.what();
                    default -> top;
                };
        if (!anyScope && !granted.containsAll(List.of(top, more))) {
            throw ApiError.of(403, "access_denied", "The token lacks the scope " + more + ".");
        }
    }

    private static Reply results(List<ObjectNode> results) {
        return Reply.json(200, envelope(results));
    }

    private static ObjectNode envelope(List<ObjectNode> results) {
        ObjectNode envelope = Json.object();
        ArrayNode array = envelope.putArray("results");
        results.forEach(array::add);
        return envelope.put("status", "Succeeded");
    }
}
