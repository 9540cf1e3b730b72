package dev.caravan.intake;

import dev.caravan.faults.Fault;
import io.vertx.core.VertxOptions;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.component.platform.http.PlatformHttpComponent;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServerConfiguration;
import org.apache.camel.http.base.HttpHeaderFilterStrategy;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One HTTP listener: a Camel context of its own whose routes are in {@code intake/NAME.xml} and
 * call one bean. A port that is taken is one clear error; the rest of Caravan runs on. Not
 * thread-safe.
 */
public final class Listener implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Listener.class);
    private static final long MOST_BYTES = 1_048_576;

    /** So many requests may wait for the store at once. */
    private static final int WORKERS = 64;

    private final String name;
    private final String host;
    private final int port;
    private final Object intake;
    private final Map<String, Object> more;
    private final Turnstile turnstile;
    private DefaultCamelContext context;

    public Listener(String name, String host, int port, Object intake) {
        this(name, host, port, intake, Map.of());
    }

    /**
     * @param intake the bean of {@code intake/NAME.xml}, or null where there is none
     * @param more further beans by name, each with routes of its own in {@code intake/NAME.xml} or
     *     {@link Mounted}
     */
    public Listener(String name, String host, int port, Object intake, Map<String, Object> more) {
        this(name, host, port, intake, more, Turnstile.usual(name));
    }

    /**
     * @param turnstile who may hold a connection
     */
    public Listener(
            String name,
            String host,
            int port,
            Object intake,
            Map<String, Object> more,
            Turnstile turnstile) {
        this.name = name;
        this.host = host;
        this.port = port;
        this.intake = intake;
        this.more = more;
        this.turnstile = turnstile;
    }

    public void start() {
        ClassLoader camel = CamelContext.class.getClassLoader();
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        Thread.currentThread().setContextClassLoader(camel);
        try {
            context = new DefaultCamelContext();
            context.getCamelContextExtension().setName("caravan-" + name);
            context.setApplicationContextClassLoader(camel);
            VertxPlatformHttpServerConfiguration server =
                    new VertxPlatformHttpServerConfiguration();
            server.setBindHost(host);
            server.setBindPort(port);
            server.setMaxBodySize(MOST_BYTES);
            server.getBodyHandler().setHandleFileUploads(false);
            context.getRegistry()
                    .bind("vertxOptions", new VertxOptions().setWorkerPoolSize(WORKERS));
            context.addService(new GuardedServer(server, turnstile));
            context.getComponent("platform-http", PlatformHttpComponent.class)
                    .setHeaderFilterStrategy(answerHeaders());
            if (intake != null) {
                context.getRegistry().bind("intake", intake);
                load(name);
            }
            for (Map.Entry<String, Object> each : more.entrySet()) {
                if (!(each.getValue() instanceof Mounted)) {
                    context.getRegistry().bind(each.getKey(), each.getValue());
                    load(each.getKey());
                }
            }
            context.start();
            VertxPlatformHttpRouter router =
                    VertxPlatformHttpRouter.lookup(
                            context, VertxPlatformHttpRouter.getRouterNameFromPort(port));
            router.route().order(-3).handler(turnstile);
            for (Object each : more.values()) {
                if (each instanceof Mounted mounted) {
                    mounted.mount(router, router.vertx());
                }
            }
            router.route().order(-1).handler(new SlowBodies()).handler(new FormsAsSent());
            LOG.info("the {} listener is at http://{}:{}", name, host, port);
        } catch (Exception e) {
            LOG.error(
                    "CARAVAN-LISTENER {}: cannot listen on {}:{}: {}; another program may hold the"
                            + " port, move ours with {}.port in etc/caravan.http.cfg",
                    name,
                    host,
                    port,
                    root(e),
                    name);
            close();
        } finally {
            Thread.currentThread().setContextClassLoader(before);
        }
    }

    private void load(String file) throws Exception {
        try (InputStream routes = Listener.class.getResourceAsStream("/intake/" + file + ".xml")) {
            String xml = new String(routes.readAllBytes(), StandardCharsets.UTF_8);
            PluginHelper.getRoutesLoader(context)
                    .loadRoutes(ResourceHelper.fromString(file + ".xml", xml));
        }
    }

    /** Camel by itself keeps Cache-Control to itself, and a page of a trip may not be kept. */
    private static HttpHeaderFilterStrategy answerHeaders() {
        HttpHeaderFilterStrategy headers = new HttpHeaderFilterStrategy();
        headers.getOutFilter().remove("cache-control");
        return headers;
    }

    private static String root(Throwable error) {
        while (error.getCause() != null && error.getCause() != error && !(error instanceof Fault)) {
            error = error.getCause();
        }
        return String.valueOf(error.getMessage());
    }

    @Override
    public void close() {
        if (context != null) {
            context.stop();
            context = null;
        }
    }
}
