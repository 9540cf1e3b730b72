package dev.caravan.sandbox.leatherback;

import dev.caravan.sandbox.http.LoopbackServer;
import dev.caravan.sandbox.http.Reply;
import dev.caravan.sandbox.http.Request;
import java.time.Clock;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * Puts the headers on every answer, refusals and faults included: the date of the twin's clock and
 * the interaction id of a resource. Safe for use by many threads.
 */
final class Envelope implements LoopbackServer.Handler {
    private final LoopbackServer.Handler inside;
    private final Supplier<LeatherbackSettings> settings;
    private final Clock clock;

    Envelope(LoopbackServer.Handler inside, Supplier<LeatherbackSettings> settings, Clock clock) {
        this.inside = inside;
        this.settings = settings;
        this.clock = clock;
    }

    @Override
    public LoopbackServer.Served answer(Request request) {
        LoopbackServer.Served served = inside.answer(request);
        if (request.path().startsWith("/twin/")) {
            return served;
        }
        Reply dated = served.reply().header("Date", Stamp.httpDate(clock.instant()));
        InteractionId rule = settings.get().interactionId();
        boolean page = Route.of(request.path(), settings.get()).auth();
        if (page || rule == InteractionId.NONE) {
            return new LoopbackServer.Served(dated, served.ending());
        }
        // what is no UUID is not played back, so nothing foreign gets into a header
        String id =
                request.header(Gate.INTERACTION)
                        .filter(sent -> rule == InteractionId.ECHO && Gate.isUuid(sent))
                        .orElseGet(() -> UUID.randomUUID().toString());
        return new LoopbackServer.Served(dated.header(Gate.INTERACTION, id), served.ending());
    }
}
