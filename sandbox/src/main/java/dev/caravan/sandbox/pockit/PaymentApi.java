package dev.caravan.sandbox.pockit;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.sandbox.Json;
import dev.caravan.sandbox.http.Reply;
import dev.caravan.sandbox.http.Request;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * Takes payments and tells how they go (contract 5). One consent is one payment, whoever asks how
 * often. Safe for use by many threads.
 */
final class PaymentApi {
    private final Supplier<PockitSettings> settings;
    private final Gate gate;
    private final Refusals refusals;
    private final Clock clock;
    private final Map<String, Payment> byIntent = new TreeMap<>();

    PaymentApi(Supplier<PockitSettings> settings, Gate gate, Refusals refusals, Clock clock) {
        this.settings = settings;
        this.gate = gate;
        this.refusals = refusals;
        this.clock = clock;
    }

    synchronized List<Payment> all() {
        return new ArrayList<>(byIntent.values());
    }

    synchronized void restore(Payment payment) {
        byIntent.put(payment.intentId(), payment);
    }

    /** Gives a payment a status, whatever its age; empty lets time go on. */
    synchronized Payment force(String id, String status) {
        Payment forced =
                find(id).orElseThrow(() -> new IllegalArgumentException("no payment " + id))
                        .forced(status);
        byIntent.put(forced.intentId(), forced);
        return forced;
    }

    Reply submit(Request request, Spot spot) {
        Consent consent = admitted(request, spot);
        if (!request.header("content-type").orElse("").startsWith("application/json")) {
            throw refusals.resource(415, "Header.Invalid", "Content-Type: application/json");
        }
        if (!IpLiteral.is(request.header("x-user-ip").orElse(""))) {
            throw refusals.resource(
                    400, "Header.Missing", "x-user-ip: the user is there when money moves");
        }
        String key = request.header("x-idempotency-key").orElse("");
        if (settings.get().payments().requireIdempotencyKey() && !key.equals(consent.uuid())) {
            throw refusals.resource(
                    400, "Header.Invalid", "x-idempotency-key: expected the uuid of the intent");
        }
        return accepted(consent, key, details(request, consent));
    }

    Reply status(Request request, Spot spot) {
        Consent consent = admitted(request, spot);
        Payment payment =
                find(spot.id())
                        .filter(one -> one.intentId().equals(consent.intentId()))
                        .orElseThrow(
                                () ->
                                        refusals.resource(
                                                404, "Resource.NotFound", "no such payment"));
        return shown(200, payment);
    }

    private Consent admitted(Request request, Spot spot) {
        Consent consent = gate.bearer(request);
        gate.signedResource(request, spot);
        gate.standing(consent);
        if (!consent.payment()) {
            throw gate.forbidden(403, "an aisp consent moves no money");
        }
        return consent;
    }

    private String details(Request request, Consent consent) {
        ObjectNode details =
                StrictJson.object(request.body())
                        .orElseThrow(
                                () -> refusals.resource(400, "Field.Invalid", "no JSON object"));
        Payinfo.complaint(details)
                .ifPresent(
                        wrong -> {
                            throw refusals.resource(400, "Field.Invalid", wrong);
                        });
        byte[] allowed = consent.payinfo().getBytes(StandardCharsets.UTF_8);
        if (allowed.length > 0 && !Json.parse(allowed).equals(details)) {
            throw refusals.resource(
                    400, "Resource.ConsentMismatch", "this is not what the user allowed");
        }
        return details.toString();
    }

    private synchronized Reply accepted(Consent consent, String key, String details) {
        Payment before = byIntent.get(consent.intentId());
        if (before != null) {
            boolean again = settings.get().payments().idempotent() && before.key().equals(key);
            if (again && before.details().equals(details)) {
                return shown(201, before);
            }
            throw gate.forbidden(403, "the consent is used up: one consent, one payment");
        }
        Payment payment =
                new Payment(
                        UUID.randomUUID().toString(),
                        consent.intentId(),
                        consent.user(),
                        key,
                        details,
                        clock.millis(),
                        "");
        byIntent.put(consent.intentId(), payment);
        return shown(201, payment);
    }

    private synchronized Optional<Payment> find(String id) {
        return byIntent.values().stream().filter(one -> one.id().equals(id)).findFirst();
    }

    String status(Payment payment) {
        return payment.forced().isEmpty()
                ? settings.get()
                        .payments()
                        .status(Duration.between(payment.accepted(), clock.instant()))
                : payment.forced();
    }

    private Reply shown(int status, Payment payment) {
        boolean flat = settings.get().answers().shape() == Answers.Shape.F;
        String name = settings.get().payments().paymentIdName();
        ObjectNode body = Json.object();
        ObjectNode data = flat || !name.isEmpty() ? body : body.putObject("Data");
        String usual = flat ? "PaymentReference" : "DomesticPaymentId";
        data.put(name.isEmpty() ? usual : name, payment.id()).put("Status", status(payment));
        return Reply.json(status, body);
    }
}
