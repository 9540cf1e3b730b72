package dev.caravan.karaf;

import java.io.IOException;
import java.io.StringReader;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import javax.management.JMException;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/** A running Karaf seen and driven over JMX, with the login of its own operator. */
final class Management implements AutoCloseable {
    private static final int COLLECTIONS = 5;

    private final JMXConnector connector;
    private final MBeanServerConnection server;

    private Management(JMXConnector connector) throws IOException {
        this.connector = connector;
        this.server = connector.getMBeanServerConnection();
    }

    static Management of(Installed installed) throws IOException {
        var users = new Properties();
        users.load(new StringReader(installed.etc("users.properties")));
        var login = new String[] {"karaf", users.getProperty("karaf").split(",")[0]};
        var address =
                "service:jmx:rmi://127.0.0.1:%d/jndi/rmi://127.0.0.1:%d/karaf-root"
                        .formatted(
                                installed.ports().of("CARAVAN_RMI_SERVER_PORT"),
                                installed.ports().of("CARAVAN_RMI_REGISTRY_PORT"));
        return new Management(
                JMXConnectorFactory.connect(
                        new JMXServiceURL(address), Map.of(JMXConnector.CREDENTIALS, login)));
    }

    /** The names of the running contexts of a provider; each start has another one. */
    Set<String> contexts(String provider) {
        try {
            return server
                    .queryNames(new ObjectName("org.apache.camel:type=context,*"), null)
                    .stream()
                    .map(name -> name.getKeyProperty("context"))
                    .filter(name -> name.matches(provider + "(-\\d+)?"))
                    .collect(Collectors.toCollection(TreeSet::new));
        } catch (IOException | JMException e) {
            throw new IllegalStateException(e);
        }
    }

    /** How many exchanges of a context failed, and since when it runs. */
    String health(String context) {
        var name = one("org.apache.camel:type=context,context=" + context + ",*");
        return attribute(name, "ExchangesFailed")
                + " failed of "
                + attribute(name, "StartTimestamp");
    }

    /** One of Karaf's own operations on a bundle: update, refresh, restart, stop, start. */
    void bundle(String operation, String... arguments) {
        try {
            server.invoke(
                    one("org.apache.karaf:type=bundle,*"),
                    operation,
                    arguments,
                    List.of(arguments).stream()
                            .map(each -> String.class.getName())
                            .toArray(String[]::new));
        } catch (IOException | JMException e) {
            throw new IllegalStateException(operation + " " + List.of(arguments), e);
        }
    }

    /** Live objects by class, after a full collection. */
    Map<String, Long> objects() {
        try {
            var histogram =
                    (String)
                            server.invoke(
                                    new ObjectName("com.sun.management:type=DiagnosticCommand"),
                                    "gcClassHistogram",
                                    new Object[] {null},
                                    new String[] {String[].class.getName()});
            return histogram
                    .lines()
                    .map(line -> line.strip().split("\\s+"))
                    .filter(cells -> cells.length >= 4 && cells[0].matches("\\d+:"))
                    .collect(
                            Collectors.toMap(
                                    cells -> cells[3],
                                    cells -> Long.parseLong(cells[1]),
                                    Long::sum));
        } catch (IOException | JMException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Bytes of heap in use after a full collection: the least of some, since what is in hand at
     * that moment is no leak.
     */
    long heap() {
        return LongStream.generate(this::collected).limit(COLLECTIONS).min().orElseThrow();
    }

    private long collected() {
        try {
            var memory =
                    ManagementFactory.newPlatformMXBeanProxy(
                            server,
                            ManagementFactory.MEMORY_MXBEAN_NAME,
                            java.lang.management.MemoryMXBean.class);
            memory.gc();
            return memory.getHeapMemoryUsage().getUsed();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The names of all live threads, without their numbers, and how often each is there. */
    Map<String, Long> threads() {
        try {
            var threads =
                    ManagementFactory.newPlatformMXBeanProxy(
                            server,
                            ManagementFactory.THREAD_MXBEAN_NAME,
                            java.lang.management.ThreadMXBean.class);
            return java.util.Arrays.stream(threads.getThreadInfo(threads.getAllThreadIds()))
                    .filter(java.util.Objects::nonNull)
                    .map(thread -> thread.getThreadName().replaceAll("\\d+", "#"))
                    .collect(
                            Collectors.groupingBy(
                                    name -> name, java.util.TreeMap::new, Collectors.counting()));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    int mbeans() {
        try {
            return server.getMBeanCount();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private Object attribute(ObjectName name, String attribute) {
        try {
            return server.getAttribute(name, attribute);
        } catch (IOException | JMException e) {
            throw new IllegalStateException(e);
        }
    }

    private ObjectName one(String pattern) {
        try {
            return server.queryNames(new ObjectName(pattern), null).stream()
                    .findFirst()
                    .orElseThrow();
        } catch (IOException | JMException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() throws IOException {
        connector.close();
    }
}
