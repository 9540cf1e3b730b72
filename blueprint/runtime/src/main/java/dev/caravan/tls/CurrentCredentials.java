package dev.caravan.tls;

import dev.caravan.faults.Fault;
import dev.caravan.faults.SetupFault;
import dev.caravan.vault.OwnValues;
import dev.caravan.watch.Meters;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The credentials of one connection as they are now: a change holds from the next socket on. An end
 * that comes near is said once at 30, 7 and 1 days. Safe for any number of threads.
 */
final class CurrentCredentials {
    private static final Logger LOG = LoggerFactory.getLogger(CurrentCredentials.class);

    private final String provider;
    private final UUID connection;
    private final OwnValues own;
    private final Meters meters;
    private final Clock clock;
    private Map<String, String> read = Map.of();
    private Credentials credentials;
    private ExpiryAlarm alarm = new ExpiryAlarm();

    CurrentCredentials(
            String provider, UUID connection, OwnValues own, Meters meters, Clock clock) {
        this.provider = provider;
        this.connection = connection;
        this.own = own;
        this.meters = meters;
        this.clock = clock;
    }

    /**
     * @throws SetupFault where keystore or truststore cannot be used
     */
    synchronized Credentials now() {
        Map<String, String> values = new TreeMap<>(own.all(connection));
        values.keySet().retainAll(Set.of("keystore", "keystore.password", "truststore"));
        if (credentials == null || !values.equals(read)) {
            try {
                credentials = Credentials.of(values);
            } catch (GeneralSecurityException e) {
                throw new SetupFault(
                        said("cannot be used: " + e.getMessage(), "set the secrets right"));
            }
            read = values;
            alarm = new ExpiryAlarm();
            meters.certificate(provider, connection, credentials.expires());
        }
        Instant end = credentials.expires();
        if (end != null && alarm.rings(end, clock.instant())) {
            LOG.warn(
                    new SetupFault(said("ends at " + end, "set secret keystore to a newer one"))
                            .getMessage());
        }
        return credentials;
    }

    private Fault.Account said(String found, String next) {
        return new Fault.Account(
                "CARAVAN-CERTIFICATE",
                provider,
                "the client certificate of connection " + connection,
                found,
                next,
                null);
    }
}
