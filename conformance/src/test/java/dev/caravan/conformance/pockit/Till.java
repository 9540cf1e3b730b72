package dev.caravan.conformance.pockit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caravan.conformance.FrontDesk;
import dev.caravan.conformance.House;
import dev.caravan.sandbox.Exchange;
import dev.caravan.sandbox.pockit.Browser;
import dev.caravan.sandbox.pockit.Payment;
import dev.caravan.sandbox.pockit.PockitSettings;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

/** The shipped provider with payments switched on, asked over both listeners. Not thread-safe. */
final class Till implements AutoCloseable {
    static final String SORT_CODE = "040004";
    static final String ACCOUNT = "73519264";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final AtomicInteger KEYS = new AtomicInteger();

    final Pockit pockit;
    final FrontDesk desk;

    private final PockitSettings usual;

    private Till(PockitSettings settings, Map<String, String> changed) {
        usual = settings;
        Map<String, String> all = new HashMap<>(Map.of("payments", "on", "sandbox.sca", "false"));
        all.putAll(changed);
        pockit = Pockit.of(settings, all);
        desk = FrontDesk.before(pockit.house);
    }

    static Till open(Map<String, String> changed) {
        return of(PockitSettings.defaults(), changed);
    }

    static Till of(PockitSettings settings, Map<String, String> changed) {
        return new Till(
                settings.with("users", 2)
                        .with("accountsPerUser", 1)
                        .with("transactionsPerAccount", 1),
                changed);
    }

    /** What the bank does while something is done; afterwards it is as before. */
    <T> T during(String name, Object value, java.util.function.Supplier<T> something) {
        pockit.twin.change(usual.with(name, value));
        try {
            return something.get();
        } finally {
            pockit.twin.change(usual);
        }
    }

    /** A payment that was asked for. */
    record Draft(UUID id, String link) {}

    static String body(String amount, String reference) {
        return """
        {"provider": "pockit", "user": "someone", "amount": "%s", "currency": "GBP", "reference": "%s",
         "payee": {"name": "Landlord Ltd", "sort_code": "%s", "account_number": "%s"}}
        """
                .formatted(amount, reference, SORT_CODE, ACCOUNT);
    }

    static String key() {
        return "key-" + KEYS.incrementAndGet();
    }

    Draft draft() {
        return draft(desk.adminOnce(key(), "/payments", body("12.5", "INV-1")));
    }

    Draft draft(HttpResponse<String> made) {
        if (made.statusCode() != 201) {
            throw new IllegalStateException(made.statusCode() + " " + made.body());
        }
        JsonNode answer = json(made.body());
        String link = answer.get("link").asText();
        return new Draft(
                UUID.fromString(answer.get("payment").asText()),
                link.substring(link.indexOf("/connect/")));
    }

    static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Where the bank is, as our link says. */
    URI bank(Draft draft) {
        return URI.create(desk.get(draft.link()).headers().firstValue("Location").orElseThrow());
    }

    /** Where the bank sends a user who agrees, as path and query of our callback. */
    String agreed(Draft draft) {
        URI back = new Browser().allow(bank(draft), "user1");
        return back.getRawPath() + "?" + back.getRawQuery();
    }

    HttpResponse<String> back(String path) {
        return desk.send(
                HttpRequest.newBuilder(desk.front(path))
                        .header("X-Forwarded-For", Pockit.USER_ADDRESS));
    }

    /** What a user sees who comes back. */
    String page(String path) {
        return back(path).body();
    }

    /** What somebody decides about a payment. */
    HttpResponse<String> decide(Draft draft, String how, String more) {
        return desk.admin(
                "POST",
                "/payments/" + draft.id() + "/" + how,
                "{\"by\": \"Ada\", \"why\": \"the bank's statement\"" + more + "}");
    }

    /** The whole trip of a user who agrees; what is shown at its end. */
    String pay(Draft draft) {
        return back(agreed(draft)).body();
    }

    String state(Draft draft) {
        return column(draft, "state");
    }

    String column(Draft draft, String column) {
        return house().text(
                        "select "
                                + column
                                + "::text from ledger.payment where payment_id = '"
                                + draft.id()
                                + "'");
    }

    List<String> life(Draft draft) {
        return house().texts(
                        "select coalesce(from_state || ' > ', '') || to_state || ' by ' || who from"
                                + " ledger.payment_event where payment_id = '"
                                + draft.id()
                                + "' order by event_id");
    }

    /** Every submission that the twin saw for a payment, whatever it answered. */
    List<Exchange> submissions(Draft draft) {
        return pockit.twin
                .journal()
                .where(
                        one ->
                                one.endpoint().equals("payments")
                                        && one.method().equals("POST")
                                        && draft.id()
                                                .toString()
                                                .equals(one.headers().get("x-idempotency-key")));
    }

    /** Every intent that the twin saw for a payment. */
    List<Exchange> intents(Draft draft) {
        return pockit.twin
                .journal()
                .where(
                        one ->
                                one.endpoint().equals("authorise")
                                        && draft.id().toString().equals(one.fields().get("uuid")));
    }

    /** What the bank holds of a payment: at most one, or somebody paid twice. */
    List<Payment> taken(Draft draft) {
        return pockit.twin.truth().payments().stream()
                .filter(one -> one.key().equals(draft.id().toString()))
                .toList();
    }

    House house() {
        return pockit.house;
    }

    void awaitState(Draft draft, String state) {
        House.until(() -> state(draft).equals(state));
    }

    @Override
    public void close() {
        desk.close();
        pockit.twin.close();
    }
}
