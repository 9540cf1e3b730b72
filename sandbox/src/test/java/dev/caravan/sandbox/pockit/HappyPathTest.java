package dev.caravan.sandbox.pockit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.sandbox.MovableClock;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** From the intent to the last page, and to the payment, with every knob as it comes. */
class HappyPathTest {
    private final MovableClock clock = MovableClock.at("2026-11-21T10:00:00Z");
    private final PockitTwin twin = PockitTwin.start(PockitSettings.defaults(), clock);
    private final Caller caller = Caller.of(twin, clock);

    @AfterEach
    void close() {
        twin.close();
    }

    @Test
    void aUserAllowsAndAllThatIsTrueCanBeRead() throws Exception {
        ObjectNode wish = caller.aisp();
        URI callback = new Browser().allow(caller.location(wish), "user1");
        Map<String, String> query = Caller.query(callback);
        assertThat(callback.toString()).startsWith("http://127.0.0.1:8080/callback/pockit?");
        assertThat(query).containsOnlyKeys("intent-id", "uuid", "authorisation_code");
        assertThat(query.get("uuid")).isEqualTo(wish.path("uuid").asText());

        JsonNode pair = Caller.body(caller.exchange(query.get("authorisation_code")));
        assertThat(pair.path("token_type").asText()).isEqualTo("Bearer");
        assertThat(pair.path("expires_in").asInt()).isEqualTo(3600);
        assertThat(pair.path("scope").asText()).startsWith("balance:read,product:read,");
        String token = pair.path("access_token").asText();

        JsonNode accounts = caller.read("/accounts", token).at("/Data/Account");
        assertThat(accounts).hasSize(2);
        for (JsonNode account : accounts) {
            String id = account.path("AccountId").asText();
            AccountTruth truth = twin.truth().of(id);
            assertThat(ids("/accounts/" + id + "/transactions", token))
                    .containsAll(ids(twin.truth().booked(id)));
            assertThat(truth.count()).isEqualTo(40);
            assertThat(caller.read("/accounts/" + id + "/balance", token).at("/Data/Balance"))
                    .hasSize(2);
            assertThat(
                            caller.read("/accounts/" + id + "/beneficiaries", token)
                                    .at("/Data/Beneficiary"))
                    .hasSize(3);
            assertThat(caller.read("/accounts/" + id + "/product", token).at("/Data/Product"))
                    .hasSize(1);
            assertThat(caller.read("/accounts/" + id, token).at("/Data/Account")).hasSize(1);
        }
    }

    @Test
    void aUserAllowsAPaymentAndItIsMade() throws Exception {
        ObjectNode details = PaymentTest.details();
        ObjectNode wish = caller.aisp().put("scope", "pisp");
        wish.set("payinfo", details);
        URI callback = new Browser().allow(caller.location(wish), "user2");
        JsonNode pair =
                Caller.body(caller.exchange(Caller.query(callback).get("authorisation_code")));
        String token = pair.path("access_token").asText();

        JsonNode made =
                Caller.body(caller.pay(details, token, wish.path("uuid").asText())).path("Data");

        assertThat(made.path("Status").asText()).isEqualTo("Pending");
        assertThat(twin.truth().payments())
                .extracting(Payment::id)
                .containsExactly(made.path("DomesticPaymentId").asText());
    }

    private Set<String> ids(String target, String token) throws Exception {
        Set<String> ids = new HashSet<>();
        String next = target;
        while (!next.isEmpty()) {
            JsonNode page = caller.read(next, token);
            page.at("/Data/Transaction")
                    .forEach(row -> ids.add(row.path("TransactionId").asText()));
            String address = page.at("/Links/Next").asText();
            next = address.isEmpty() ? "" : caller.target(address);
        }
        return ids;
    }

    private static List<String> ids(List<Transaction> rows) {
        List<String> ids = new ArrayList<>();
        rows.forEach(row -> ids.add(row.id()));
        return ids;
    }
}
