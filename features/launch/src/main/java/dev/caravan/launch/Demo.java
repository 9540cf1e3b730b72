package dev.caravan.launch;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Drives a started Caravan through the real ways to connect from outside, watches the first pulls
 * and compares what arrived with what each twin holds. It ends with status 0 only when all agree.
 * One run, one thread.
 */
public final class Demo {

    /** How long Caravan may give the same refusal of a provider as its reason not to be ready. */
    private static final Duration REFUSED = Duration.ofSeconds(20);

    /** So many rows a twin can sort in the memory of the demo; above it count and sum must do. */
    private static final long MOST_DIGESTED = 500_000;

    private final Options options;
    private final Screen screen;
    private final Installation installation;
    private final Caravan caravan;
    private final Map<String, Twin> twins = new LinkedHashMap<>();

    private Demo(Options options, Screen screen) throws IOException {
        var http = new Http();
        this.options = options;
        this.screen = screen;
        this.installation = new Installation(options.home());
        this.caravan = new Caravan(installation, http);
        for (var provider : options.connections().keySet()) {
            twins.put(provider, new Twin(provider, installation, http));
        }
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
        var before = connect();
        awaitPulls(began);
        var took = Duration.ofNanos(System.nanoTime() - began);
        var told = rehearse();
        var progress = caravan.progress();
        var summary =
                new Summary(
                        lines(progress),
                        told,
                        progress,
                        twins.size(),
                        progress.rows() - before.rows(),
                        took,
                        installation);
        if (options.json()) {
            System.out.println(summary.json());
        } else {
            screen.line(summary.table());
            screen.line(summary.directions(options.source(), options.stays()));
        }
        if (!summary.agrees()) {
            throw new Fault(
                    "the store does not hold what the twins hold: "
                            + summary.difference()
                            + "; look at ledger.rejected_record and ledger.pull_run");
        }
    }

    private void awaitReady() throws Fault, IOException, InterruptedException {
        var began = System.nanoTime();
        var sameSince = began;
        var before = "";
        for (var why = unready(); !why.isEmpty(); why = unready()) {
            var now = System.nanoTime();
            if (!why.equals(before)) {
                sameSince = now;
                before = why;
            }
            if (!installation.alive()) {
                throw new Fault(
                        "Karaf ended while it started; its log: "
                                + options.home().resolve("data/log/caravan.log"));
            }
            // what is refused is not waited for as long as what is slow
            var refused = why.contains("CARAVAN-") && now - sameSince > REFUSED.toNanos();
            if (refused || now - began > Duration.ofSeconds(options.readySeconds()).toNanos()) {
                throw new Fault(
                        "Caravan was not ready after "
                                + Screen.seconds(Duration.ofNanos(now - began))
                                + ": "
                                + why
                                + "; its log: "
                                + options.home().resolve("data/log/caravan.log"));
            }
            screen.live("starting: " + Screen.seconds(Duration.ofNanos(now - began)) + ", " + why);
            Patience.pause();
        }
        screen.line(
                "Caravan is ready after "
                        + Screen.seconds(Duration.ofNanos(System.nanoTime() - began)));
    }

    private String unready() throws InterruptedException {
        return caravan.unready(options.connections().keySet());
    }

    /**
     * An installation that is gone on with has its connections already.
     *
     * @return what was pulled before
     */
    private Progress connect() throws Fault, IOException, InterruptedException {
        var newcomers = new Newcomers(caravan, installation, twins);
        var before = caravan.progress();
        for (var planned : options.connections().entrySet()) {
            var there = (int) before.provider(planned.getKey()).active();
            for (var connection : before.provider(planned.getKey()).unfinished()) {
                // its next slot may be hours away
                caravan.pull(connection);
            }
            for (var number = there + 1; number <= planned.getValue(); number++) {
                screen.line(newcomers.connect(planned.getKey(), number));
            }
        }
        return before;
    }

    private Progress awaitPulls(long began) throws Fault, IOException, InterruptedException {
        var last = caravan.progress();
        var movedAt = System.nanoTime();
        var lookedAt = movedAt;
        while (!waiting(last).isEmpty() || last.running() > 0) {
            Patience.pause();
            var now = caravan.progress();
            var at = System.nanoTime();
            if (now.calls() != last.calls() || now.rows() != last.rows()) {
                movedAt = at;
            }
            var patience = now.failed() > 0 ? options.faultSeconds() : options.idleSeconds();
            if (at - movedAt > Duration.ofSeconds(patience).toNanos()) {
                throw stuck(now, patience);
            }
            var rate = (now.rows() - last.rows()) * 1e9 / (at - lookedAt);
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

    /** The providers with a connection that was not pulled whole yet. */
    private List<String> waiting(Progress progress) {
        return options.connections().entrySet().stream()
                .filter(
                        planned ->
                                progress.provider(planned.getKey()).complete() < planned.getValue())
                .map(Map.Entry::getKey)
                .toList();
    }

    private Fault stuck(Progress now, int seconds) {
        var faults =
                now.providers().stream()
                        .filter(provider -> !provider.fault().isEmpty())
                        .map(provider -> provider.name() + ": " + provider.fault())
                        .collect(Collectors.joining("; "));
        return new Fault(
                "nothing moved for "
                        + seconds
                        + " s: "
                        + state(now)
                        + "; "
                        + String.join(", ", waiting(now))
                        + " not pulled whole, next at "
                        + now.next()
                        + (faults.isEmpty() ? "" : "; " + faults)
                        + "; look at ledger.pull_run and "
                        + options.home().resolve("data/log/caravan.log"));
    }

    private String state(Progress progress) {
        var whole =
                options.connections().entrySet().stream()
                        .map(
                                planned ->
                                        planned.getKey()
                                                + " "
                                                + progress.provider(planned.getKey()).complete()
                                                + "/"
                                                + planned.getValue())
                        .collect(Collectors.joining(", "));
        return whole
                + "; "
                + Screen.count(progress.calls())
                + " calls, "
                + Screen.count(progress.rows())
                + " rows";
    }

    /** What those providers tell by webhook that were told where to. */
    private List<Told> rehearse() throws Fault, IOException, InterruptedException {
        var told = new ArrayList<Told>();
        for (var provider : twins.keySet()) {
            var pid = "caravan.provider." + provider;
            if (installation.setting(pid, "webhook.url", "").isEmpty()) {
                continue;
            }
            told.add(
                    installation.setting(pid, "async", "off").equals("on")
                            ? new Background(provider, caravan, screen).run()
                            : new Rehearsal(provider, caravan, twins.get(provider), screen)
                                    .run(() -> difference(provider)));
        }
        return told;
    }

    private String difference(String provider) throws Fault, IOException, InterruptedException {
        return lines(caravan.records(), provider, caravan.progress()).stream()
                .filter(line -> !line.agrees())
                .map(line -> line.kind() + ": " + line.remark())
                .collect(Collectors.joining("; "));
    }

    private List<Line> lines(Progress progress) throws Fault, IOException, InterruptedException {
        var records = caravan.records();
        var lines = new ArrayList<Line>();
        for (var provider : twins.keySet()) {
            lines.addAll(lines(records, provider, progress));
        }
        return lines;
    }

    private List<Line> lines(String records, String provider, Progress progress)
            throws Fault, IOException, InterruptedException {
        var stored = Holding.ofStore(records, provider);
        var few = stored.values().stream().mapToLong(Holding::rows).sum() <= MOST_DIGESTED;
        return Line.of(provider, stored, twins.get(provider).truth(few), progress.kinds());
    }
}
