package dev.caravan.sandbox.trac;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.sandbox.Effect;
import dev.caravan.sandbox.Json;
import dev.caravan.sandbox.http.Reply;
import dev.caravan.sandbox.http.Request;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * What an app JWT opens: the app itself, its installations, and their tokens (contract 2). Safe for
 * use by many threads.
 */
final class AppApi {
    private static final Set<String> PAGING = Set.of("per_page", "start_key");
    private final Supplier<TracSettings> settings;
    private final Clock clock;
    private final World world;
    private final Tokens tokens;
    private final Pager pager;
    private final Answers answers;
    private final Runnable changed;

    AppApi(
            Supplier<TracSettings> settings,
            Clock clock,
            World world,
            Tokens tokens,
            Pager pager,
            Answers answers,
            Runnable changed) {
        this.settings = settings;
        this.clock = clock;
        this.world = world;
        this.tokens = tokens;
        this.pager = pager;
        this.answers = answers;
        this.changed = changed;
    }

    Reply answer(Request request, Route route, Optional<Effect> own) {
        return switch (route.endpoint()) {
            case Route.APPS -> apps();
            case Route.INSTALLATIONS -> installations(request, own);
            default -> token(route.first());
        };
    }

    private Reply apps() {
        ObjectNode body = Json.object();
        body.putArray("apps").addObject().put("slug", settings.get().slug());
        return Reply.json(200, body);
    }

    private Reply installations(Request request, Optional<Effect> own) {
        Query query = new Query(request.target(), answers);
        if (settings.get().strictQuery()) {
            query.only(PAGING);
            query.check(query.filters().isEmpty(), "this list takes no filters");
        }
        List<Installation> listed =
                world.installations().stream()
                        .filter(one -> one.ours() && one.state() != Installation.State.REMOVED)
                        .toList();
        Shown shown =
                new Shown(settings.get().extraFields(), settings.get().slug(), clock.instant());
        return pager.page(
                new Pager.Listing<>(
                        "installations",
                        Route.INSTALLATIONS,
                        Map.of("app", Slots.of(listed)),
                        one -> true,
                        shown::installation,
                        false),
                query,
                own);
    }

    private Reply token(String installationId) {
        if (!Ulid.is(installationId)) {
            throw answers.refuse(400, "an installation id has 26 characters");
        }
        Installation one =
                world.installation(installationId)
                        .filter(known -> known.state() != Installation.State.REMOVED)
                        .orElseThrow(() -> answers.refuse(404, "no such installation"));
        if (!one.ours()) {
            throw answers.refuse(403, "this installation belongs to another app");
        }
        if (one.state() == Installation.State.DISABLED) {
            throw answers.refuse(403, "this installation is disabled");
        }
        TracSettings now = settings.get();
        Tokens.Issued issued = tokens.issue(one.id(), Duration.ofSeconds(now.tokenSeconds()));
        changed.run();
        Instant stated =
                now.statedTokenSeconds() == 0
                        ? issued.until()
                        : clock.instant().plusSeconds(now.statedTokenSeconds());
        ObjectNode body = Json.object().put("token", issued.token());
        switch (now.expiresAtAs()) {
            case "millis" -> body.put("expiresAt", stated.toEpochMilli());
            case "iso" -> body.put("expiresAt", Shown.moment(stated));
            default -> body.put("expiresAt", stated.getEpochSecond());
        }
        return Reply.json(now.tokenStatus(), body);
    }
}
