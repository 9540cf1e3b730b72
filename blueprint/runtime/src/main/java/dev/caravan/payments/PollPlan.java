package dev.caravan.payments;

import dev.caravan.connections.Spans;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The pauses between questions about a payment's state, written as {@code 5s 15s 60s 12x5m 24x1h}.
 * Immutable.
 */
record PollPlan(List<Duration> pauses) {
    PollPlan {
        pauses = List.copyOf(pauses);
    }

    /**
     * @throws IllegalArgumentException where a word of it is no span, or {@code N} times one
     */
    static PollPlan of(String written) {
        List<Duration> pauses = new ArrayList<>();
        for (String word : written.strip().split("\\s+")) {
            String[] sides = word.split("x", 2);
            int times = sides.length == 1 ? 1 : Integer.parseInt(sides[0]);
            Duration span = Spans.of(sides[sides.length - 1]);
            for (int i = 0; i < times; i++) {
                pauses.add(span);
            }
        }
        return new PollPlan(pauses);
    }

    /** The pause after so many questions; empty where no more are asked. */
    Optional<Duration> after(int asked) {
        return asked < pauses.size() ? Optional.of(pauses.get(asked)) : Optional.empty();
    }
}
