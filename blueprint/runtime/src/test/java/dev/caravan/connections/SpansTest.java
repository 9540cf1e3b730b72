package dev.caravan.connections;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class SpansTest {
    @Test
    void spansAreNumbersWithAUnit() {
        assertThat(Spans.of("30s")).isEqualTo(Duration.ofSeconds(30));
        assertThat(Spans.of(" 8h ")).isEqualTo(Duration.ofHours(8));
        assertThat(Spans.of("7 d")).isEqualTo(Duration.ofDays(7));
    }

    @Test
    void anythingElseIsNamed() {
        assertThatThrownBy(() -> Spans.of("soon"))
                .hasMessageContaining("soon")
                .hasMessageContaining("30s");
    }
}
