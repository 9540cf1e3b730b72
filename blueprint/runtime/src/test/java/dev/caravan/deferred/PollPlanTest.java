package dev.caravan.deferred;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravan.faults.SetupFault;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PollPlanTest {
    private final PollPlan plan = PollPlan.of("some", "10s 20s 40s 60s..15m 15m..6h");

    @ParameterizedTest
    @CsvSource({
        "0, 10",
        "9, 10",
        "10, 20",
        "39, 40",
        "40, 60",
        "60, 120",
        "899, 900",
        "900, 1800",
        "901, 1800",
        "20000, 20700",
        "21599, 21600"
    })
    void theNextAgeIsTheFirstAfterTheOneAtHand(long age, long next) {
        assertThat(plan.after(Duration.ofSeconds(age))).contains(Duration.ofSeconds(next));
    }

    @Test
    void afterTheLastAgeThereIsNone() {
        assertThat(plan.after(Duration.ofHours(6))).isEmpty();
        assertThat(plan.first()).isEqualTo(Duration.ofSeconds(10));
        assertThat(plan.last()).isEqualTo(Duration.ofHours(6));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "soon", "10s 5s", "10s 10s", "0s..5m", "1h..10m", "10s.."})
    void aPlanThatGoesNowhereIsRefused(String written) {
        assertThatThrownBy(() -> PollPlan.of("some", written))
                .isInstanceOf(SetupFault.class)
                .hasMessageContaining("deferred.plan");
    }
}
