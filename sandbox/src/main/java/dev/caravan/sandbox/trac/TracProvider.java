package dev.caravan.sandbox.trac;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.caravan.sandbox.Effect;
import dev.caravan.sandbox.Json;
import dev.caravan.sandbox.Provider;
import dev.caravan.sandbox.Visit;
import dev.caravan.sandbox.http.Reply;
import dev.caravan.sandbox.http.Request;
import java.util.Optional;

/**
 * Trac's part of every exchange: names it, lets it in, and sends it to the app's part or to that of
 * the data. Safe for use by many threads.
 */
final class TracProvider implements Provider {
    private final TracTwin twin;
    private final Gate gate;
    private final AppApi app;
    private final DataApi data;
    private final Answers answers;
    private final Controls controls;

    TracProvider(TracTwin twin, Gate gate, AppApi app, DataApi data, Answers answers) {
        this.twin = twin;
        this.gate = gate;
        this.app = app;
        this.data = data;
        this.answers = answers;
        this.controls = new Controls(twin);
    }

    private Route route(Request request) {
        return Route.of(request.path(), twin.settings().appPath());
    }

    @Override
    public Visit visit(Request request) {
        Route route = readable(request);
        // no header of Trac's says that a user is present
        return new Visit(route.endpoint(), gate.caller(request, route), route.account(), false);
    }

    private Route readable(Request request) {
        try {
            return route(request);
        } catch (IllegalArgumentException badEscape) {
            return Route.UNKNOWN;
        }
    }

    @Override
    public Reply answer(Request request, Visit visit, Optional<Effect> own) {
        Route route = route(request);
        if (route == Route.UNKNOWN) {
            throw answers.refuse(404, "no such path");
        }
        if (!route.takes(request.method())) {
            throw answers.refuse(405, "not with " + request.method());
        }
        gate.accepts(request);
        if (route.forApp()) {
            gate.app(request);
            return app.answer(request, route, own);
        }
        return data.answer(request, route, gate.installation(request), own);
    }

    /** The body of {@code GET /twin/truth}; {@code ?installation=} narrows it. */
    @Override
    public JsonNode truth(Request request) {
        ArrayNode kinds = Json.object().putArray("kinds");
        twin.truth()
                .of(request.query().getOrDefault("installation", ""))
                .kinds()
                .forEach(kind -> kinds.add(kind.json()));
        return kinds;
    }

    @Override
    public Optional<Reply> control(String name, JsonNode body) {
        return controls.control(name, body);
    }

    @Override
    public Optional<Effect> fault(String kind, JsonNode wish) {
        return TracFaults.named(kind, wish);
    }
}
