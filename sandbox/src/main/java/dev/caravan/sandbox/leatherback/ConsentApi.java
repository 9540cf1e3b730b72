package dev.caravan.sandbox.leatherback;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.sandbox.Effect;
import dev.caravan.sandbox.Json;
import dev.caravan.sandbox.Refusal;
import dev.caravan.sandbox.http.Reply;
import dev.caravan.sandbox.http.Request;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * The account access consents: created, read back and deleted with a client token (contract, steps
 * 3 and 9). Dates come back as they were written. Safe for use by many threads.
 */
final class ConsentApi {
    private final Supplier<LeatherbackSettings> settings;
    private final Clock clock;
    private final Register register;
    private final Tokens tokens;

    ConsentApi(
            Supplier<LeatherbackSettings> settings, Clock clock, Register register, Tokens tokens) {
        this.settings = settings;
        this.clock = clock;
        this.register = register;
        this.tokens = tokens;
    }

    Reply create(Request request, String clientId) {
        Gate.demandJson(request);
        JsonNode body = Gate.body(request);
        JsonNode data = body.path("Data");
        require(data.isObject(), ObieError.FIELD_MISSING, "Data is missing", "Data");
        require(body.path("Risk").isObject(), ObieError.FIELD_MISSING, "Risk is missing", "Risk");
        List<String> permissions = permissions(data.path("Permissions"));
        Instant now = clock.instant();
        Consent consent =
                new Consent(
                        UUID.randomUUID().toString(),
                        clientId,
                        Consent.AWAITING,
                        Stamp.ticks(now),
                        Stamp.ticks(now.plusNanos(100)),
                        permissions,
                        date(data, "ExpirationDateTime"),
                        date(data, "TransactionFromDateTime"),
                        date(data, "TransactionToDateTime"),
                        "",
                        0,
                        false,
                        false);
        checkDates(consent);
        register.add(consent);
        return Reply.json(201, shown(consent, consent.status()));
    }

    Reply read(String id, String clientId, Optional<Effect> effect) {
        refuseUnlessOffered(settings.get().consentReadStatus(), 200);
        Consent consent = existing(id, clientId);
        boolean other = effect.orElse(null) instanceof OwnEffect.ShownStatus;
        String status = other ? ((OwnEffect.ShownStatus) effect.get()).status() : consent.status();
        return Reply.json(200, shown(consent, status));
    }

    /** Terminal: nothing that was given out under it works any longer. */
    Reply delete(String id, String clientId) {
        refuseUnlessOffered(settings.get().consentDeleteStatus(), 204);
        existing(id, clientId);
        register.change(id, Consent::gone);
        tokens.kill(id);
        return Reply.empty(204);
    }

    private Consent existing(String id, String clientId) {
        return register.consent(id, clientId)
                .orElseThrow(
                        () ->
                                ObieError.badRequest(
                                        ObieError.NOT_FOUND, "no such consent", "ConsentId"));
    }

    private static void refuseUnlessOffered(int status, int offered) {
        if (status != offered) {
            throw new Refusal(Reply.empty(status));
        }
    }

    private List<String> permissions(JsonNode asked) {
        require(asked.isArray(), ObieError.FIELD_MISSING, "Permissions is missing", Permissions.AT);
        List<String> all = new ArrayList<>();
        asked.forEach(one -> all.add(one.asText("")));
        Permissions.check(all)
                .ifPresent(
                        complaint -> {
                            throw ObieError.badRequest(
                                    ObieError.FIELD_INVALID, complaint, Permissions.AT);
                        });
        List<String> granted = new ArrayList<>(all);
        granted.removeAll(settings.get().droppedPermissions());
        return List.copyOf(granted);
    }

    private static String date(JsonNode data, String name) {
        JsonNode value = data.path(name);
        if (value.isMissingNode() || value.isNull()) {
            return "";
        }
        try {
            OffsetDateTime.parse(value.asText());
            return value.asText();
        } catch (DateTimeException unreadable) {
            throw ObieError.badRequest(
                    ObieError.INVALID_DATE,
                    name + ": expected a date and time with zone, found " + value.asText(),
                    "Data." + name);
        }
    }

    private void checkDates(Consent consent) {
        if (settings.get().strictConsentDates()) {
            String at = "Data.ExpirationDateTime";
            boolean lives = !consent.expired(clock.instant());
            require(lives, ObieError.INVALID_DATE, "born expired", at);
            boolean ordered = consent.from() < consent.to();
            at = "Data.TransactionFromDateTime";
            require(ordered, ObieError.INVALID_DATE, "from is not before to", at);
        }
    }

    /** Links.Self names another host, another consent and somebody's callback, as published. */
    private ObjectNode shown(Consent consent, String status) {
        ObjectNode answer = Json.object();
        answer.set("Data", consent.data().put("Status", status));
        answer.putObject("Risk");
        String other = Scatter.uuid(Scatter.of(7, consent.id()));
        answer.putObject("Links")
                .put(
                        "Self",
                        "https://leatherback-website-stg.example.net/create-consent?consentId="
                                + other
                                + "&callbackUrl=https://app.third-party.example.org/");
        answer.putObject("Meta").put("TotalPages", 1);
        return answer;
    }

    private static void require(boolean kept, String code, String message, String path) {
        if (!kept) {
            throw ObieError.badRequest(code, message, path);
        }
    }
}
