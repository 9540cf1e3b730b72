package dev.caravan.sandbox.truelayer;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Where a request goes: the endpoint as a template, with what the path filled in. The template is
 * the name used by faults, counters and the journal. Immutable.
 *
 * @param id account id, or the id of a dialogue or task; empty where the path has none
 */
record Route(String endpoint, Kind kind, String id) {
    static final Route UNKNOWN = new Route("unknown", Kind.ACCOUNT, "");
    static final String BATCH = "batch/transactions";
    private static final String DATA = "/data/v1/";
    private static final List<String> RESULTS = List.of("results/", "batch/results/");
    private static final Map<String, String> FIXED =
            Map.of(
                    "GET /", "authorise",
                    "GET /.well-known/jwks", "jwks",
                    "POST /login", "login",
                    "POST /connect/token", "connect/token",
                    "DELETE /api/delete", "api/delete",
                    "POST /api/debug", "api/debug",
                    "GET /api/providers", "api/providers",
                    "POST /v1/reauthuri", "v1/reauthuri",
                    "POST /connections/extend", "connections/extend");
    private static final Set<String> TOP = Set.of("me", "info", "accounts", "cards");
    private static final Set<String> SHARED =
            Set.of("", "/balance", "/transactions", "/transactions/pending");
    private static final Set<String> ACCOUNTS_ONLY = Set.of("/standing_orders", "/direct_debits");

    static Route of(String method, String path) {
        if (method.equals("POST") && path.equals(DATA + BATCH)) {
            return new Route(BATCH, Kind.ACCOUNT, "");
        }
        if (path.startsWith(DATA) && method.equals("GET")) {
            return data(path.substring(DATA.length()));
        }
        if (path.startsWith("/dialogue/") && method.equals("GET")) {
            return new Route("dialogue", Kind.ACCOUNT, path.substring("/dialogue/".length()));
        }
        String fixed = FIXED.get(method + " " + path);
        return fixed == null ? UNKNOWN : new Route(fixed, Kind.ACCOUNT, "");
    }

    private static Route data(String path) {
        if (TOP.contains(path)) {
            return new Route(path, path.equals("cards") ? Kind.CARD : Kind.ACCOUNT, "");
        }
        for (String results : RESULTS) {
            if (path.startsWith(results)) {
                return new Route(results + "{id}", Kind.ACCOUNT, path.substring(results.length()));
            }
        }
        String[] parts = path.split("/", 3);
        Kind kind = parts[0].equals("cards") ? Kind.CARD : Kind.ACCOUNT;
        if (parts.length < 2 || !parts[0].equals(kind.segment()) || parts[1].isEmpty()) {
            return UNKNOWN;
        }
        String rest = parts.length == 2 ? "" : "/" + parts[2];
        boolean known =
                SHARED.contains(rest) || kind == Kind.ACCOUNT && ACCOUNTS_ONLY.contains(rest);
        return known ? new Route(parts[0] + "/{id}" + rest, kind, parts[1]) : UNKNOWN;
    }

    /** Whether the id is that of an account or card. */
    boolean ofAccount() {
        return endpoint.startsWith(kind.segment() + "/{id}");
    }

    /** What comes after the account id, or the whole template where there is no id. */
    String what() {
        int mark = endpoint.indexOf("}/");
        return mark < 0 ? endpoint : endpoint.substring(mark + 2);
    }
}
