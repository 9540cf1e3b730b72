package dev.caravan.watch;

import dev.caravan.deploy.Deployer;
import dev.caravan.store.Database;
import dev.caravan.store.Keeper;
import dev.caravan.store.StoreProbe;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Whether this node can work, and if not why, since when and what happens next. It asks nobody who
 * could make it wait: not the store, not a provider. Safe for any number of threads.
 */
public final class Health implements AutoCloseable {
    private static final Duration FRESH = Duration.ofSeconds(5);

    private final Keeper keeper;
    private final Database database;
    private final StoreProbe probe;
    private final Deployer deployer;
    private final Clock clock;
    private final Map<String, Instant> since = new HashMap<>();
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(
                    work -> {
                        Thread thread = new Thread(work, "caravan-health");
                        thread.setDaemon(true);
                        return thread;
                    });
    private boolean started;

    public Health(
            Keeper keeper, Database database, StoreProbe probe, Deployer deployer, Clock clock) {
        this.keeper = keeper;
        this.database = database;
        this.probe = probe;
        this.deployer = deployer;
        this.clock = clock;
    }

    /** How a node is; the worst cause decides. */
    public enum Status {
        READY,
        /** It works, and something wants an operator's eye. */
        DEGRADED,
        STARTING,
        DOWN
    }

    /**
     * Why a node is not simply ready.
     *
     * @param part {@code store}, {@code providers} or a provider's name
     */
    public record Cause(Status status, String part, String what, Instant since, String next) {}

    /**
     * How a node is.
     *
     * @param idle the setting that a provider waits for, by provider
     */
    public record Report(
            Status status,
            Instant since,
            List<String> running,
            Map<String, String> idle,
            List<Cause> causes) {}

    /** Looks once a second, so that {@code since} is right also where nobody asks. */
    public void start() {
        timer.scheduleWithFixedDelay(this::now, 0, 1, TimeUnit.SECONDS);
    }

    /** How it is now. */
    public synchronized Report now() {
        List<Cause> causes = new ArrayList<>();
        store().ifPresent(causes::add);
        if (keeper.ready()) {
            providers(causes);
        }
        Status status =
                causes.stream()
                        .map(Cause::status)
                        .max(Comparator.naturalOrder())
                        .orElse(Status.READY);
        started |= status.compareTo(Status.STARTING) < 0;
        Report report =
                new Report(
                        status,
                        since("status", status.name()),
                        List.copyOf(new TreeSet<>(deployer.running())),
                        new TreeMap<>(deployer.idle()),
                        causes);
        TreeSet<String> still = new TreeSet<>();
        still.add(key("status", status.name()));
        causes.forEach(each -> still.add(key(each.part(), each.what())));
        since.keySet().retainAll(still);
        return report;
    }

    /** Whether the store is there, in shape, and answers. */
    synchronized boolean storeWorks() {
        return keeper.ready() && store().map(each -> each.status() == Status.DEGRADED).orElse(true);
    }

    private Optional<Cause> store() {
        String trouble = keeper.trouble().orElse(null);
        if (!keeper.ready()) {
            return Optional.of(
                    trouble == null || !trouble.startsWith("CARAVAN-")
                            ? cause(
                                    Status.STARTING,
                                    "store",
                                    keeper.step(),
                                    "wait; after a crash or an upgrade it may take minutes")
                            : said(Status.STARTING, "store", trouble));
        }
        String barred = probe.trouble().orElse(null);
        boolean works = database.workedWithin(FRESH);
        if (database.pool().exhausted()) {
            return Optional.of(
                    cause(
                            Status.DEGRADED,
                            "store",
                            "all connections of the pool are taken",
                            "work waits up to 5 s for one; if it goes on raise connections in"
                                    + " etc/caravan.store.cfg or find the slow statement"));
        }
        if (barred != null) {
            return Optional.of(
                    cause(
                            works ? Status.DEGRADED : Status.DOWN,
                            "store",
                            "takes no new connection: " + barred,
                            works
                                    ? "the connections we have still work; look at the server"
                                    : "pulls wait and go on when it is back; start it, or mend the"
                                            + " way to it"));
        }
        return trouble == null
                ? Optional.empty()
                : Optional.of(said(Status.DOWN, "store", trouble));
    }

    private void providers(List<Cause> causes) {
        TreeSet<String> building = new TreeSet<>(deployer.building());
        if (!building.isEmpty()) {
            causes.add(
                    cause(
                            // what is added to a node that works does not end its work
                            started ? Status.READY : Status.STARTING,
                            "providers",
                            "being built: " + String.join(", ", building),
                            "wait; each takes about a second"));
        }
        boolean none = deployer.running().isEmpty();
        new TreeMap<>(deployer.refusals())
                .forEach(
                        (name, why) ->
                                causes.add(
                                        said(
                                                none && building.isEmpty()
                                                        ? Status.DOWN
                                                        : Status.DEGRADED,
                                                name,
                                                why)));
        if (causes.isEmpty() && none && deployer.idle().isEmpty()) {
            causes.add(
                    cause(
                            Status.STARTING,
                            "providers",
                            "no provider is there yet",
                            "wait for its bundle, or install one: feature:install caravan-NAME"));
        }
    }

    /** A cause in the words of a fault, whose last part says what happens next. */
    private Cause said(Status status, String part, String fault) {
        int end = fault.lastIndexOf("; ");
        return end < 0
                ? cause(status, part, fault, "see docs/errors.md")
                : cause(status, part, fault.substring(0, end), fault.substring(end + 2));
    }

    private Cause cause(Status status, String part, String what, String next) {
        return new Cause(status, part, what, since(part, what), next);
    }

    private Instant since(String part, String what) {
        return since.computeIfAbsent(key(part, what), key -> clock.instant());
    }

    private static String key(String part, String what) {
        return part + " " + what;
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
