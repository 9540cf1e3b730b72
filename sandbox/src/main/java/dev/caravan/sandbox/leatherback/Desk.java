package dev.caravan.sandbox.leatherback;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.sandbox.Effect;
import dev.caravan.sandbox.Provider;
import dev.caravan.sandbox.Refusal;
import dev.caravan.sandbox.Visit;
import dev.caravan.sandbox.http.Reply;
import dev.caravan.sandbox.http.Request;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Sends each request to the part of the bank that answers it. What changed is on disk before the
 * answer leaves. Safe for use by many threads.
 */
final class Desk implements Provider {
    /** The parts of the bank. */
    record Parts(
            Register register,
            Tokens tokens,
            IdTokens idTokens,
            Registration registration,
            TokenEndpoint tokenEndpoint,
            AuthApp authApp,
            Gate gate,
            ConsentApi consents,
            DataApi data,
            MessageSeal seal,
            Controls controls,
            Runnable save) {}

    private final Supplier<LeatherbackSettings> settings;
    private final Parts parts;

    Desk(Supplier<LeatherbackSettings> settings, Parts parts) {
        this.settings = settings;
        this.parts = parts;
    }

    @Override
    public Visit visit(Request request) {
        Route route = Route.of(request.path(), settings.get());
        boolean attended = request.header(Gate.CUSTOMER_ADDRESS).isPresent();
        return new Visit(route.endpoint(), user(route, request), route.id(), attended);
    }

    private String user(Route route, Request request) {
        String consentId =
                switch (route.endpoint()) {
                    case Route.CONSENT -> route.id();
                    case Route.TOKEN -> grantedConsent(request);
                    default -> parts.gate().peek(request).map(AccessToken::consentId).orElse("");
                };
        return parts.register().consent(consentId).map(Consent::owner).orElse("");
    }

    private String grantedConsent(Request request) {
        try {
            String code = request.fields().getOrDefault("code", "");
            String token = request.fields().getOrDefault("refresh_token", "");
            return parts.tokens()
                    .code(code)
                    .map(Code::consentId)
                    .or(() -> parts.tokens().refreshToken(token).map(RefreshToken::consentId))
                    .orElse("");
        } catch (IllegalArgumentException unreadable) {
            return "";
        }
    }

    @Override
    public Reply answer(Request request, Visit visit, Optional<Effect> own) {
        Route route = Route.of(request.path(), settings.get());
        if (route.equals(Route.UNKNOWN)
                || settings.get().absentEndpoints().contains(route.endpoint())) {
            throw new Refusal(Reply.empty(404));
        }
        if (!route.takes(request.method())) {
            throw new Refusal(Reply.empty(405));
        }
        try {
            return answer(route, request, own);
        } finally {
            // a refusal may have changed something too: a code used twice kills its tokens
            if (!request.method().equals("GET")) {
                parts.save().run();
            }
        }
    }

    private Reply answer(Route route, Request request, Optional<Effect> own) {
        return switch (route.endpoint()) {
            case Route.REGISTRATION -> parts.registration().answer(request);
            case Route.TOKEN -> parts.tokenEndpoint().answer(request, own);
            case Route.JWKS -> Reply.json(200, parts.idTokens().jwks());
            case Route.AUTHORIZE -> parts.authApp().page(request);
            case Route.DECISION -> parts.authApp().decide(request, own);
            case Route.CONSENTS, Route.CONSENT -> consent(route, request, own);
            default ->
                    parts.data()
                            .answer(
                                    route,
                                    request,
                                    parts.gate().consent(request),
                                    own.orElse(null));
        };
    }

    private Reply consent(Route route, Request request, Optional<Effect> own) {
        String client = parts.gate().client(request);
        return switch (request.method()) {
            case "POST" -> {
                parts.seal().check(request);
                yield parts.seal().put(parts.consents().create(request, client));
            }
            case "DELETE" -> parts.consents().delete(route.id(), client);
            default -> parts.consents().read(route.id(), client, own);
        };
    }

    @Override
    public JsonNode truth(Request request) {
        return parts.controls().truth();
    }

    @Override
    public Optional<Reply> control(String name, JsonNode body) {
        return parts.controls().answer(name, body);
    }

    @Override
    public Optional<Effect> fault(String kind, JsonNode wish) {
        return FaultKinds.of(kind, wish);
    }
}
