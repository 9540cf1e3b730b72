package dev.caravan.conformance;

import java.time.LocalDate;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class RecordTest {
    @Test
    void whatTheTwinTellsIsRecordedWithoutAnybodyInItAndReplayed() {
        try (World world = World.of(World.smallBank().transactionsPerAccount(12))) {
            UUID connection = world.connected("john1");
            Set<String> secrets = new HashSet<>(world.twin.truth().secretsIssued());
            secrets.add(world.twin.settings().clientSecret());
            Contract.recorded(
                    "truelayer",
                    world.database,
                    world.deployer(),
                    world.clock,
                    connection,
                    secrets,
                    "--since",
                    LocalDate.now(world.clock).minusDays(60).toString());
        }
    }
}
