package dev.caravan.conformance.truelayer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.sandbox.Exchange;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/**
 * One call for all accounts and cards of a connection, each stored as if it had been asked alone.
 */
class BatchTest {
    private static final String BATCH = "batch/transactions";

    @Test
    void oneCallBringsTheRowsOfAllAccountsAndCountsForEachOfThem() {
        try (TrueLayer bank = TrueLayer.of(TrueLayer.smallBank(), Map.of("batch", "on"))) {
            UUID connection = bank.connected("john1");
            bank.grow("john1", 6);
            bank.twin.accounts("john1").get(0).settlePending();
            bank.house.pull(connection);
            bank.awaitResults(connection, "stored", TrueLayer.READS);

            bank.holds("john1");
            assertThat(bank.seen(BATCH, "john1")).hasSize(1);
            for (String family : new String[] {"accounts", "cards"}) {
                for (String each :
                        new String[] {"transactions", "transactions/pending", "balance"}) {
                    String endpoint = family + "/{id}/" + each;
                    assertThat(bank.seen(endpoint, "john1").stream().map(Exchange::path))
                            .as("not asked for alone")
                            .isEmpty();
                    assertThat(
                                    bank.house.number(
                                            "select count(*) from caravan.call where counted and"
                                                    + " endpoint = '"
                                                    + endpoint
                                                    + "'"))
                            .as(endpoint)
                            .isEqualTo(1);
                }
            }
            assertThat(bank.seen("accounts/{id}/direct_debits", "john1")).hasSize(1);
        }
    }

    @Test
    void aBatchThatIsRefusedIsAskedForOneByOne() {
        try (TrueLayer bank = TrueLayer.of(TrueLayer.smallBank(), Map.of("batch", "on"))) {
            UUID connection = bank.connected("john1");
            bank.grow("john1", 6);
            bank.twin.faults().on(BATCH).error(400, "validation_error").times(1);
            bank.house.pull(connection);
            bank.awaitResults(connection, "stored", TrueLayer.READS);

            bank.holds("john1");
            assertThat(bank.results(connection, "void")).isEqualTo(6);
        }
    }
}
