package dev.caravan.sandbox.trac;

import dev.caravan.sandbox.http.Request;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Lets in who may (contract 2): Bearer with an app JWT for the app's part, token with an
 * installation token for data. Safe for use by many threads.
 */
final class Gate {
    private final Supplier<TracSettings> settings;
    private final World world;
    private final Tokens tokens;
    private final AppJwt jwt;
    private final RateLimit limit;
    private final Answers answers;

    Gate(
            Supplier<TracSettings> settings,
            World world,
            Tokens tokens,
            AppJwt jwt,
            RateLimit limit,
            Answers answers) {
        this.settings = settings;
        this.world = world;
        this.tokens = tokens;
        this.jwt = jwt;
        this.limit = limit;
        this.answers = answers;
    }

    /** The installation that the request comes from, for the journal; empty if that is unknown. */
    String caller(Request request, Route route) {
        if (route.forApp()) {
            return route.first();
        }
        return credentials(request, "token")
                .flatMap(tokens::find)
                .map(Tokens.Issued::installationId)
                .orElse("");
    }

    void app(Request request) {
        jwt.judge(
                credentials(request, "bearer")
                        .orElseThrow(() -> answers.badJwt("expected Authorization: Bearer <JWT>")));
        throttle("app");
    }

    Installation installation(Request request) {
        String token =
                credentials(request, "token")
                        .orElseThrow(
                                () -> answers.refuse(401, "expected Authorization: token <token>"));
        Tokens.Issued issued =
                tokens.find(token).orElseThrow(() -> answers.refuse(401, "unknown token"));
        throttle(issued.installationId());
        if (tokens.over(issued)) {
            throw answers.refuse(settings.get().expiredStatus(), "the token has expired");
        }
        return world.installation(issued.installationId())
                .filter(one -> one.state() == Installation.State.ACTIVE)
                .orElseThrow(() -> answers.refuse(403, "the installation is not active"));
    }

    void accepts(Request request) {
        String accept = request.header("accept").orElse("*/*").toLowerCase(Locale.ROOT);
        if (!accept.contains("json")
                && !accept.contains("*/*")
                && !accept.contains("application/*")) {
            throw answers.refuse(406, "only application/json is to be had");
        }
    }

    private void throttle(String caller) {
        int perSecond = settings.get().callsPerSecond();
        if (perSecond > 0 && !limit.admits(caller, perSecond)) {
            throw answers.tooMany();
        }
    }

    private static Optional<String> credentials(Request request, String scheme) {
        String[] parts = request.header("authorization").orElse("").split(" ", -1);
        return parts.length == 2 && parts[0].equalsIgnoreCase(scheme) && !parts[1].isEmpty()
                ? Optional.of(parts[1])
                : Optional.empty();
    }
}
