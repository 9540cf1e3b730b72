package dev.caravan.sandbox.trac;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * Where a request goes: the endpoint as a template with the ids that the path filled in. Immutable.
 *
 * @param endpoint without base and version, and with {@code app} however that segment is called
 * @param first the id at the first {@code {id}}; empty where there is none
 * @param second the id at the second one
 */
record Route(String endpoint, String first, String second) {
    static final Route UNKNOWN = new Route("unknown", "", "");
    static final String APPS = "apps";
    static final String INSTALLATIONS = "app/installations";
    static final String ACCESS_TOKENS = "app/installations/{id}/access-tokens";
    static final String ORGANIZATIONS = "installation/organizations";
    static final String MEMBERS = "orgs/{id}/members";
    static final String PURSES = "orgs/{id}/members/{id}/purses";
    static final String TRANSACTIONS = "orgs/{id}/transactions";
    static final String BASE = "/api/v1/";
    private static final List<String> ALL =
            List.of(
                    APPS,
                    INSTALLATIONS,
                    ACCESS_TOKENS,
                    ORGANIZATIONS,
                    MEMBERS,
                    PURSES,
                    TRANSACTIONS);

    static Route of(String path, String appPath) {
        if (!path.startsWith(BASE)) {
            return UNKNOWN;
        }
        List<String> parts = Arrays.asList(path.substring(BASE.length()).split("/", -1));
        for (String endpoint : ALL) {
            String template =
                    endpoint.startsWith("app/") ? appPath + endpoint.substring(3) : endpoint;
            Route route = match(endpoint, template.split("/"), parts);
            if (route != UNKNOWN) {
                return route;
            }
        }
        return UNKNOWN;
    }

    private static Route match(String endpoint, String[] template, List<String> parts) {
        if (template.length != parts.size()) {
            return UNKNOWN;
        }
        String first = "";
        String second = "";
        for (int at = 0; at < template.length; at++) {
            if (!template[at].equals("{id}")) {
                if (!template[at].equals(parts.get(at))) {
                    return UNKNOWN;
                }
            } else if (first.isEmpty()) {
                first = decoded(parts.get(at));
            } else {
                second = decoded(parts.get(at));
            }
        }
        return new Route(endpoint, first, second);
    }

    private static String decoded(String segment) {
        // a plus sign in a path is a plus sign
        return URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    boolean forApp() {
        return endpoint.startsWith("app");
    }

    boolean takes(String method) {
        return switch (endpoint) {
            case ACCESS_TOKENS -> method.equals("POST");
            case MEMBERS -> method.equals("GET") || method.equals("POST");
            default -> method.equals("GET");
        };
    }

    /** What faults and the journal go by: the organization, or organization/member for purses. */
    String account() {
        return second.isEmpty() ? first : first + '/' + second;
    }
}
