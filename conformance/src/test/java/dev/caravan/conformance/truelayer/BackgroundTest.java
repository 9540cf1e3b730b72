package dev.caravan.conformance.truelayer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.sandbox.Exchange;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Reads that nobody waits for: asked for, worked out by the provider, fetched later. */
class BackgroundTest {
    private static final String BOOKED = "accounts/{id}/transactions";

    @Test
    void whatNobodyWaitsForIsToldByWebhookAndStoredAsIfItHadBeenAnsweredAtOnce() {
        try (TrueLayer bank = TrueLayer.open()) {
            UUID connection = bank.connected("john1");
            bank.grow("john1", 7);
            String cursor = bank.house.text("select max(complete_at)::text from caravan.cursor");
            bank.house.pull(connection);
            bank.awaitResults("stored", TrueLayer.READS);

            bank.holds("john1");
            assertThat(bank.seen(BOOKED, "john1"))
                    .singleElement()
                    .satisfies(
                            asked -> {
                                assertThat(asked.query()).containsEntry("async", "true");
                                assertThat(asked.query().get("webhook_uri"))
                                        .contains("/webhooks/truelayer/data?t=");
                                assertThat(asked.status()).isEqualTo(202);
                            });
            assertThat(bank.house.text("select max(complete_at)::text from caravan.cursor"))
                    .as("the cursor moved with the rows")
                    .isNotEqualTo(cursor);
            assertThat(bank.twin.deliveries())
                    .hasSize(TrueLayer.READS)
                    .allMatch(each -> each.status() == 200);
            assertThat(bank.house.texts("select distinct state from ledger.inbox"))
                    .containsExactly("done");
            List<Exchange> results = bank.seen("results/{id}", "john1");
            assertThat(results).as("each is fetched once").hasSize(TrueLayer.READS);
        }
    }
}
