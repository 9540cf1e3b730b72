package dev.caravan.deploy;

import com.jayway.jsonpath.InvalidPathException;
import com.jayway.jsonpath.JsonPath;
import dev.caravan.connections.Work;
import dev.caravan.faults.Fault;
import dev.caravan.watch.CallEvents;
import dev.caravan.watch.LogContext;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Route;
import org.apache.camel.component.bean.BeanComponent;
import org.apache.camel.component.micrometer.routepolicy.MicrometerRoutePolicyFactory;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.model.ExpressionNode;
import org.apache.camel.model.Model;
import org.apache.camel.model.ProcessorDefinitionHelper;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.language.JsonPathExpression;
import org.apache.camel.support.DefaultRegistry;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;

/**
 * The Camel context of one provider. It is built aside with its routes resolved and its mappings
 * prepared but nothing running, then {@link #run} lets it work; what cannot work is refused before
 * that. Not thread-safe: its deployer calls it.
 */
public final class ProviderContext implements AutoCloseable {
    private static final Pattern MAPPING =
            Pattern.compile(
                    "ref=\"store\"\\s+method=\"(?:save|replace|also|stub)\\((?:\\*,\\s*)?'([^']*)',\\s*'([^']*)'(?:,\\s*'([^']*)')?\\)");
    private static final int DRAIN_SECONDS = 45;
    private static final int BEANS_REMEMBERED = 200;

    private final Provider provider;
    private final Verbs.Vocabulary verbs;
    private final DefaultCamelContext context;

    private ProviderContext(
            Provider provider, Verbs.Vocabulary verbs, DefaultCamelContext context) {
        this.provider = provider;
        this.verbs = verbs;
        this.context = context;
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
                factory.of(provider),
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
        ProviderContext built = new ProviderContext(provider, verbs, context);
        try {
            built.prepareMappings();
            context.getCamelContextExtension().setName(provider.name());
            context.setApplicationContextClassLoader(loader);
            // two versions of a provider are there at once while the new one is built
            context.getManagementNameStrategy().setNamePattern("#name#-#counter#");
            context.setAutoStartup(false);
            context.setSourceLocationEnabled(true);
            context.setUseMDCLogging(true);
            context.getShutdownStrategy().setTimeout(DRAIN_SECONDS);
            context.getShutdownStrategy().setSuppressLoggingOnTimeout(true);
            verbs.byName().forEach(context.getRegistry()::bind);
            keepFewBeans(context);
            context.getRegistry(DefaultRegistry.class).addBeanRepository(verbs.tls());
            context.getRegistry().bind("metricsRegistry", metrics);
            MicrometerRoutePolicyFactory measured = new MicrometerRoutePolicyFactory();
            measured.setMeterRegistry(metrics);
            context.addRoutePolicyFactory(measured);
            context.addRoutePolicyFactory(new HandledFaults());
            context.getCamelContextExtension()
                    .addInterceptStrategy(new LogContext(provider.name()));
            more.forEach(each -> each.accept(context));
            context.getPropertiesComponent().setInitialProperties(provider.visible());
            built.loadRoutes();
            built.checkPaths();
            context.start();
            built.checkSettings();
            return built;
        } catch (Exception e) {
            built.close();
            throw e instanceof Fault fault ? fault : built.refused(provider.name() + ".xml", e);
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

    private void loadRoutes() {
        provider.routes()
                .forEach(
                        (file, text) -> {
                            try {
                                PluginHelper.getRoutesLoader(context)
                                        .loadRoutes(ResourceHelper.fromString(file, text));
                            } catch (Exception e) {
                                throw refused(file, e);
                            }
                        });
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

    private void prepareMappings() {
        Matcher mapping = MAPPING.matcher(String.join("\n", provider.routes().values()));
        while (mapping.find()) {
            verbs.store()
                    .prepare(
                            mapping.group(1),
                            mapping.group(2),
                            mapping.group(3) == null ? "" : mapping.group(3));
        }
    }

    /** Camel would compile a JSON path when the first message comes, and no sooner. */
    @SuppressWarnings("rawtypes")
    private void checkPaths() {
        for (RouteDefinition route :
                context.getCamelContextExtension()
                        .getContextPlugin(Model.class)
                        .getRouteDefinitions()) {
            for (ExpressionNode node :
                    ProcessorDefinitionHelper.filterTypeInOutputs(
                            route.getOutputs(), ExpressionNode.class)) {
                if (node.getExpression() instanceof JsonPathExpression path
                        && !path.getExpression().contains("${")) {
                    try {
                        JsonPath.compile(path.getExpression());
                    } catch (InvalidPathException e) {
                        throw provider.refused(
                                Place.of(node, provider).toString(), "cannot work: " + said(e));
                    }
                }
            }
        }
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
            verbs.connections()
                    .equip(
                            Work.kinds(
                                    noun ->
                                            context.getRoute(provider.name() + "." + noun)
                                                    != null));
            context.getRouteController().startAllRoutes();
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
            for (Route route : context.getRoutes()) {
                if (route.getEndpoint().getEndpointUri().matches("(direct|seda):.*")) {
                    context.getRouteController().startRoute(route.getId());
                }
            }
        } catch (Exception e) {
            throw refused(provider.name() + ".xml", e);
        }
    }

    CamelContext camel() {
        return context;
    }

    Provider provider() {
        return provider;
    }

    /** Lets what is under way end, then stops; a second call does nothing. */
    @Override
    public void close() {
        context.stop();
        verbs.guard().close();
    }
}
