package dev.caravan.deploy;

import dev.caravan.faults.Fault;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.apache.camel.CamelContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings providers to what their folders and settings say. A change settles, is built aside, and
 * only then replaces what runs, after that has drained; whatever fails leaves the old one running
 * and says why in one line. One thread of its own; the queries are safe for any.
 */
public final class Deployer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Deployer.class);
    private static final long LOOK_MILLIS = 400;

    private final ProviderFolders folders;
    private final Function<String, Map<String, String>> settings;
    private final Verbs verbs;
    private final DeploymentLog log;
    private final MeterRegistry metrics;
    private final BooleanSupplier storeReady;
    private final ClassLoader loader;
    private final Map<String, ProviderContext> running = new ConcurrentHashMap<>();
    private final Map<String, String> refusals = new ConcurrentHashMap<>();
    private final Map<String, String> idle = new ConcurrentHashMap<>();
    private final Map<String, Provider> seen = new TreeMap<>();
    private final Map<String, Provider> tried = new TreeMap<>();
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(
                    work -> new Thread(work, "caravan-deployer"));

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
        this.folders = folders;
        this.settings = settings;
        this.verbs = verbs;
        this.log = verbs.deployments(folders);
        this.metrics = metrics;
        this.storeReady = storeReady;
        this.loader =
                new VerbLoader(CamelContext.class.getClassLoader(), Fault.class.getClassLoader());
    }

    /** Starts to look for changes. */
    public void start() {
        thread.scheduleWithFixedDelay(this::look, 0, LOOK_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void look() {
        try {
            if (storeReady.getAsBoolean()) {
                reconcile();
            }
        } catch (Exception e) {
            LOG.error("CARAVAN-DEPLOY the deployer stumbled and looks again", e);
        }
    }

    private void reconcile() {
        for (String name : folders.names()) {
            Map<String, String> set = settings.apply(name);
            if (set != null) {
                consider(new Provider(name, folders.files(name), set));
            }
        }
        for (String name : running.keySet()) {
            if (!folders.names().contains(name) || settings.apply(name) == null) {
                withdraw(name);
            }
        }
    }

    private void consider(Provider wanted) {
        String name = wanted.name();
        String unset = wanted.unset();
        if (unset != null) {
            if (!unset.equals(idle.put(name, unset))) {
                LOG.info(
                        "CARAVAN-IDLE {}: {} is empty; set it in etc/caravan.provider.{}.cfg",
                        name,
                        unset,
                        name);
            }
            stop(name);
            return;
        }
        idle.remove(name);
        // a file that is still being written differs from one look to the next
        boolean settled = wanted.equals(seen.put(name, wanted));
        if (settled && !wanted.equals(tried.get(name))) {
            tried.put(name, wanted);
            deploy(wanted);
        }
    }

    /** Builds the provider aside and swaps it in; what ran before runs on where that fails. */
    private void deploy(Provider wanted) {
        String name = wanted.name();
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        Thread.currentThread().setContextClassLoader(loader);
        try {
            ProviderContext next = ProviderContext.build(wanted, verbs, metrics, loader);
            swap(name, running.get(name), next);
            refusals.remove(name);
            log.live(wanted);
            LOG.info("CARAVAN-DEPLOYED {}: {} files live", name, wanted.files().size());
        } catch (Fault e) {
            refusals.put(name, e.getMessage());
            LOG.error(e.getMessage());
            if (e instanceof dev.caravan.faults.StoreFault) {
                tried.remove(name);
            } else {
                log.refused(wanted, e.getMessage());
            }
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
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        Thread.currentThread().setContextClassLoader(loader);
        try (ProviderContext aside =
                ProviderContext.build(new Provider(name, files, set), verbs, metrics, loader)) {
            return Optional.empty();
        } catch (Fault e) {
            return Optional.of(e.getMessage());
        } finally {
            Thread.currentThread().setContextClassLoader(before);
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

    private void swap(String name, ProviderContext old, ProviderContext next) {
        if (old != null) {
            old.close();
        }
        try {
            next.run();
            running.put(name, next);
        } catch (RuntimeException e) {
            next.close();
            running.remove(name);
            if (old != null) {
                restore(old.provider());
            }
            throw e;
        }
    }

    private void restore(Provider last) {
        try {
            ProviderContext again = ProviderContext.build(last, verbs, metrics, loader);
            again.run();
            running.put(last.name(), again);
        } catch (RuntimeException e) {
            LOG.error(
                    "CARAVAN-DEPLOY {}: the last good version does not start again",
                    last.name(),
                    e);
        }
    }

    private void withdraw(String name) {
        idle.remove(name);
        stop(name);
    }

    private void stop(String name) {
        ProviderContext old = running.remove(name);
        seen.remove(name);
        tried.remove(name);
        refusals.remove(name);
        if (old != null) {
            old.close();
            LOG.info("CARAVAN-WITHDRAWN {}: stopped; its connections and rows stay", name);
        }
    }

    /** The running context of a provider. */
    public Optional<CamelContext> camel(String provider) {
        return Optional.ofNullable(running.get(provider)).map(ProviderContext::camel);
    }

    /** The settings a provider runs with. */
    public Map<String, String> settings(String provider) {
        ProviderContext context = running.get(provider);
        return context == null ? Map.of() : context.provider().settings();
    }

    /** How a running provider's answers are read, the lines of its {@code answers.properties}. */
    public Map<String, String> answers(String provider) {
        ProviderContext context = running.get(provider);
        return context == null ? Map.of() : context.provider().answers();
    }

    /** Why providers are not what their folders say, by provider. */
    public Map<String, String> refusals() {
        return Map.copyOf(refusals);
    }

    /** Providers that wait for a setting: its name by provider. */
    public Map<String, String> idle() {
        return Map.copyOf(idle);
    }

    /** Providers that are being built for the first time: they neither run nor were refused yet. */
    public java.util.Set<String> building() {
        java.util.Set<String> names = new java.util.TreeSet<>(folders.names());
        names.removeAll(running.keySet());
        names.removeAll(refusals.keySet());
        names.removeAll(idle.keySet());
        names.removeIf(name -> settings.apply(name) == null);
        return names;
    }

    /** The providers that run. */
    public java.util.Set<String> running() {
        return java.util.Set.copyOf(running.keySet());
    }

    @Override
    public void close() {
        thread.shutdown();
        try {
            thread.awaitTermination(1, TimeUnit.MINUTES);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        running.keySet().forEach(this::withdraw);
    }
}
