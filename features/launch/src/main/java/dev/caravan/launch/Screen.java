package dev.caravan.launch;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;

/**
 * Where the demo shows how it goes: one line that rewrites itself on a terminal, a plain line every
 * few seconds elsewhere. Not for several threads at once.
 */
final class Screen {

    private static final Duration PLAIN_PACE = Duration.ofSeconds(5);

    private final PrintStream out;
    private final boolean terminal;
    private long plainAt;
    private boolean open;

    Screen(PrintStream out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    /** Replaces the live line. */
    void live(String text) {
        if (terminal) {
            out.print("\r\033[K" + text);
            out.flush();
            open = true;
        } else if (System.nanoTime() - plainAt > PLAIN_PACE.toNanos() || plainAt == 0) {
            plainAt = System.nanoTime();
            out.println(text);
        }
    }

    /** Writes a line that stays. */
    void line(String text) {
        if (open) {
            out.print("\r\033[K");
            open = false;
        }
        out.println(text);
    }

    static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    static String seconds(Duration time) {
        return String.format(Locale.ROOT, "%.1f s", time.toMillis() / 1000.0);
    }
}
