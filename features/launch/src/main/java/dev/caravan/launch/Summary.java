package dev.caravan.launch;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What the demo ends with: what arrived beside what the twins hold, and what can be done now.
 * Immutable.
 *
 * @param lines one for each provider and kind
 * @param told what providers told by webhook
 * @param progress the last word of Caravan
 * @param providers how many providers take part
 * @param pulled rows that arrived in this demo; an earlier one may have brought others
 * @param took from the first connection to the last page
 * @param installation where it all lies
 */
record Summary(
        List<Line> lines,
        List<Told> told,
        Progress progress,
        int providers,
        long pulled,
        Duration took,
        Installation installation) {

    private static final String FORMAT = "  %-12s %-20s %12s %12s %8s %9s  %s";

    boolean agrees() {
        return twins() == providers && lines.stream().allMatch(Line::agrees);
    }

    /** What does not agree, one after the other. */
    String difference() {
        var differences =
                lines.stream()
                        .filter(line -> !line.agrees())
                        .map(line -> line.provider() + " " + line.kind() + ": " + line.remark())
                        .collect(Collectors.joining("; "));
        return differences.isEmpty()
                ? twins() + " of " + providers + " twins could be compared"
                : differences;
    }

    String table() {
        var out = new StringBuilder("\n");
        out.append(row("provider", "kind", "in the store", "at the twin", "calls", "rejected", ""));
        var before = "";
        for (var line : lines) {
            if (!before.isEmpty() && !before.equals(line.provider())) {
                out.append('\n');
            }
            out.append(
                    row(
                            line.provider().equals(before) ? "" : line.provider(),
                            line.kind(),
                            count(line.stored()),
                            count(line.twin()),
                            line.calls() == 0 ? "" : Screen.count(line.calls()),
                            line.rejected() == 0 ? "" : Screen.count(line.rejected()),
                            (line.agrees() ? "" : "<- ") + line.remark()));
            before = line.provider();
        }
        told.forEach(one -> out.append("\n  ").append(one.line()));
        return out.append('\n').append(verdict()).toString();
    }

    private String verdict() {
        var compared = lines.stream().filter(Line::compared).count();
        var twins = twins();
        var arrived =
                pulled == 0
                        ? "nothing had to be pulled"
                        : String.format(
                                Locale.ROOT,
                                "%,d rows pulled in %s, %,d a second",
                                pulled,
                                Screen.seconds(took),
                                rowsPerSecond());
        return String.format(
                Locale.ROOT,
                "  %,d records of %,d calls (%s); %s",
                rows(),
                progress.calls(),
                arrived,
                agrees()
                        ? "the store holds exactly what the "
                                + twins
                                + (twins == 1 ? " twin holds" : " twins hold")
                                + " ("
                                + compared
                                + " kinds compared)"
                        : "BUT THE STORE DOES NOT HOLD WHAT THE TWINS HOLD");
    }

    private static String row(String... cells) {
        return String.format(Locale.ROOT, FORMAT, (Object[]) cells).stripTrailing() + "\n";
    }

    private static String count(Holding holding) {
        return holding == null ? "-" : Screen.count(holding.rows());
    }

    long twins() {
        return lines.stream().filter(Line::compared).map(Line::provider).distinct().count();
    }

    long rows() {
        return lines.stream()
                .filter(line -> line.stored() != null)
                .mapToLong(line -> line.stored().rows())
                .sum();
    }

    private long transactions() {
        return lines.stream()
                .filter(line -> line.kind().equals("transaction") && line.stored() != null)
                .mapToLong(line -> line.stored().rows())
                .sum();
    }

    long rowsPerSecond() {
        return Math.round(pulled * 1000.0 / Math.max(1, took.toMillis()));
    }

    String directions(Path source, boolean stays) throws IOException {
        var home = installation.home();
        var login = installation.readerLogin();
        var store = login[0] + ":" + login[1];
        return """

        The rows, with psql:
          PGPASSFILE='%s/etc/caravan.pgpass' psql -h %s -p %s -U %s -d %s \\
            -c 'select provider, booking_date, amount, currency, description from ledger.transaction limit 10'
        with JDBC:
          jdbc:postgresql://%s/%s   user %s   password %s
        The shell (try log:display or help):
          '%s/bin/caravan' shell
        A route, changed while it runs:
          mkdir -p '%s/routes/truelayer'
          cp '%s/routes/truelayer/truelayer.xml' '%s/routes/truelayer/'
          then edit the copy: a save is live in about a second, deleting it brings back the shipped one
        %s\
        """
                .formatted(
                        home,
                        login[0],
                        login[1],
                        login[3],
                        login[2],
                        store,
                        login[2],
                        login[3],
                        login[4],
                        home,
                        home,
                        source,
                        home,
                        stays
                                ? "Caravan runs on until Ctrl-C."
                                : "Caravan stops now; '"
                                        + home
                                        + "/bin/caravan' start takes it up again.");
    }

    String json() {
        var out = new StringBuilder("{");
        out.append("\"agrees\":").append(agrees());
        out.append(",\"twins\":").append(twins());
        out.append(",\"records\":").append(rows());
        out.append(",\"pulled\":").append(pulled);
        out.append(",\"transactions\":").append(transactions());
        out.append(",\"calls\":").append(progress.calls());
        out.append(",\"rejected\":").append(progress.rejected());
        out.append(",\"seconds\":")
                .append(String.format(Locale.ROOT, "%.1f", took.toMillis() / 1000.0));
        out.append(",\"rows_per_second\":").append(rowsPerSecond());
        out.append(",\"webhooks\":[")
                .append(told.stream().map(Told::json).collect(Collectors.joining(",")))
                .append(']');
        out.append(",\"providers\":[");
        for (var provider : progress.providers()) {
            out.append(out.charAt(out.length() - 1) == '[' ? "" : ",")
                    .append("{\"provider\":")
                    .append(Json.quote(provider.name()))
                    .append(",\"connections\":")
                    .append(provider.active())
                    .append('}');
        }
        out.append("],\"kinds\":[");
        for (var line : lines) {
            out.append(out.charAt(out.length() - 1) == '[' ? "" : ",").append(json(line));
        }
        out.append("],\"home\":").append(Json.quote(installation.home().toString()));
        return out.append('}').toString();
    }

    private static String json(Line line) {
        var out = new StringBuilder("{\"provider\":").append(Json.quote(line.provider()));
        out.append(",\"kind\":").append(Json.quote(line.kind()));
        if (line.stored() != null) {
            out.append(",\"rows\":").append(line.stored().rows());
        }
        if (line.twin() != null) {
            out.append(",\"twin\":").append(line.twin().rows());
        }
        out.append(",\"calls\":").append(line.calls());
        out.append(",\"rejected\":").append(line.rejected());
        out.append(",\"compared\":").append(line.compared());
        out.append(",\"agrees\":").append(line.agrees());
        if (!line.remark().isEmpty()) {
            out.append(",\"remark\":").append(Json.quote(line.remark()));
        }
        return out.append('}').toString();
    }
}
