package dev.caravan.tls;

import dev.caravan.faults.Fault;
import dev.caravan.faults.HandshakeFault;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLKeyException;
import javax.net.ssl.SSLPeerUnverifiedException;

/**
 * Tells a failed TLS handshake, which stays failed until an operator acts, from a lost connection,
 * which does not. Stateless.
 */
public final class Handshakes {
    private Handshakes() {}

    /**
     * What an error of a call is where it is one of a handshake: a fault that was raised inside it,
     * or a {@link HandshakeFault}; null where it is anything else.
     *
     * @param host whom the call was to
     */
    public static Fault judged(String provider, String host, Throwable error) {
        boolean failed = false;
        for (Throwable each = error; each != null; each = each.getCause()) {
            if (each instanceof Fault fault) {
                return fault;
            }
            failed |=
                    each instanceof SSLHandshakeException
                            || each instanceof SSLPeerUnverifiedException
                            || each instanceof SSLKeyException;
        }
        return failed ? fault(provider, host) : null;
    }

    private static HandshakeFault fault(String provider, String host) {
        return new HandshakeFault(
                new Fault.Account(
                        "CARAVAN-HANDSHAKE",
                        provider,
                        "the TLS handshake with " + host,
                        "failed: one side does not accept the other's certificate",
                        "not repeated; an operator should look at keystore, truststore and host",
                        null));
    }
}
