package dev.caravan.tls;

import dev.caravan.vault.OwnValues;
import dev.caravan.watch.Meters;
import java.time.Clock;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLContext;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.BeanRepository;
import org.apache.camel.support.jsse.SSLContextParameters;

/**
 * The TLS of each connection as a bean {@code tls.CONNECTION}, for {@code
 * sslContextParameters=#tls.ID} of an endpoint; {@code tls.none} shows nothing and believes what
 * the JDK does. Safe for any number of threads.
 */
public final class ConnectionTls implements BeanRepository {
    private static final String PREFIX = "tls.";

    private final String provider;
    private final OwnValues own;
    private final Meters meters;
    private final Clock clock;
    private final Map<UUID, CurrentCredentials> current = new ConcurrentHashMap<>();

    public ConnectionTls(String provider, OwnValues own, Meters meters, Clock clock) {
        this.provider = provider;
        this.own = own;
        this.meters = meters;
        this.clock = clock;
    }

    @Override
    public Object lookupByName(String name) {
        if (!name.startsWith(PREFIX)) {
            return null;
        }
        String whose = name.substring(PREFIX.length());
        if (whose.equals("none")) {
            return new SSLContextParameters();
        }
        try {
            return new Own(
                    current.computeIfAbsent(
                            UUID.fromString(whose),
                            id -> new CurrentCredentials(provider, id, own, meters, clock)));
        } catch (IllegalArgumentException noConnection) {
            return null;
        }
    }

    @Override
    public <T> T lookupByNameAndType(String name, Class<T> type) {
        Object found = lookupByName(name);
        return type.isInstance(found) ? type.cast(found) : null;
    }

    /** None is found by its type: a component that looks for one would take it for its own. */
    @Override
    public <T> Map<String, T> findByTypeWithName(Class<T> type) {
        return Map.of();
    }

    @Override
    public <T> Set<T> findByType(Class<T> type) {
        return Set.of();
    }

    /** TLS whose keys and trust are looked up for each socket. */
    private static final class Own extends SSLContextParameters {
        private final CurrentCredentials current;

        Own(CurrentCredentials current) {
            this.current = current;
        }

        @Override
        public SSLContext createSSLContext(CamelContext camel) {
            return new CurrentContext(current);
        }

        @Override
        public String toString() {
            return "the TLS of a connection";
        }
    }
}
