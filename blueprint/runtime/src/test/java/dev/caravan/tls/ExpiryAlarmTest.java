package dev.caravan.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ExpiryAlarmTest {
    private static final Instant END = Instant.parse("2026-12-31T12:00:00Z");

    private static Instant daysBefore(int days) {
        return END.minus(Duration.ofDays(days));
    }

    @Test
    void anEndIsSaidOnceAtThirtySevenAndOneDays() {
        ExpiryAlarm alarm = new ExpiryAlarm();
        List<Integer> said =
                IntStream.iterate(40, days -> days >= -2, days -> days - 1)
                        .filter(days -> alarm.rings(END, daysBefore(days)))
                        .boxed()
                        .toList();
        assertThat(said).containsExactly(30, 7, 1);
    }

    @Test
    void anEndThatIsNearOrOverWhenItIsFirstSeenIsSaidOnce() {
        ExpiryAlarm near = new ExpiryAlarm();
        assertThat(near.rings(END, daysBefore(5))).isTrue();
        assertThat(near.rings(END, daysBefore(5))).isFalse();
        ExpiryAlarm over = new ExpiryAlarm();
        assertThat(over.rings(END, daysBefore(-1))).isTrue();
        assertThat(over.rings(END, daysBefore(-2))).isFalse();
    }
}
