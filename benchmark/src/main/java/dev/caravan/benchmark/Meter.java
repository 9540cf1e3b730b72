package dev.caravan.benchmark;

import dev.caravan.store.Database;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * Reads what this process and a PostgreSQL have used so far, from {@code /proc} and the server
 * itself. A backend that ended in between is counted through its parent. For one thread.
 */
final class Meter {
    /** The unit of {@code /proc/PID/stat}: USER_HZ is 100 on every Linux that Java 17 runs on. */
    private static final double TICKS = 100;

    private static final Duration SETTLE = Duration.ofMillis(300);

    private final long postmaster;
    private final Database store;
    private Reading before;

    Meter(long postmaster, Database store) {
        this.postmaster = postmaster;
        this.store = store;
    }

    private record Reading(double puller, double server, long wal, long checkpoints) {}

    void start() {
        before = read();
    }

    Figures stop(String side, String phase, long rows, double seconds) {
        Reading now = read();
        return new Figures(
                side,
                phase,
                rows,
                seconds,
                now.puller() - before.puller(),
                now.server() - before.server(),
                now.wal() - before.wal(),
                now.checkpoints() - before.checkpoints(),
                peak());
    }

    private Reading read() {
        settle();
        double server = ticks(postmaster, true);
        for (long child : children()) {
            server += ticks(child, false);
        }
        double puller = ticks(ProcessHandle.current().pid(), false);
        double used = server;
        return store.first(
                        "select pg_current_wal_insert_lsn() - '0/0'::pg_lsn, num_done from"
                                + " pg_stat_checkpointer",
                        row ->
                                new Reading(
                                        puller / TICKS,
                                        used / TICKS,
                                        row.getLong(1),
                                        row.getLong(2)))
                .orElseThrow();
    }

    /**
     * A backend that is just going is in nobody's account: its own is gone, its parent's not yet
     * told.
     */
    private static void settle() {
        try {
            Patience.pause(SETTLE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private List<Long> children() {
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            return processes
                    .map(process -> process.getFileName().toString())
                    .filter(name -> Character.isDigit(name.charAt(0)))
                    .map(Long::parseLong)
                    .filter(pid -> fields(pid).length > 1 && fields(pid)[1].equals("" + postmaster))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** User and system time, with that of ended children where asked for. */
    private static double ticks(long pid, boolean ended) {
        String[] fields = fields(pid);
        double sum = 0;
        for (int i = 11; i < (ended ? 15 : 13) && i < fields.length; i++) {
            sum += Double.parseDouble(fields[i]);
        }
        return sum;
    }

    /** The fields behind the name, which may hold anything; none where the process is gone. */
    private static String[] fields(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
            return stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        } catch (IOException e) {
            return new String[0];
        }
    }

    private static double peak() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
            return lines.filter(line -> line.startsWith("VmHWM:"))
                            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                            .findFirst()
                            .orElse(0)
                    / 1024.0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
