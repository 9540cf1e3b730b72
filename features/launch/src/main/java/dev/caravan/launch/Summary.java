package dev.caravan.launch;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;

/**
 * What the first pull brought, what the twin holds, and what can be done now. Immutable.
 *
 * @param progress the last word of Caravan
 * @param truth the twin's own count
 * @param took from the first connection to the last page
 * @param installation where it all lies
 */
record Summary(Progress progress, Truth truth, Duration took, Installation installation) {

    boolean agrees() {
        return progress.transactions() == truth.transactions();
    }

    String difference() {
        return Screen.count(progress.transactions())
                + " transactions in the store, "
                + Screen.count(progress.rejected())
                + " rejected, "
                + Screen.count(truth.transactions())
                + " at the twin";
    }

    long rowsPerSecond() {
        return Math.round(progress.transactions() * 1000.0 / Math.max(1, took.toMillis()));
    }

    String table() {
        var out = new StringBuilder("\n");
        out.append(
                String.format(
                        "  %-12s %-16s %12s %8s %10s%n",
                        "provider", "kind", "rows", "calls", "rejected"));
        for (var kind : progress.kinds()) {
            out.append(
                    String.format(
                            Locale.ROOT,
                            "  %-12s %-16s %,12d %,8d %,10d%n",
                            kind.provider(),
                            kind.kind(),
                            kind.rows(),
                            kind.calls(),
                            kind.rejected()));
        }
        return out.append(
                        String.format(
                                Locale.ROOT,
                                "%n  %,d transactions in %s, %,d rows a second; %s",
                                progress.transactions(),
                                Screen.seconds(took),
                                rowsPerSecond(),
                                agrees()
                                        ? "the twin holds exactly as many"
                                        : "BUT the twin holds "
                                                + Screen.count(truth.transactions())))
                .toString();
    }

    String directions(Path source, boolean stays) throws IOException {
        var home = installation.home();
        var login = installation.readerLogin();
        var store = login[0] + ":" + login[1];
        return """

        The rows, with psql:
          PGPASSFILE='%s/etc/caravan.pgpass' psql -h %s -p %s -U %s -d %s \\
            -c 'select booking_date, amount, currency, description from ledger.transaction limit 10'
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
        out.append("\"connections\":").append(progress.active());
        out.append(",\"accounts\":").append(progress.accounts());
        out.append(",\"calls\":").append(progress.calls());
        out.append(",\"transactions\":").append(progress.transactions());
        out.append(",\"rejected\":").append(progress.rejected());
        out.append(",\"twin_accounts\":").append(truth.accounts());
        out.append(",\"twin_transactions\":").append(truth.transactions());
        out.append(",\"agrees\":").append(agrees());
        out.append(",\"seconds\":")
                .append(String.format(Locale.ROOT, "%.1f", took.toMillis() / 1000.0));
        out.append(",\"rows_per_second\":").append(rowsPerSecond());
        out.append(",\"home\":").append(Json.quote(installation.home().toString()));
        return out.append('}').toString();
    }
}
