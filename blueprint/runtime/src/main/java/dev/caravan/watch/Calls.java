package dev.caravan.watch;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;

/**
 * The calls that ended on this node and are not written down yet, summed by minute, provider and
 * scope. It holds a bounded number of sums: while the store is away for long the oldest minutes go
 * first. Safe for any number of threads.
 */
public final class Calls {
    private static final int MOST = 50_000;

    private final Clock clock;
    private final Map<Key, Figures> sums = new HashMap<>();
    private final Map<Key, Figures> written = new HashMap<>();

    public Calls(Clock clock) {
        this.clock = clock;
    }

    record Key(Instant minute, String provider, String scope) {}

    /** Counts a call that has just ended. */
    public synchronized void ended(String provider, String scope, Outcome outcome, long millis) {
        Key key = new Key(minute(), provider, scope);
        sums.put(key, sums.getOrDefault(key, Figures.NONE).plus(outcome, millis));
        if (sums.size() > MOST) {
            Instant oldest = sums.keySet().stream().map(Key::minute).min(Instant::compareTo).get();
            sums.keySet().removeIf(each -> each.minute().equals(oldest));
        }
    }

    private Instant minute() {
        return clock.instant().truncatedTo(ChronoUnit.MINUTES);
    }

    /**
     * What has come since it was last written, in whole sums; also of the minute that is not over.
     */
    synchronized Map<Key, Figures> now() {
        Map<Key, Figures> now = new HashMap<>(sums);
        now.entrySet().removeAll(written.entrySet());
        return now;
    }

    /** These sums are in the store; minutes that are over and whole there are let go. */
    synchronized void written(Map<Key, Figures> figures) {
        written.putAll(figures);
        Instant open = minute();
        sums.entrySet()
                .removeIf(
                        each ->
                                each.getKey().minute().isBefore(open)
                                        && each.getValue().equals(written.get(each.getKey())));
        written.keySet().retainAll(sums.keySet());
    }
}
