package dev.caravan.sandbox.truelayer;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a user is asked to agree to, and where to go afterwards. Only a request that keeps the rules
 * of contract 2.1 becomes one. Immutable.
 *
 * @param id what may be used once
 * @param existing the connection that is authenticated again, empty for a new one
 * @param confirmOnly whether the bank's login is skipped
 */
record AuthLink(
        String id,
        String redirectUri,
        List<String> scopes,
        String state,
        String challenge,
        boolean formPost,
        Optional<Connection> existing,
        boolean confirmOnly) {
    private static final Set<String> SCOPES =
            Set.of(
                    "info",
                    "accounts",
                    "balance",
                    "cards",
                    "transactions",
                    "direct_debits",
                    "standing_orders",
                    "offline_access");
    private static final Set<String> PROVIDERS = Set.of("uk-cs-mock", "mock");

    /** Reads the query of the authorise page as it was written: a plus sign is a plus sign. */
    static AuthLink parse(String rawQuery, TwinSettings settings) {
        Map<String, String> query = pairs(rawQuery);
        demand(settings.clientId().equals(query.get("client_id")), "client_id is unknown");
        String redirect = query.getOrDefault("redirect_uri", "");
        demand(settings.redirectUris().contains(redirect), "redirect_uri is not registered");
        require("code".equals(query.get("response_type")), "response_type: expected code");
        List<String> scopes = List.of(query.getOrDefault("scope", "").split(" "));
        checkScopes(scopes);
        if (query.containsKey("providers")) {
            List<String> asked = List.of(query.get("providers").split(" "));
            require(
                    asked.stream().anyMatch(PROVIDERS::contains),
                    "providers: the sandbox offers uk-cs-mock only");
        }
        checkMethod(query);
        String state = query.getOrDefault("state", "");
        return new AuthLink(
                state.isEmpty() ? rawQuery : state,
                redirect,
                scopes,
                state,
                query.getOrDefault("code_challenge", ""),
                "form_post".equals(query.get("response_mode")),
                Optional.empty(),
                false);
    }

    static void checkMethod(Map<String, String> query) {
        require(
                !query.containsKey("code_challenge")
                        || "S256".equals(query.getOrDefault("code_challenge_method", "S256")),
                "code_challenge_method: expected S256");
    }

    private static void checkScopes(List<String> scopes) {
        for (String scope : scopes) {
            require(SCOPES.contains(scope), "scope: unknown value '" + scope + "'");
        }
        boolean accounts = scopes.contains("accounts");
        if (scopes.contains("balance") || scopes.contains("transactions")) {
            require(
                    accounts || scopes.contains("cards"),
                    "scope: balance and transactions need accounts or cards");
        }
        if (scopes.contains("direct_debits") || scopes.contains("standing_orders")) {
            require(accounts, "scope: direct_debits and standing_orders need accounts");
        }
    }

    private static void demand(boolean kept, String rule) {
        if (!kept) {
            throw ApiError.page(401, "unauthorized_client", rule);
        }
    }

    private static void require(boolean kept, String rule) {
        if (!kept) {
            throw ApiError.page(400, "validation_error", rule);
        }
    }

    private static Map<String, String> pairs(String raw) {
        Map<String, String> pairs = new LinkedHashMap<>();
        for (String pair : raw.split("&")) {
            String[] sides = pair.replace("+", "%2B").split("=", 2);
            if (sides.length == 2) {
                pairs.put(
                        URLDecoder.decode(sides[0], StandardCharsets.UTF_8),
                        URLDecoder.decode(sides[1], StandardCharsets.UTF_8));
            }
        }
        return pairs;
    }
}
