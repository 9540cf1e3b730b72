package dev.caravan.sandbox.pliance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.sandbox.Effect;
import dev.caravan.sandbox.Provider;
import dev.caravan.sandbox.Visit;
import dev.caravan.sandbox.http.Reply;
import dev.caravan.sandbox.http.Request;
import dev.caravan.sandbox.pliance.Subject.Kind;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * Pliance's part of an exchange: admits the caller, finds its books, and puts every answer into the
 * envelope. Safe for use by many threads.
 */
final class PlianceApi implements Provider {
    private static final String ROOT = "/api/";
    private final Map<String, Call.Handler> routes = new TreeMap<>();
    private final Supplier<PlianceSettings> settings;
    private final Tenants tenants;
    private final TokenCheck tokens;
    private final Controls controls;
    private final Clock clock;

    PlianceApi(
            Supplier<PlianceSettings> settings, Tenants tenants, Controls controls, Clock clock) {
        this.settings = settings;
        this.tenants = tenants;
        this.tokens = new TokenCheck(settings, clock);
        this.controls = controls;
        this.clock = clock;
        routes.put("GET Ping", call -> Call.done(Books.NO_CHECKPOINT).put("message", "Pong"));
        RegisterApi.into(routes);
        new SubjectApi(Kind.PERSON).into(routes, "PersonCommand", "PersonQuery");
        new SubjectApi(Kind.COMPANY).into(routes, "CompanyCommand", "CompanyQuery");
        new SubjectApi(Kind.COMPANY_V2).into(routes, "CompanyV2Command", "CompanyV2Query");
        LookupApi.into(routes);
        WebhookApi.into(routes);
    }

    /** The account is the subject's reference where the query names one. */
    @Override
    public Visit visit(Request request) {
        String path = request.path();
        String template = path.startsWith(ROOT) ? path.substring(ROOT.length()) : "";
        boolean known = routes.keySet().stream().anyMatch(one -> one.endsWith(" " + template));
        if (template.isEmpty() || !known) {
            return Visit.UNKNOWN;
        }
        return new Visit(template, TokenCheck.claimedIssuer(request), reference(request), false);
    }

    private static String reference(Request request) {
        try {
            boolean bodied = request.method().equals("PUT") || request.method().equals("POST");
            Fields in = bodied ? Fields.ofBody(request) : Fields.ofQuery(request);
            String person = in.text(Kind.PERSON.referenceField());
            return person.isEmpty() ? in.text(Kind.COMPANY.referenceField()) : person;
        } catch (Failure unreadable) {
            return "";
        }
    }

    @Override
    public Reply answer(Request request, Visit visit, Optional<Effect> own) {
        Optional<PlianceEffect> effect = own.map(PlianceEffect.class::cast);
        try {
            ObjectNode envelope = envelope(request, visit, effect);
            ObjectNode shown = effect.map(one -> one.after(envelope)).orElse(envelope);
            boolean failed = effect.isEmpty() && !shown.path("success").asBoolean();
            return reply(failed ? failureStatus(400) : 200, shown);
        } catch (Failure failure) {
            Reply reply = reply(failureStatus(failure.status()), Call.failed(failure.getMessage()));
            return failure.status() == 401 ? reply.header("WWW-Authenticate", "Bearer") : reply;
        }
    }

    private ObjectNode envelope(Request request, Visit visit, Optional<PlianceEffect> effect) {
        Actor actor = tokens.actor(request);
        String method = request.method();
        Call.Handler handler = routes.get(method + " " + visit.endpoint());
        if (handler == null) {
            boolean unknown = visit.equals(Visit.UNKNOWN);
            throw new Failure(unknown ? 404 : 405, unknown ? "no such path" : "no such method");
        }
        effect.ifPresent(PlianceEffect::before);
        boolean bodied = method.equals("PUT") || method.equals("POST");
        Fields in = bodied ? Fields.ofBody(request) : Fields.ofQuery(request);
        if (effect.map(PlianceEffect::kind).orElse(null) == PlianceEffect.Kind.SAME_PAGE) {
            in = in.with("page.no", "0");
        }
        Books books = tenants.at(customer(actor), request.header("x-tenant").orElse(""));
        return handler.answer(new Call(actor, books, in, settings.get()));
    }

    private PlianceCustomer customer(Actor actor) {
        return settings.get().customers().stream()
                .filter(one -> one.iss().equals(actor.customer()))
                .findFirst()
                .orElseThrow(() -> new Failure(401, "The token is refused. iss: unknown"));
    }

    /** The setting makes failures of the request itself come under 200; the rest keep their own. */
    private int failureStatus(int status) {
        return status == 400 && settings.get().failuresAs200() ? 200 : status;
    }

    /** With the date of the twin's clock, since callers measure their own by it. */
    private Reply reply(int status, ObjectNode envelope) {
        if (settings.get().correlationId()) {
            envelope.put("correlationId", UUID.randomUUID().toString());
        }
        String date =
                DateTimeFormatter.RFC_1123_DATE_TIME
                        .withLocale(Locale.ROOT)
                        .format(clock.instant().atOffset(ZoneOffset.UTC));
        return Reply.json(status, envelope).header("Date", date);
    }

    @Override
    public JsonNode truth(Request request) {
        return controls.truth(request.query());
    }

    @Override
    public Optional<Reply> control(String name, JsonNode body) {
        return controls.answer(name, body);
    }

    @Override
    public Optional<Effect> fault(String kind, JsonNode wish) {
        return PlianceEffect.named(kind, wish);
    }
}
