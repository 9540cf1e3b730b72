package dev.caravan.deploy;

import dev.caravan.faults.Fault;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings providers to what their folders and settings say. A change settles, is built aside, and
 * only then replaces what runs, after that has drained; whatever fails leaves the old one running
 * and says why in one line. Providers wait for each other in nothing; the queries are safe for any
 * thread.
 */
public final class Deployer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Deployer.class);
    private static final Duration LOOK = Duration.ofMillis(250);

    /** How long whoever asks for a provider waits while it is being swapped. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final ProviderFolders folders;
    private final Function<String, Map<String, String>> settings;
    private final Verbs verbs;
    private final DeploymentLog log;
    private final MeterRegistry metrics;
    private final BooleanSupplier storeReady;
    private final Duration pause;
    private final ClassLoader loader;
    private final Map<String, Slot> slots = new ConcurrentHashMap<>();
    private final ScheduledExecutorService clock =
            Executors.newSingleThreadScheduledExecutor(
                    work -> new Thread(work, "caravan-deployer"));
    private final ExecutorService hands;
    private volatile Set<String> named = Set.of();
    private volatile String stumbled;

    /**
     * @param settings the settings of a provider, null where it has none yet
     * @param storeReady whether the store has this version's shape
     */
    public Deployer(
            ProviderFolders folders,
            Function<String, Map<String, String>> settings,
            Verbs verbs,
            MeterRegistry metrics,
            BooleanSupplier storeReady) {
        this(folders, settings, verbs, metrics, storeReady, LOOK);
    }

    /**
     * The same with another pause between two looks at the folders; a change is live after two of
     * them.
     */
    public Deployer(
            ProviderFolders folders,
            Function<String, Map<String, String>> settings,
            Verbs verbs,
            MeterRegistry metrics,
            BooleanSupplier storeReady,
            Duration pause) {
        this.folders = folders;
        this.settings = settings;
        this.verbs = verbs;
        this.log = verbs.deployments(folders);
        this.metrics = metrics;
        this.storeReady = storeReady;
        this.pause = pause;
        this.loader =
                new VerbLoader(CamelContext.class.getClassLoader(), Fault.class.getClassLoader());
        this.hands = Executors.newCachedThreadPool(this::hand);
    }

    private Thread hand(Runnable work) {
        Thread hand = new Thread(work, "caravan-deploying");
        hand.setContextClassLoader(loader);
        return hand;
    }

    /** Starts to look for changes. */
    public void start() {
        clock.scheduleWithFixedDelay(this::look, 0, pause.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void look() {
        try {
            if (storeReady.getAsBoolean()) {
                named = folders.names();
                Set<String> names = new TreeSet<>(named);
                names.addAll(slots.keySet());
                names.forEach(this::look);
            }
            stumbled = null;
        } catch (RejectedExecutionException e) {
            LOG.debug("the deployer closes", e);
        } catch (RuntimeException e) {
            // once, not at every look
            if (!String.valueOf(e).equals(stumbled)) {
                stumbled = String.valueOf(e);
                LOG.error("CARAVAN-DEPLOY the deployer stumbled and looks again", e);
            }
        }
    }

    private void look(String name) {
        Slot slot =
                slots.computeIfAbsent(
                        name,
                        first -> new Slot(name, () -> wanted(name), this::aside, log, this::later));
        if (slot.free()) {
            hands.execute(slot::look);
        }
    }

    /** At the latest when this is closed. */
    private void later(Runnable work) {
        try {
            hands.execute(work);
        } catch (RejectedExecutionException e) {
            work.run();
        }
    }

    private Slot.Wanted wanted(String name) {
        Map<String, String> set = settings.apply(name);
        if (set == null || !named.contains(name)) {
            return Slot.Wanted.NOTHING;
        }
        try {
            return new Slot.Wanted(new Provider(name, folders.files(name), set), null);
        } catch (Texts.Unreadable e) {
            return new Slot.Wanted(
                    null,
                    new Provider(name, Map.of(), set)
                            .refused(e.file(), e.getMessage())
                            .getMessage());
        }
    }

    private ProviderContext aside(Provider wanted) {
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        Thread.currentThread().setContextClassLoader(loader);
        try {
            return ProviderContext.build(wanted, verbs, metrics, loader);
        } finally {
            Thread.currentThread().setContextClassLoader(before);
        }
    }

    /**
     * Builds a provider aside with files that it does not have yet, and lets it go again.
     *
     * @return why it would be refused; empty where it would run
     */
    public Optional<String> refusal(String name, Map<String, String> files) {
        Map<String, String> set = settings.apply(name);
        if (set == null) {
            return Optional.of("etc/caravan.provider." + name + ".cfg is missing");
        }
        try (ProviderContext aside = aside(new Provider(name, files, set))) {
            return Optional.empty();
        } catch (Fault e) {
            return Optional.of(e.getMessage());
        }
    }

    /**
     * Builds a provider aside with verbs of the caller's making, has something done with it and
     * lets it go; what runs does not notice.
     *
     * @throws Fault where it would be refused
     */
    public <T> T aside(
            String name,
            Map<String, String> files,
            BiFunction<Verbs, Provider, Verbs.Vocabulary> vocabulary,
            BiFunction<CamelContext, Verbs.Vocabulary, T> work) {
        Map<String, String> set = settings.apply(name);
        Provider wanted = new Provider(name, files, set == null ? Map.of() : set);
        String lacks = set == null ? "is missing" : wanted.unset();
        if (lacks != null) {
            throw wanted.refused(
                    "etc/caravan.provider." + name + ".cfg",
                    set == null ? lacks : "has no value for " + lacks);
        }
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        Thread.currentThread().setContextClassLoader(loader);
        Verbs.Vocabulary words = vocabulary.apply(verbs, wanted);
        try (ProviderContext aside =
                ProviderContext.build(
                        wanted, words, List.of(), new SimpleMeterRegistry(), loader)) {
            aside.rehearse();
            return work.apply(aside.camel(), words);
        } finally {
            Thread.currentThread().setContextClassLoader(before);
        }
    }

    /** The running context of a provider. */
    public Optional<CamelContext> camel(String provider) {
        return context(provider).map(ProviderContext::camel);
    }

    private Optional<ProviderContext> context(String provider) {
        return Optional.ofNullable(slots.get(provider)).map(Slot::running);
    }

    /**
     * Asks a provider for something in which it is not replaced. While it is being replaced this
     * waits, but not for long.
     *
     * @return empty where it does not run, or still not
     */
    public <T> Optional<T> during(String provider, Function<CamelContext, T> work) {
        Slot slot = slots.get(provider);
        return slot == null
                ? Optional.empty()
                : slot.with(
                        PATIENCE,
                        context ->
                                Optional.ofNullable(
                                        context == null ? null : work.apply(context.camel())));
    }

    /** A verb of a running provider; it is good for work also after a swap. */
    public <T> Optional<T> verb(String provider, Class<T> type) {
        return context(provider).map(context -> context.verb(type));
    }

    /** The settings a provider runs with. */
    public Map<String, String> settings(String provider) {
        Slot slot = slots.get(provider);
        return slot == null ? Map.of() : slot.settings();
    }

    /** How a running provider's answers are read, the lines of its {@code answers.properties}. */
    public Map<String, String> answers(String provider) {
        Slot slot = slots.get(provider);
        return slot == null ? Map.of() : slot.answers();
    }

    /** Why providers are not what their folders say, by provider. */
    public Map<String, String> refusals() {
        return told(Slot::refusal);
    }

    /** Providers that wait for a setting: its name by provider. */
    public Map<String, String> idle() {
        return told(Slot::idle);
    }

    /** Providers that are being built for the first time: they neither run nor were refused yet. */
    public Set<String> building() {
        Set<String> names = new TreeSet<>(folders.names());
        names.removeAll(running());
        names.removeAll(refusals().keySet());
        names.removeAll(idle().keySet());
        names.removeIf(name -> settings.apply(name) == null);
        return names;
    }

    private Map<String, String> told(Function<Slot, String> what) {
        Map<String, String> told = new ConcurrentHashMap<>();
        slots.forEach(
                (name, slot) ->
                        Optional.ofNullable(what.apply(slot)).ifPresent(it -> told.put(name, it)));
        return Map.copyOf(told);
    }

    /** The providers that run. */
    public Set<String> running() {
        return slots.entrySet().stream()
                .filter(slot -> slot.getValue().running() != null)
                .map(Map.Entry::getKey)
                .collect(Collectors.toUnmodifiableSet());
    }

    /** May be said again. */
    @Override
    public void close() {
        if (hands.isShutdown()) {
            return;
        }
        clock.shutdown();
        try {
            clock.awaitTermination(1, TimeUnit.MINUTES);
            slots.values().forEach(slot -> hands.execute(slot::end));
            hands.shutdown();
            hands.awaitTermination(2, TimeUnit.MINUTES);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
