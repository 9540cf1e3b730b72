package dev.caravan.benchmark;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.sandbox.Json;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * The figures as a table and as one JSON line: medians over the rounds, and the ratios of one run.
 * Immutable.
 */
record Report(Options options, List<Figures> figures) {
    private static final List<String> SIDES = List.of("shipped", "handwritten");
    private static final List<String> PHASES = List.of("first", "again", "same");

    void print(PrintStream out) {
        ObjectNode json = Json.object();
        json.put("rows", options.rows()).put("rounds", options.rounds());
        out.printf(
                "%-12s %-6s %10s %14s %14s %14s %12s %8s%n",
                "side",
                "phase",
                "rows/s",
                "CPU s/100k",
                "of puller",
                "of PostgreSQL",
                "WAL B/row",
                "peak MB");
        for (String phase : PHASES) {
            for (String side : SIDES) {
                ObjectNode told = json.withObjectProperty(side).putObject(phase);
                told.put("rows_per_second", Math.round(median(side, phase, Figures::rate)));
                told.put("cpu_seconds_per_100k", rounded(median(side, phase, Figures::cpu)));
                told.put(
                        "puller_cpu_per_100k",
                        rounded(median(side, phase, f -> f.pullerCpu() * 100_000 / f.rows())));
                told.put(
                        "store_cpu_per_100k",
                        rounded(median(side, phase, f -> f.storeCpu() * 100_000 / f.rows())));
                told.put("wal_bytes_per_row", rounded(median(side, phase, Figures::walPerRow)));
                told.put("peak_mb", Math.round(median(side, phase, Figures::peak)));
                out.printf(
                        Locale.ROOT,
                        "%-12s %-6s %10d %14.2f %14.2f %14.2f %12.1f %8d%n",
                        side,
                        phase,
                        told.get("rows_per_second").asLong(),
                        told.get("cpu_seconds_per_100k").asDouble(),
                        told.get("puller_cpu_per_100k").asDouble(),
                        told.get("store_cpu_per_100k").asDouble(),
                        told.get("wal_bytes_per_row").asDouble(),
                        told.get("peak_mb").asLong());
            }
        }
        for (String phase : PHASES) {
            double ratio =
                    median("shipped", phase, Figures::rate)
                            / median("handwritten", phase, Figures::rate);
            json.withObjectProperty("ratio").put(phase, rounded(ratio));
            out.printf(Locale.ROOT, "shipped/handwritten, %-5s %.2f%n", phase, ratio);
        }
        out.println(new String(Json.bytes(json), StandardCharsets.UTF_8));
    }

    static String line(Figures told) {
        return String.format(
                Locale.ROOT,
                "%s %s: %d rows in %.1f s, %.0f a second, CPU %.1f + %.1f s, WAL %.1f bytes a row"
                        + " (%d checkpoints), peak %.0f MB",
                told.side(),
                told.phase(),
                told.rows(),
                told.seconds(),
                told.rate(),
                told.pullerCpu(),
                told.storeCpu(),
                told.walPerRow(),
                told.checkpoints(),
                told.peak());
    }

    private double median(String side, String phase, ToDoubleFunction<Figures> of) {
        double[] sorted =
                figures.stream()
                        .filter(f -> f.side().equals(side) && f.phase().equals(phase))
                        .mapToDouble(of)
                        .sorted()
                        .toArray();
        int half = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }

    private static double rounded(double value) {
        return Math.round(value * 100) / 100.0;
    }
}
