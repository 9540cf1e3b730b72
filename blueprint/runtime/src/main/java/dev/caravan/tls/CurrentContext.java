package dev.caravan.tls;

import java.security.KeyManagementException;
import java.security.SecureRandom;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLContextSpi;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLServerSocketFactory;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;

/**
 * A TLS context that is always the one of a connection's present credentials. Safe for any number
 * of threads.
 */
final class CurrentContext extends SSLContext {
    CurrentContext(CurrentCredentials current) {
        super(
                new Spi(current),
                current.now().context().getProvider(),
                current.now().context().getProtocol());
    }

    private static final class Spi extends SSLContextSpi {
        private final CurrentCredentials current;

        Spi(CurrentCredentials current) {
            this.current = current;
        }

        private SSLContext now() {
            return current.now().context();
        }

        @Override
        protected SSLSocketFactory engineGetSocketFactory() {
            return new CurrentSockets(current);
        }

        @Override
        protected SSLEngine engineCreateSSLEngine() {
            return now().createSSLEngine();
        }

        @Override
        protected SSLEngine engineCreateSSLEngine(String host, int port) {
            return now().createSSLEngine(host, port);
        }

        @Override
        protected SSLServerSocketFactory engineGetServerSocketFactory() {
            return now().getServerSocketFactory();
        }

        @Override
        protected SSLSessionContext engineGetServerSessionContext() {
            return now().getServerSessionContext();
        }

        @Override
        protected SSLSessionContext engineGetClientSessionContext() {
            return now().getClientSessionContext();
        }

        @Override
        protected void engineInit(KeyManager[] keys, TrustManager[] trust, SecureRandom random)
                throws KeyManagementException {
            throw new KeyManagementException("the credentials are the connection's");
        }
    }
}
