package dev.caravan.conformance.pliance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.sandbox.Exchange;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Calls a second, for each connection. */
class ThrottleTest {
    @Test
    void aConnectionIsCalledNoOftenerThanItsSettingSays() {
        try (Office office = Office.of(Office.few(), Map.of("calls.second", "10"))) {
            String tenant = office.tenant(14, 0, 0);
            UUID connection = office.pulled(tenant);
            office.holds(connection, tenant);
            List<Long> started =
                    office.twin.journal().all().stream()
                            .map(Exchange::startedNanos)
                            .sorted()
                            .toList();
            assertThat(started).hasSizeGreaterThan(20);
            for (int i = 0; i + 10 < started.size(); i++) {
                assertThat(started.get(i + 10) - started.get(i))
                        .as("ten calls and one more")
                        .isGreaterThan(900_000_000L);
            }
        }
    }
}
