package dev.caravan.deploy;

import dev.caravan.connections.Work;
import dev.caravan.faults.Fault;
import dev.caravan.faults.SetupFault;
import dev.caravan.faults.StoreFault;
import dev.caravan.watch.CallEvents;
import dev.caravan.watch.LogContext;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ManagementMBeansLevel;
import org.apache.camel.Route;
import org.apache.camel.component.bean.BeanComponent;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.model.BeanDefinition;
import org.apache.camel.spi.ManagementAgent;
import org.apache.camel.support.DefaultRegistry;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;

/**
 * The Camel context of one provider. It is built aside with its routes resolved and its mappings
 * prepared but nothing running, then {@link #run} lets it work; what cannot work is refused before
 * that. Not thread-safe: its deployer calls it.
 */
public final class ProviderContext implements AutoCloseable {
    private static final int BEANS_REMEMBERED = 200;
    private static final Set<String> STORING_VERBS = Set.of("save", "replace", "also", "stub");

    /** Beside the page in hand, which may take as long as one call: its rows are stored. */
    private static final Duration STORING = Duration.ofSeconds(15);

    private static final AtomicLong VERSIONS = new AtomicLong();

    private final Provider provider;
    private final Verbs.Vocabulary verbs;
    private final DefaultCamelContext context;
    private final LastingMetrics measured;

    private ProviderContext(
            Provider provider,
            Verbs.Vocabulary verbs,
            DefaultCamelContext context,
            LastingMetrics measured) {
        this.provider = provider;
        this.verbs = verbs;
        this.context = context;
        this.measured = measured;
    }

    /**
     * Builds the provider aside.
     *
     * @throws Fault with file and reason where it cannot work as written
     */
    static ProviderContext build(
            Provider provider, Verbs factory, MeterRegistry metrics, ClassLoader loader) {
        factory.meters().use(metrics);
        return build(
                provider,
                verbs(factory, provider),
                List.of(
                        context ->
                                context.getManagementStrategy()
                                        .addEventNotifier(
                                                new CallEvents(
                                                        factory.calls(),
                                                        factory.meters(),
                                                        provider.name(),
                                                        context))),
                metrics,
                loader);
    }

    /** The same with verbs of the caller's making, and what else is to be seen to. */
    static ProviderContext build(
            Provider provider,
            Verbs.Vocabulary verbs,
            List<Consumer<CamelContext>> more,
            MeterRegistry metrics,
            ClassLoader loader) {
        DefaultCamelContext context = new DefaultCamelContext();
        LastingMetrics measured = new LastingMetrics(metrics);
        ProviderContext built = new ProviderContext(provider, verbs, context, measured);
        try {
            context.getCamelContextExtension().setName(provider.name());
            context.setApplicationContextClassLoader(loader);
            managed(context);
            context.setAutoStartup(false);
            context.setSourceLocationEnabled(true);
            context.setUseMDCLogging(true);
            context.getShutdownStrategy().setTimeout(built.patience().toSeconds());
            context.getShutdownStrategy().setSuppressLoggingOnTimeout(true);
            verbs.byName().forEach(context.getRegistry()::bind);
            keepFewBeans(context);
            context.getRegistry(DefaultRegistry.class).addBeanRepository(verbs.tls());
            context.getRegistry().bind("metricsRegistry", metrics);
            context.addRoutePolicyFactory(measured);
            context.addRoutePolicyFactory(new HandledFaults());
            context.getCamelContextExtension()
                    .addInterceptStrategy(new LogContext(provider.name()));
            more.forEach(each -> each.accept(context));
            context.getPropertiesComponent().setInitialProperties(provider.visible());
            built.loadRoutes();
            Redelivery.endsWithTheContext(context);
            Checks checks = new Checks(provider, verbs, context);
            checks.loaded();
            context.start();
            checks.resolved();
            built.checkSettings();
            built.prepareMappings();
            return built;
        } catch (Exception e) {
            built.close();
            throw e instanceof Fault fault ? fault : built.refused(provider.name() + ".xml", e);
        }
    }

    /**
     * Two versions of a provider are there at once while the new one is built, and Quartz knows
     * them apart by this name. A bean for each step of each route took more than half of the time
     * that a build takes.
     */
    private static void managed(DefaultCamelContext context) {
        ManagementAgent agent = context.getManagementStrategy().getManagementAgent();
        if (agent == null) {
            // JMX is switched off
            context.setManagementName(context.getName() + "-" + VERSIONS.incrementAndGet());
        } else {
            context.getManagementNameStrategy().setNamePattern("#name#-#counter#");
            agent.setMBeansLevel(ManagementMBeansLevel.RoutesOnly);
        }
    }

    /**
     * Camel remembers how to call each bean it met, and the bean: every pull and event too, a
     * thousand of them unless told.
     */
    private static void keepFewBeans(DefaultCamelContext context) {
        ((BeanComponent) context.getComponent("bean", true, false))
                .setBeanInfoCacheSize(BEANS_REMEMBERED);
    }

    private static Verbs.Vocabulary verbs(Verbs factory, Provider provider) {
        try {
            return factory.of(provider);
        } catch (Fault e) {
            throw e;
        } catch (RuntimeException e) {
            throw provider.refused(
                    "etc/caravan.provider." + provider.name() + ".cfg or answers.properties",
                    "does not fit: " + said(e));
        }
    }

