package dev.caravan.connections;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/** The kinds of work beside pulls, and the routes that do them. Stateless. */
public final class Work {
    private static final Map<String, String> ROUTES =
            Map.of("consent", "consent", "token", "keepalive", "ping", "ping");

    private Work() {}

    /**
     * The kinds that a provider does.
     *
     * @param has whether it has a route of this noun
     */
    public static Set<String> kinds(Predicate<String> has) {
        Set<String> kinds = new TreeSet<>();
        ROUTES.forEach(
                (kind, route) -> {
                    if (has.test(route)) {
                        kinds.add(kind);
                    }
                });
        return kinds;
    }
}
