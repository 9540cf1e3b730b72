package dev.caravan.intake;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.deploy.Deployer;
import dev.caravan.intake.Keyed.Answer;
import dev.caravan.payments.OddOrder;
import dev.caravan.payments.PaymentDesk;
import dev.caravan.payments.PaymentSettings;
import java.util.Optional;
import java.util.UUID;
import org.apache.camel.Exchange;

/**
 * What operators and their programs do about payments, with the admin key: ask for one, look at
 * them, settle one by hand. Nothing that was sent comes back in an error. Safe for any number of
 * threads.
 */
public final class PaymentAdmin {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String STATES =
            "|draft|authorised|submitting|submitted|pending|executed|rejected|unknown|declined|abandoned";

    private final Keyed door;
    private final String publicUrl;
    private final PaymentDesk desk;
    private final Deployer deployer;

    public PaymentAdmin(AdminKey key, String publicUrl, PaymentDesk desk, Deployer deployer) {
        this.door = new Keyed(key);
        this.publicUrl = publicUrl;
        this.desk = desk;
        this.deployer = deployer;
    }

    /** {@code POST /payments} with {@code Idempotency-Key}: a draft and its one-time link. */
    public void create(Exchange exchange) {
        door.answer(
                exchange,
                () -> {
                    String once = Keyed.text(exchange, "Idempotency-Key");
                    JsonNode asked = Keyed.body(exchange);
                    if (!once.matches("[\\x21-\\x7e]{1,128}")) {
                        return Answer.error(
                                400, "expected Idempotency-Key of 1 to 128 printable characters");
                    }
                    if (asked == null) {
                        return Answer.error(400, "expected a JSON object, no name in it twice");
                    }
                    return desk.made(once, asked)
                            .map(this::made)
                            .orElseGet(() -> make(once, asked));
                });
    }

    private Answer make(String once, JsonNode asked) {
        String provider = asked.path("provider").asText();
        Optional<PaymentSettings> settings =
                RunningProvider.of(deployer, provider)
                        .filter(running -> running.has("pay-submit"))
                        .map(running -> PaymentSettings.of(provider, deployer.settings(provider)))
                        .filter(PaymentSettings::on);
        if (settings.isEmpty()) {
            return Answer.error(
                    409, "the provider does not run or pays nothing: expected payments = on");
        }
        try {
            return made(desk.make(once, asked, settings.get()));
        } catch (OddOrder odd) {
            ObjectNode error =
                    JSON.createObjectNode().put("error", "fields do not fit; nothing was sent");
            ObjectNode fields = error.putObject("fields");
            odd.fields().forEach(fields::put);
            return new Answer(400, error);
        }
    }

    private Answer made(PaymentDesk.Made made) {
        if (!made.same()) {
            return Answer.error(
                    409,
                    "this Idempotency-Key asked for another payment before; take a new key for a"
                            + " new payment");
        }
        ObjectNode answer = JSON.createObjectNode().put("payment", made.payment().toString());
        return new Answer(
                201,
                made.link() == null
                        ? answer
                        : answer.put("link", publicUrl + "/connect/" + made.link()));
    }

    /** {@code GET /payments/{id}}: one payment and its life. */
    public void show(Exchange exchange) {
        door.answer(
                exchange,
                () ->
                        Keyed.id(exchange)
                                .flatMap(desk::show)
                                .map(
                                        found ->
                                                new Answer(
                                                        200,
                                                        JSON.getNodeFactory().rawValueNode(found)))
                                .orElseGet(PaymentAdmin::missing));
    }

    /** {@code GET /payments?state=}: the youngest first. */
    public void list(Exchange exchange) {
        door.answer(
                exchange,
                () ->
                        Keyed.text(exchange, "state").matches(STATES)
                                ? new Answer(200, desk.list(Keyed.text(exchange, "state")))
                                : Answer.error(400, "expected a state of " + STATES.substring(1)));
    }

    /** {@code POST /payments/{id}/cancel} with {@code {"by","why"}}: only while it is a draft. */
    public void cancel(Exchange exchange) {
        decided(
                exchange,
                (id, asked) ->
                        desk.cancel(id, asked.path("by").asText(), asked.path("why").asText())
                                ? done(id, "abandoned")
                                : Answer.error(409, "the payment is no draft any more"));
    }

    /**
     * {@code POST /payments/{id}/resolve} with {@code {"to","by","why"}} and, where it is known,
     * {@code "provider_payment_id"}: what somebody found out about an unknown one.
     */
    public void resolve(Exchange exchange) {
        decided(
                exchange,
                (id, asked) -> {
                    String to = asked.path("to").asText();
                    String name = asked.path("provider_payment_id").asText();
                    if (!to.matches("submitted|executed|rejected")
                            || !name.matches("[\\x21-\\x7e]{0,128}")) {
                        return Answer.error(
                                400,
                                "expected to of submitted, executed or rejected, and a"
                                        + " provider_payment_id of at most 128 characters if any");
                    }
                    return desk.resolve(
                                    id,
                                    to,
                                    asked.path("by").asText(),
                                    asked.path("why").asText(),
                                    name.isEmpty() ? null : name)
                            ? done(id, to)
                            : Answer.error(
                                    409,
                                    "the payment is not unknown, and its provider is still asked"
                                            + " for its state or it is over");
                });
    }

    private interface Decision {
        Answer on(UUID id, JsonNode asked);
    }

    /** What a person decides is kept with who and why. */
    private void decided(Exchange exchange, Decision decision) {
        door.answer(
                exchange,
                () -> {
                    UUID id = Keyed.id(exchange).orElse(null);
                    JsonNode asked = Keyed.body(exchange);
                    if (id == null || desk.show(id).isEmpty()) {
                        return missing();
                    }
                    boolean said =
                            asked != null
                                    && asked.path("by")
                                            .asText()
                                            .matches("(?=.*\\S)[^\\p{Cntrl}]{1,100}")
                                    && asked.path("why")
                                            .asText()
                                            .matches("(?=.*\\S)[^\\p{Cntrl}]{1,500}");
                    return said
                            ? decision.on(id, asked)
                            : Answer.error(400, "expected by (who decides) and why, as texts");
                });
    }

    private static Answer done(UUID id, String state) {
        return new Answer(
                200, JSON.createObjectNode().put("payment", id.toString()).put("state", state));
    }

    private static Answer missing() {
        return Answer.error(404, "no such payment");
    }
}