    private void loadRoutes() {
        List<Fault> refused = new ArrayList<>();
        provider.routes()
                .forEach(
                        (file, text) -> {
                            try {
                                RouteFile.check(provider, file, text);
                                PluginHelper.getRoutesLoader(context)
                                        .loadRoutes(ResourceHelper.fromString(file, text));
                            } catch (SetupFault e) {
                                refused.add(e);
                            } catch (Exception e) {
                                refused.add(refused(file, e));
                            }
                        });
        if (!refused.isEmpty()) {
            throw all(refused);
        }
    }

    /**
     * Runs the provider's own checks of its settings, the route {@code NAME.settings}, if it has
     * one.
     */
    private void checkSettings() throws Exception {
        String route = provider.name() + ".settings";
        if (context.getRoute(route) == null) {
            return;
        }
        context.getRouteController().startRoute(route);
        Exchange checked =
                context.createProducerTemplate().request("direct:settings", exchange -> {});
        context.getRouteController().stopRoute(route);
        if (checked.getException() != null) {
            throw checked.getException();
        }
    }

    /** Every kind that a route stores by a mapping, as often as it is written. */
    private void prepareMappings() {
        List<Fault> refused = new ArrayList<>();
        for (BeanDefinition bean : Elements.of(context, BeanDefinition.class)) {
            if ("store".equals(bean.getRef()) && bean.getMethod() != null) {
                prepare(
                        VerbCall.of(context.resolvePropertyPlaceholders(bean.getMethod())),
                        refused);
            }
        }
        if (!refused.isEmpty()) {
            throw all(refused);
        }
        verbs.store().known();
    }

    private void prepare(VerbCall call, List<Fault> refused) {
        List<String> texts = call.texts();
        if (!STORING_VERBS.contains(call.method()) || texts.size() < 3 || texts.get(2) == null) {
            return;
        }
        try {
            verbs.store()
                    .prepare(
                            texts.get(1),
                            texts.get(2),
                            texts.size() > 3 && texts.get(3) != null ? texts.get(3) : "");
        } catch (StoreFault e) {
            throw e;
        } catch (Fault e) {
            refused.add(e);
        }
    }

    /** Of several files that are refused at once each is named, in one line. */
    private static Fault all(List<Fault> refused) {
        return refused.size() == 1 ? refused.get(0) : SetupFault.of(refused);
    }

    private Fault refused(String file, Exception error) {
        return provider.refused(
                Place.of(error, file, provider, context).toString(), "cannot work: " + said(error));
    }

    /** The first line of the innermost cause: the others repeat it. */
    private static String said(Throwable error) {
        Throwable root = error;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        return root.getClass().getSimpleName()
                + ": "
                + String.valueOf(root.getMessage()).lines().findFirst().orElse("");
    }

    /**
     * Starts the routes.
     *
     * @throws Fault with file and reason where one does not start
     */
    void run() {
        try {
            // whoever deploys has looked at the settings: a stop over our credentials ends here
            verbs.connections().start();
            verbs.store().live();
            verbs.connections()
                    .equip(
                            Work.kinds(
                                    noun ->
                                            context.getRoute(provider.name() + "." + noun)
                                                    != null));
            startAll();
        } catch (Exception e) {
            throw e instanceof Fault fault
                    ? fault
                    : provider.refused(
                            Place.of(e, provider.name() + ".xml", provider, context).toString(),
                            "does not start: " + said(e));
        }
    }

    /**
     * Starts what routes call one another by, and nothing that begins by itself; what is under way
     * when it is let go gets no time to end.
     */
    void rehearse() {
        context.getShutdownStrategy().setTimeout(1);
        try {
            startCalled();
        } catch (Exception e) {
            throw refused(provider.name() + ".xml", e);
        }
    }

    /** What is called is there before anything calls it: a tick takes work on at once. */
    private void startAll() throws Exception {
        startCalled();
        context.getRouteController().startAllRoutes();
    }

    private void startCalled() throws Exception {
        for (Route route : context.getRoutes()) {
            if (route.getEndpoint().getEndpointUri().matches("(direct|seda):.*")) {
                context.getRouteController().startRoute(route.getId());
            }
        }
    }

    /** How long the work of one page may take at most, its call and its rows. */
    Duration patience() {
        return Duration.ofSeconds(Verbs.number(provider.settings(), "call.deadline.seconds", 60))
                .plus(STORING);
    }

    /**
     * Takes on no more work and waits until what was under way has come to the end of its page.
     *
     * @param requests how many are being answered, which go on meanwhile
     */
    void drain(IntSupplier requests) {
        verbs.shift().end();
        Drain.wake(context);
        Drain.until(context, requests, patience());
    }

    /** Stops the routes once nothing is under way at all; they can go on again. */
    void pause() {
        Drain.until(context, () -> 0, STORING);
        context.getShutdownStrategy().setTimeout(STORING.toSeconds());
        try {
            context.getRouteController().stopAllRoutes();
        } catch (Exception e) {
            throw refused(provider.name() + ".xml", e);
        }
    }

    /** Goes on after a pause. */
    void goOn() {
        verbs.shift().goOn();
        try {
            startAll();
        } catch (Exception e) {
            throw refused(provider.name() + ".xml", e);
        }
    }

    /** Another version runs in its place. */
    void replaced() {
        measured.handOver();
        close();
    }

    /** A verb by its type. */
    <T> T verb(Class<T> type) {
        return verbs.byName().values().stream()
                .filter(type::isInstance)
                .map(type::cast)
                .findFirst()
                .orElseThrow();
    }

    CamelContext camel() {
        return context;
    }

    Provider provider() {
        return provider;
    }

    /** Lets what is under way end its page, then stops; a second call does nothing. */
    @Override
    public void close() {
        verbs.shift().end();
        Drain.wake(context);
        context.stop();
        verbs.guard().close();
    }
}
