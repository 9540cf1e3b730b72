package dev.caravan.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import org.junit.jupiter.api.Test;

class FirstPullTest {
    @Test
    void whatTheBankHoldsIsInTheViewsAfterTheUserConnected() {
        try (World world = World.of(World.smallBank())) {
            UUID connection = world.connected("john1");
            new Oracle(world).holds("john1");
            assertThat(world.state(connection)).isEqualTo("active");
        }
    }
}
