package dev.caravan.conformance.leatherback;

import dev.caravan.conformance.Contract;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RecordTest {
    @Test
    void whatTheTwinTellsIsRecordedWithoutAnybodyInItAndReplayed() {
        try (Leatherback bank =
                Leatherback.of(
                        Leatherback.small().users(3).transactionsPerAccount(12).pageSize(5),
                        Map.of())) {
            Contract.recorded(
                    "leatherback",
                    bank.house.database,
                    bank.house.deployer(),
                    bank.house.clock,
                    bank.connected("customer1"),
                    bank.twin.truth().secretsIssued());
        }
    }
}
