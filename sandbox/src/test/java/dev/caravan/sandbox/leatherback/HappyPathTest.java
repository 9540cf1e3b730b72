package dev.caravan.sandbox.leatherback;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.sandbox.MovableClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HappyPathTest {
    private final MovableClock clock = MovableClock.at("2026-11-21T10:00:00Z");
    private final LeatherbackTwin twin = LeatherbackTwin.start(Tpp.known(), clock);
    private final Tpp tpp = new Tpp(twin, clock);

    @AfterEach
    void close() {
        twin.close();
    }

    @Test
    void aCustomerConnectsAndEverythingThatTheTruthHoldsCanBeRead() throws Exception {
        String token = tpp.connect().path("access_token").asText();

        JsonNode accounts = tpp.json("/accounts", token).path("Data").path("Account");
        assertThat(accounts).hasSize(2);
        for (JsonNode account : accounts) {
            String id = account.path("AccountId").asText();
            assertThat(tpp.json("/accounts/" + id, token).path("Data").path("Account")).hasSize(1);
            assertThat(
                            tpp.json("/accounts/" + id + "/balances", token)
                                    .path("Data")
                                    .path("Balance"))
                    .hasSize(2);
            assertThat(
                            tpp.json("/accounts/" + id + "/beneficiaries", token)
                                    .path("Data")
                                    .path("Beneficiary"))
                    .hasSize(4);
            assertThat(
                            tpp.walk("/accounts/" + id + "/transactions", token).stream()
                                    .filter(row -> row.has("TransactionId"))
                                    .map(row -> row.path("TransactionId").asText())
                                    .distinct())
                    .containsExactlyInAnyOrderElementsOf(
                            twin.truth().transactions(id).stream()
                                    .map(Transaction::id)
                                    .filter(one -> !one.isEmpty())
                                    .toList());
        }
    }
}
