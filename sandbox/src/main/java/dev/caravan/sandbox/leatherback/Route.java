package dev.caravan.sandbox.leatherback;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a path means: the endpoint as a template and the id that fills it. Immutable.
 *
 * @param id empty where the template has none
 */
record Route(String endpoint, String id) {
    static final String REGISTRATION = "api/account/registration";
    static final String TOKEN = "auth/token";
    static final String JWKS = "jwks";
    static final String AUTHORIZE = "authorize-app";
    static final String DECISION = "authorize-app/decision";
    static final String CONSENTS = "account-access-consents";
    static final String CONSENT = "account-access-consents/{id}";
    static final String ACCOUNTS = "accounts";
    static final String ACCOUNT = "accounts/{id}";
    static final String BALANCES = "accounts/{id}/balances";
    static final String BENEFICIARIES = "accounts/{id}/beneficiaries";
    static final String TRANSACTIONS = "accounts/{id}/transactions";
    static final String OLD_ACCOUNTS = "transactions/api/v1/account/get-customer-accounts";
    static final Route UNKNOWN = new Route("unknown", "");
    private static final Pattern BELOW =
            Pattern.compile(
                    "(accounts|account-access-consents)/([^/]+)"
                            + "(/balances|/beneficiaries|/transactions)?");

    static Route of(String path, LeatherbackSettings settings) {
        if (path.equals(settings.authorizePath())) {
            return new Route(AUTHORIZE, "");
        }
        if (path.equals(settings.authorizePath() + "/decision")) {
            return new Route(DECISION, "");
        }
        switch (path) {
            case "/" + REGISTRATION, "/" + TOKEN, "/" + JWKS, "/" + OLD_ACCOUNTS -> {
                return new Route(path.substring(1), "");
            }
            default -> {
                return path.startsWith(settings.basePath() + "/")
                        ? resource(path.substring(settings.basePath().length() + 1))
                        : UNKNOWN;
            }
        }
    }

    private static Route resource(String path) {
        if (path.equals(CONSENTS) || path.equals(ACCOUNTS)) {
            return new Route(path, "");
        }
        Matcher below = BELOW.matcher(path);
        if (!below.matches()) {
            return UNKNOWN;
        }
        String rest = below.group(3) == null ? "" : below.group(3);
        return below.group(1).equals(CONSENTS) && !rest.isEmpty()
                ? UNKNOWN
                : new Route(below.group(1) + "/{id}" + rest, below.group(2));
    }

    boolean auth() {
        return endpoint.equals(AUTHORIZE) || endpoint.equals(DECISION) || endpoint.equals(JWKS);
    }

    boolean takes(String method) {
        return switch (endpoint) {
            case REGISTRATION, TOKEN, DECISION, CONSENTS -> method.equals("POST");
            case CONSENT -> method.equals("GET") || method.equals("DELETE");
            default -> method.equals("GET");
        };
    }
}
