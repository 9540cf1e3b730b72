package dev.caravan.sandbox;

import dev.caravan.sandbox.http.LoopbackServer;
import dev.caravan.sandbox.http.Reply;
import dev.caravan.sandbox.http.Request;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * The front of a twin: lets the faults strike, sends the rest to the provider's part and writes the
 * journal; {@code /twin/} is the control surface. A request is in the journal before its answer is
 * complete at the caller. Safe for use by many threads.
 */
public final class Front implements LoopbackServer.Handler {
    private final Provider provider;
    private final Clock clock;
    private final FaultTable faults;
    private final Journal journal;
    private final ControlSurface control;
    private final AtomicLong numbers = new AtomicLong();

    public Front(Provider provider, Clock clock, FaultTable faults, Journal journal) {
        this.provider = provider;
        this.clock = clock;
        this.faults = faults;
        this.journal = journal;
        this.control = new ControlSurface(provider, faults, journal);
    }

    @Override
    public LoopbackServer.Served answer(Request request) {
        if (request.path().startsWith("/twin/")) {
            return new LoopbackServer.Served(control.answer(request), bytes -> {});
        }
        long number = numbers.incrementAndGet();
        Instant started = clock.instant();
        long nanos = System.nanoTime();
        Visit visit = provider.visit(request);
        Reply reply = judged(request, visit);
        return new LoopbackServer.Served(
                reply,
                bytes ->
                        journal.add(
                                new Exchange(
                                        number,
                                        started,
                                        clock.instant(),
                                        nanos,
                                        System.nanoTime(),
                                        request.method(),
                                        request.path(),
                                        visit.endpoint(),
                                        readable(request::query),
                                        request.headers(),
                                        readable(request::fields),
                                        visit.user(),
                                        "",
                                        visit.account(),
                                        reply.status(),
                                        bytes,
                                        visit.attended())));
    }

    private Reply judged(Request request, Visit visit) {
        try {
            return struck(request, visit);
        } catch (Refusal refusal) {
            return refusal.reply();
        } catch (IllegalArgumentException unreadable) {
            return Reply.json(400, Json.object().put("error", "the request cannot be read"));
        } catch (RuntimeException bug) {
            // a bug of the twin must not look like a fault that somebody set
            System.getLogger("sandbox").log(System.Logger.Level.ERROR, visit.endpoint(), bug);
            return Reply.json(500, Json.object().put("error", "twin bug: " + bug));
        }
    }

    private Reply struck(Request request, Visit visit) {
        Optional<Effect> effect = faults.strike(visit.endpoint(), visit.user(), visit.account());
        if (effect.orElse(null) instanceof Effect.Answer forced) {
            provider.overruled(request, visit, forced.reply());
            return forced.reply();
        }
        if (effect.orElse(null) instanceof Effect.Spoil spoil) {
            return provider.answer(request, visit, Optional.empty()).damaged(spoil.damage());
        }
        return provider.answer(request, visit, effect);
    }

    private static Map<String, String> readable(Supplier<Map<String, String>> part) {
        try {
            return part.get();
        } catch (IllegalArgumentException unreadable) {
            return Map.of();
        }
    }
}
