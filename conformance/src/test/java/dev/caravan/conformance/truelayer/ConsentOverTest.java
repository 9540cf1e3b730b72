package dev.caravan.conformance.truelayer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.conformance.House;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** A consent that ends between the ask and its result. */
class ConsentOverTest {
    private static final String RESULT = "results/{id}";

    @Test
    void nothingIsFetchedOnceTheConsentIsOver() {
        // the bank would go on answering: only the house stops itself
        try (TrueLayer willing =
                TrueLayer.of(TrueLayer.smallBank().honourExpiredConsents(true), Map.of())) {
            UUID over = willing.connected("john1");
            UUID other = willing.connected("john2");
            willing.twin.holdTasks();
            willing.house.pull(over);
            willing.house.pull(other);
            willing.house.database.update(
                    "update caravan.connection set consent_expires_at = caravan.now() where id = ?",
                    over);
            willing.twin.releaseTasks();
            House.until(() -> willing.seen(RESULT, "john2").size() == TrueLayer.READS);
            // long past the plan's first looks, and the fetching goes on for who may be read
            willing.house.advance(Duration.ofMinutes(2));
            willing.house.pull(other);
            House.until(() -> willing.seen(RESULT, "john2").size() == 2 * TrueLayer.READS);

            assertThat(willing.seen(RESULT, "john1")).isEmpty();
        }
    }
}
