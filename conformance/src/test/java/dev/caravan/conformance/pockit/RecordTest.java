package dev.caravan.conformance.pockit;

import dev.caravan.conformance.Contract;
import dev.caravan.sandbox.pockit.PockitSettings;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RecordTest {
    @Test
    void whatTheTwinTellsIsRecordedWithoutAnybodyInItAndReplayed() {
        try (Pockit pockit = Pockit.of(PockitSettings.defaults().with("users", 3), Map.of())) {
            Contract.recorded(
                    "pockit",
                    pockit.house.database,
                    pockit.house.deployer(),
                    pockit.house.clock,
                    pockit.connect("user1"),
                    pockit.twin.truth().secretsIssued(),
                    "--max-pages",
                    "2");
        }
    }
}
