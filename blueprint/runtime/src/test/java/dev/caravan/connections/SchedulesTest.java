package dev.caravan.connections;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravan.faults.SetupFault;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SchedulesTest {
    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");

    private static Schedules of(Map<String, String> settings) {
        return new Schedules("somebody", settings);
    }

    @Test
    void aKindThatWasNeverPulledIsDueAndAnEmptyScheduleIsNever() {
        Schedules schedules = of(Map.of("schedule.accounts", "8h", "schedule.cards", ""));

        assertThat(schedules.due("{}", NOON)).containsExactly("accounts");
    }

    @Test
    void aSpanIsSpreadByUpToATenth() {
        Schedules schedules = of(Map.of("schedule.accounts", "10h"));

        for (int i = 0; i < 50; i++) {
            Instant next = Schedules.earliest(schedules.next("{}", Set.of("accounts"), NOON));
            assertThat(next)
                    .isBetween(
                            Instant.parse("2026-11-21T22:00:00Z"),
                            Instant.parse("2026-11-21T23:00:00Z"));
        }
    }

    @Test
    void aCronIsReadInItsZoneAndSpread() {
        Schedules schedules =
                of(
                        Map.of(
                                "schedule.balances",
                                "0 15 6,14,22 * * ?",
                                "schedule.zone",
                                "Europe/Stockholm",
                                "schedule.spread",
                                "5m"));

        assertThat(Schedules.earliest(schedules.next("{}", Set.of("balances"), NOON)))
                .isBetween(
                        Instant.parse("2026-11-21T13:15:00Z"),
                        Instant.parse("2026-11-21T13:20:00Z"));
    }

    @Test
    void whatWasNotPulledKeepsItsTimeAndAMissedTickCountsOnce() {
        Schedules schedules = of(Map.of("schedule.a", "1h", "schedule.b", "6h"));
        String before =
                "{\"a\":\"2026-11-20T01:00:00Z\",\"b\":\"2026-11-21T15:00:00Z\",\"gone\":\"2026-11-20T00:00:00Z\"}";

        assertThat(schedules.due(before, NOON)).containsExactly("a");
        String after = schedules.next(before, Set.of("a"), NOON);
        assertThat(after).contains("\"b\":\"2026-11-21T15:00:00Z\"").doesNotContain("gone");
        assertThat(schedules.due(after, NOON.plusSeconds(60))).isEmpty();
    }

    @Test
    void whatIsNeitherASpanNorACronIsRefusedWithItsName() {
        assertThatThrownBy(() -> of(Map.of("schedule.accounts", "every now and then")))
                .isInstanceOf(SetupFault.class)
                .hasMessageContaining("schedule.accounts");
    }
}
