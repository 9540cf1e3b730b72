package dev.caravan.launch;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;

/**
 * Drives a started Caravan through the real connect flow from outside, watches the first pull and
 * compares what arrived with what the twin holds. It ends with status 0 only when both agree. One
 * run, one thread.
 */
public final class Demo {

    private static final String PROVIDER = "truelayer";
    private static final Duration PACE = Duration.ofMillis(500);

    private final Options options;
    private final Screen screen;
    private final Installation installation;
    private final Caravan caravan;
    private final Browser browser;

    private Demo(Options options, Screen screen) throws IOException {
        var http = new Http();
        this.options = options;
        this.screen = screen;
        this.installation = new Installation(options.home());
        this.caravan =
                new Caravan(
                        installation,
                        http,
                        port("caravan.http", "admin.port", "8481"),
                        port("caravan.sandbox", "truelayer.port", "18600"));
        this.browser = new Browser(http);
    }

    /** Ends the process with 0, or with 1 and the reason as the last line on the error stream. */
    public static void main(String... arguments) throws InterruptedException {
        var options = Options.of(arguments);
        var screen = new Screen(options.json() ? System.err : System.out, options.terminal());
        try {
            new Demo(options, screen).run();
        } catch (Fault e) {
            screen.line("");
            System.err.println("caravan demo: " + e.getMessage());
            System.exit(1);
        } catch (IOException e) {
            screen.line("");
            System.err.println(
                    "caravan demo: Caravan stopped answering ("
                            + e
                            + "); its log: "
                            + options.home().resolve("data/log/caravan.log"));
            System.exit(1);
        }
    }

    private void run() throws Fault, IOException, InterruptedException {
        awaitReady();
        var began = System.nanoTime();
        connectUsers();
        var progress = awaitPulls(began);
        var took = Duration.ofNanos(System.nanoTime() - began);
        var summary = new Summary(progress, Truth.of(caravan.truth()), took, installation);
        if (options.json()) {
            System.out.println(summary.json());
        } else {
            screen.line(summary.table());
            screen.line(summary.directions(options.source(), options.stays()));
        }
        if (!summary.agrees()) {
            throw new Fault(
                    "the store does not hold what the twin holds: "
                            + summary.difference()
                            + "; look at ledger.rejected_record and ledger.pull_run");
        }
    }

    private void awaitReady() throws Fault, IOException, InterruptedException {
        var began = System.nanoTime();
        var limit = Duration.ofSeconds(options.readySeconds());
        for (var why = caravan.unready(); !why.isEmpty(); why = caravan.unready()) {
            var waited = Duration.ofNanos(System.nanoTime() - began);
            if (!installation.alive()) {
                throw new Fault(
                        "Karaf ended while it started; its log: "
                                + options.home().resolve("data/log/caravan.log"));
            }
            if (waited.compareTo(limit) > 0) {
                throw new Fault(
                        "Caravan was not ready after "
                                + limit.toSeconds()
                                + " s: "
                                + why
                                + "; its log: "
                                + options.home().resolve("data/log/caravan.log"));
            }
            screen.live("starting: " + Screen.seconds(waited) + ", " + why);
            Thread.sleep(PACE.toMillis());
        }
        screen.line(
                "Caravan is ready after "
                        + Screen.seconds(Duration.ofNanos(System.nanoTime() - began)));
    }

    /** An installation that is gone on with has its connections already. */
    private void connectUsers() throws Fault, IOException, InterruptedException {
        for (var user = (int) caravan.progress().active() + 1; user <= options.users(); user++) {
            var link = caravan.connect(PROVIDER, "demo-" + user);
            var way = browser.consent(link, "john" + user, "doe" + user);
            screen.line("demo-" + user + " connected: " + hosts(way));
        }
    }

    private static String hosts(Iterable<URI> way) {
        var hosts = new StringBuilder();
        for (var step : way) {
            hosts.append(hosts.isEmpty() ? "" : " -> ")
                    .append(step.getPort())
                    .append(step.getPath().replaceAll("/connect/.*", "/connect/..."));
        }
        return hosts.toString();
    }

    private Progress awaitPulls(long began) throws Fault, IOException, InterruptedException {
        var last = caravan.progress();
        var movedAt = System.nanoTime();
        var lookedAt = movedAt;
        while (!done(last)) {
            Thread.sleep(PACE.toMillis());
            var now = caravan.progress();
            var at = System.nanoTime();
            if (now.calls() != last.calls() || now.transactions() != last.transactions()) {
                movedAt = at;
            }
            var patience = now.failed() > 0 ? options.faultSeconds() : options.idleSeconds();
            if (at - movedAt > Duration.ofSeconds(patience).toNanos()) {
                throw stuck(now, patience);
            }
            var rate = (now.transactions() - last.transactions()) * 1e9 / (at - lookedAt);
            screen.live(
                    state(now)
                            + ", "
                            + Screen.count(Math.round(rate))
                            + " rows/s, "
                            + Screen.seconds(Duration.ofNanos(at - began)));
            last = now;
            lookedAt = at;
        }
        return last;
    }

    private Fault stuck(Progress now, int seconds) {
        return new Fault(
                "nothing moved for "
                        + seconds
                        + " s: "
                        + state(now)
                        + ", "
                        + now.complete()
                        + " pulls complete, "
                        + now.failed()
                        + " failed; next at "
                        + now.next()
                        + "; look at ledger.pull_run and "
                        + options.home().resolve("data/log/caravan.log"));
    }

    private boolean done(Progress progress) {
        return progress.complete() >= options.users() && progress.running() == 0;
    }

    private static String state(Progress progress) {
        return Screen.count(progress.active())
                + " connections, "
                + Screen.count(progress.accounts())
                + " accounts, "
                + Screen.count(progress.calls())
                + " calls, "
                + Screen.count(progress.transactions())
                + " transactions";
    }

    private int port(String pid, String key, String otherwise) throws IOException {
        return Integer.parseInt(installation.setting(pid, key, otherwise));
    }
}
