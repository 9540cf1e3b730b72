package dev.caravan.intake;

import dev.caravan.faults.Fault;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.apache.camel.CamelContext;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServer;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServerConfiguration;
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
    private static final long MOST_BYTES = 65_536;

    private final String name;
    private final String host;
    private final int port;
    private final Object intake;
    private DefaultCamelContext context;

    public Listener(String name, String host, int port, Object intake) {
        this.name = name;
        this.host = host;
        this.port = port;
        this.intake = intake;
    }

    public void start() {
        ClassLoader camel = CamelContext.class.getClassLoader();
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        Thread.currentThread().setContextClassLoader(camel);
        try (InputStream routes = Listener.class.getResourceAsStream("/intake/" + name + ".xml")) {
            context = new DefaultCamelContext();
            context.getCamelContextExtension().setName("caravan-" + name);
            context.setApplicationContextClassLoader(camel);
            context.getRegistry().bind("intake", intake);
            VertxPlatformHttpServerConfiguration server =
                    new VertxPlatformHttpServerConfiguration();
            server.setBindHost(host);
            server.setBindPort(port);
            server.setMaxBodySize(MOST_BYTES);
            context.addService(new VertxPlatformHttpServer(server));
            String xml = new String(routes.readAllBytes(), StandardCharsets.UTF_8);
            PluginHelper.getRoutesLoader(context)
                    .loadRoutes(ResourceHelper.fromString(name + ".xml", xml));
            context.start();
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
