package dev.caravan.sandbox.pockit;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.sandbox.Effect;
import dev.caravan.sandbox.Provider;
import dev.caravan.sandbox.Refusal;
import dev.caravan.sandbox.Visit;
import dev.caravan.sandbox.http.Reply;
import dev.caravan.sandbox.http.Request;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Sends each request to the part of the twin that answers it. Safe for use by many threads. */
final class PockitProvider implements Provider {
    /** The parts. */
    record Parts(
            Gate gate,
            Meter meter,
            Consents consents,
            AuthoriseEndpoint authorise,
            Dialogue dialogue,
            TokenEndpoint tokens,
            ResourceApi resources,
            PaymentApi payments,
            PockitTruth truth,
            Controls controls,
            Refusals refusals,
            Runnable save) {}

    private final Supplier<PockitSettings> settings;
    private final Parts parts;

    PockitProvider(Supplier<PockitSettings> settings, Parts parts) {
        this.settings = settings;
        this.parts = parts;
    }

    @Override
    public Visit visit(Request request) {
        Spot spot = spot(request);
        String user = whose(request).map(Consent::user).orElse("");
        String account = spot.account() ? spot.id() : "";
        return new Visit(spot.endpoint(), user, account, Gate.attended(request));
    }

    /** By the token that came along, be it dead or alive, or by the code or token in the form. */
    private Optional<Consent> whose(Request request) {
        String header = request.header("authorization").orElse("");
        if (header.startsWith("Bearer ")) {
            return parts.consents().of(header.substring(7));
        }
        try {
            Map<String, String> fields = request.fields();
            return parts.consents()
                    .of(fields.getOrDefault("code", fields.getOrDefault("refresh_token", "")));
        } catch (IllegalArgumentException unreadable) {
            return Optional.empty();
        }
    }

    @Override
    public Reply answer(Request request, Visit visit, Optional<Effect> own) {
        Spot spot = spot(request);
        return switch (spot.endpoint()) {
            case "unknown" ->
                    parts.refusals().resourceReply(404, "Resource.NotFound", "no such path");
            case "authorise" -> saved(by(request, "POST", () -> authorise(request, spot, own)));
            case "authorise/{id}" -> saved(parts.dialogue().answer(request, spot));
            case "access-token" ->
                    saved(by(request, "POST", () -> parts.tokens().answer(request, spot)));
            case "payments" ->
                    saved(by(request, "POST", () -> parts.payments().submit(request, spot)));
            case "payments/{id}" ->
                    by(request, "GET", () -> parts.payments().status(request, spot));
            default -> by(request, "GET", () -> parts.resources().answer(request, spot, own));
        };
    }

    private Reply authorise(Request request, Spot spot, Optional<Effect> own) {
        return parts.authorise().answer(request, spot, own);
    }

    private Reply by(Request request, String method, Supplier<Reply> work) {
        return request.method().equals(method)
                ? work.get()
                : parts.refusals()
                        .resourceReply(405, "Unsupported.Method", method + " expected")
                        .header("Allow", method);
    }

    private Reply saved(Reply reply) {
        parts.save().run();
        return reply;
    }

    /** Arrivals count, whatever they were answered; only those that are 401 anyway do not. */
    @Override
    public void overruled(Request request, Visit visit, Reply by) {
        Spot spot = spot(request);
        if (!spot.account() || by.status() == 401) {
            return;
        }
        try {
            Consent consent = parts.gate().bearer(request);
            parts.gate().signedResource(request, spot);
            parts.meter().admit(consent, spot, request);
        } catch (Refusal uncounted) {
            // what would have been refused without the fault is not counted under it either
        }
    }

    @Override
    public JsonNode truth(Request request) {
        return parts.truth().json();
    }

    @Override
    public Optional<Reply> control(String name, JsonNode body) {
        return parts.controls().answer(name, body);
    }

    @Override
    public Optional<Effect> fault(String kind, JsonNode wish) {
        return kind.equals("location")
                ? Optional.of(new PockitFaults.Location(wish.path("address").asText()))
                : PagePoint.named(kind, wish);
    }

    private Spot spot(Request request) {
        return Spot.of(request, settings.get().listening());
    }
}
