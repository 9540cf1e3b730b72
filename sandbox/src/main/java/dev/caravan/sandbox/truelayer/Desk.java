package dev.caravan.sandbox.truelayer;

import dev.caravan.sandbox.Effect;
import dev.caravan.sandbox.Exchange;
import dev.caravan.sandbox.FaultTable;
import dev.caravan.sandbox.Journal;
import dev.caravan.sandbox.http.LoopbackServer;
import dev.caravan.sandbox.http.Reply;
import dev.caravan.sandbox.http.Request;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Takes every request, finds who may answer it, lets the faults strike and writes the journal. A
 * request is in the journal before its answer is complete at the caller. Safe for use by many
 * threads.
 */
final class Desk implements LoopbackServer.Handler {
    private final Clock clock;
    private final Connections connections;
    private final FaultTable faults;
    private final Journal journal;
    private final Desks desks;
    private final AtomicLong numbers = new AtomicLong();

    /** The places that the desk sends a request to. */
    record Desks(
            AuthServer auth,
            TokenEndpoint token,
            ConnectionEndpoints connection,
            DataDesk data,
            SignedWebhooks signed,
            Tasks tasks,
            ControlApi control,
            Runnable changed) {}

    Desk(Clock clock, Connections connections, FaultTable faults, Journal journal, Desks desks) {
        this.clock = clock;
        this.connections = connections;
        this.faults = faults;
        this.journal = journal;
        this.desks = desks;
    }

    @Override
    public LoopbackServer.Served answer(Request request) {
        if (request.path().startsWith("/twin/")) {
            return new LoopbackServer.Served(desks.control().answer(request), bytes -> {});
        }
        Call call =
                new Call(
                        numbers.incrementAndGet(),
                        clock.instant(),
                        System.nanoTime(),
                        request,
                        Route.of(request.method(), request.path()),
                        connection(request));
        Reply reply = judged(call).header("X-TL-Correlation-Id", Mix.hex(Mix.of(call.number())));
        Reply full =
                call.bearer()
                        .map(found -> reply.header("X-Credentials-Id", found.credentialsId()))
                        .orElse(reply);
        return new LoopbackServer.Served(
                full,
                bytes -> {
                    journal.add(exchange(call, full.status(), bytes));
                    desks.tasks().answered(call);
                });
    }

    private Reply judged(Call call) {
        try {
            return dispatch(call);
        } catch (ApiError refusal) {
            return refusal.reply();
        } catch (IllegalArgumentException unreadable) {
            return ApiError.envelope(400, "validation_error", "The request cannot be read.");
        } catch (RuntimeException bug) {
            // a bug of the twin must not look like a fault that somebody set
            System.getLogger("sandbox")
                    .log(System.Logger.Level.ERROR, call.route().endpoint(), bug);
            return ApiError.envelope(500, "twin_bug", bug.toString());
        }
    }

    private Reply dispatch(Call call) {
        boolean data = call.request().path().startsWith("/data/v1/");
        boolean bearer = data || call.route().endpoint().equals("api/delete");
        if (bearer && !good(call)) {
            throw ApiError.of(401, "invalid_token", "The access token is unknown or expired.");
        }
        if (data) {
            desks.data().countUnattended(call);
        }
        Optional<Effect> effect =
                faults.strike(call.route().endpoint(), call.user(), call.accountId());
        if (effect.orElse(null) instanceof Effect.Answer forced) {
            return forced.reply();
        }
        Reply reply = data ? desks.data().answer(call, effect) : authAnswer(call);
        return effect.orElse(null) instanceof Effect.Spoil spoil
                ? reply.damaged(spoil.damage())
                : reply;
    }

    private Reply authAnswer(Call call) {
        Request request = call.request();
        Reply reply =
                switch (call.route().endpoint()) {
                    case "authorise" -> desks.auth().authorise(request);
                    case "dialogue" -> desks.auth().dialogue(call.route().id());
                    case "login" -> desks.auth().login(request);
                    case "jwks" -> desks.signed().jwks();
                    case "connect/token" -> desks.token().token(request);
                    case "connections/extend" -> desks.connection().extend(request);
                    case "v1/reauthuri" -> desks.connection().reauth(request);
                    case "api/delete" -> desks.connection().delete(call.connection());
                    case "api/debug" -> desks.connection().debug(request);
                    case "api/providers" -> desks.auth().providers(request);
                    default -> throw ApiError.of(404, "not_found", "There is no such endpoint.");
                };
        desks.changed().run();
        return reply;
    }

    /** Auth calls carry no bearer; a refresh token in the body still says whose they are. */
    private Optional<Connection> connection(Request request) {
        Optional<String> bearer = Call.bearerToken(request);
        if (bearer.isPresent()) {
            return bearer.flatMap(connections::byToken);
        }
        return request.method().equals("POST")
                ? Optional.ofNullable(fields(request).get("refresh_token"))
                        .flatMap(connections::byToken)
                : Optional.empty();
    }

    private boolean good(Call call) {
        return Call.bearerToken(call.request())
                .filter(
                        token ->
                                call.bearer().isPresent()
                                        && call.connection().accepts(token, clock.instant()))
                .isPresent();
    }

    private static Map<String, String> fields(Request request) {
        try {
            return request.fields();
        } catch (IllegalArgumentException unreadable) {
            return Map.of();
        }
    }

    private static Map<String, String> query(Request request) {
        try {
            return request.query();
        } catch (IllegalArgumentException unreadable) {
            return Map.of();
        }
    }

    private Exchange exchange(Call call, int status, long bytes) {
        Request request = call.request();
        Instant ended = clock.instant();
        return new Exchange(
                call.number(),
                call.startedAt(),
                ended,
                call.startedNanos(),
                System.nanoTime(),
                request.method(),
                request.path(),
                call.route().endpoint(),
                query(request),
                request.headers(),
                fields(request),
                call.user(),
                call.bearer().map(Connection::credentialsId).orElse(""),
                call.accountId(),
                status,
                bytes,
                call.attended());
    }
}
