package dev.caravan.conformance.trac;

import dev.caravan.conformance.Contract;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RecordTest {
    @Test
    void whatTheTwinTellsIsRecordedWithoutAnybodyInItAndReplayed() {
        try (Trac trac =
                Trac.of(Trac.small().transactions(12).members(4), Map.of("page.size", "5"))) {
            Contract.recorded(
                    "trac",
                    trac.house.database,
                    trac.house.deployer(),
                    trac.house.clock,
                    trac.connection,
                    Set.of(trac.installation),
                    "--max-calls",
                    "60");
        }
    }
}
