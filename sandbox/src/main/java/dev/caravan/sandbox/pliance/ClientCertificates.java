package dev.caravan.sandbox.pliance;

import dev.caravan.sandbox.http.SelfSigned;
import dev.caravan.sandbox.http.Trust;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Date;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * Lets in who shows one of the given certificates, or one that they issued, and that is valid by
 * the twin's clock. Immutable; safe for use by many threads.
 */
final class ClientCertificates implements X509TrustManager {
    private final List<X509Certificate> accepted;
    private final Clock clock;

    private ClientCertificates(List<X509Certificate> accepted, Clock clock) {
        this.accepted = accepted;
        this.clock = clock;
    }

    /** The listener that asks for client certificates, and the certificate that it shows. */
    record Listener(SSLContext context, X509Certificate shown) {}

    static Listener listener(PlianceSettings settings, Clock clock) {
        String password = settings.serverKeystorePassword();
        try {
            KeyStore own =
                    settings.serverKeystore().isEmpty()
                            ? made(password)
                            : Trust.load(settings.serverKeystore(), password);
            KeyManagerFactory keys =
                    KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(own, password.toCharArray());
            List<X509Certificate> accepted =
                    certificates(
                            Trust.load(
                                    settings.clientCertificates(),
                                    settings.clientCertificatesPassword()));
            SSLContext context = SSLContext.getInstance("TLS");
            TrustManager[] trust = {new ClientCertificates(accepted, clock)};
            context.init(keys.getKeyManagers(), trust, null);
            return new Listener(context, certificates(own).get(0));
        } catch (GeneralSecurityException unusable) {
            throw new IllegalArgumentException("tlsPort: " + unusable.getMessage(), unusable);
        }
    }

    private static KeyStore made(String password) throws GeneralSecurityException {
        Instant now = Instant.now();
        try {
            return SelfSigned.make(
                            "pliance twin",
                            now.minus(Duration.ofDays(1)),
                            now.plus(Duration.ofDays(365)))
                    .keyStore(password);
        } catch (IOException fromMemory) {
            throw new UncheckedIOException(fromMemory);
        }
    }

    private static List<X509Certificate> certificates(KeyStore store)
            throws GeneralSecurityException {
        List<X509Certificate> all = new ArrayList<>();
        for (String alias : Collections.list(store.aliases())) {
            Certificate[] chain = store.getCertificateChain(alias);
            for (Certificate one :
                    chain == null ? new Certificate[] {store.getCertificate(alias)} : chain) {
                all.add((X509Certificate) one);
            }
        }
        if (all.isEmpty()) {
            throw new GeneralSecurityException("the PKCS#12 file holds no certificate");
        }
        return List.copyOf(all);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type)
            throws CertificateException {
        X509Certificate leaf = chain[0];
        leaf.checkValidity(Date.from(clock.instant()));
        if (accepted.stream().noneMatch(anchor -> vouches(anchor, leaf))) {
            throw new CertificateException("not one of the accepted client certificates");
        }
    }

    private static boolean vouches(X509Certificate anchor, X509Certificate leaf) {
        if (anchor.equals(leaf)) {
            return true;
        }
        try {
            leaf.verify(anchor.getPublicKey());
            // a client's own certificate must not vouch for others
            return anchor.getBasicConstraints() >= 0;
        } catch (GeneralSecurityException foreign) {
            return false;
        }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type)
            throws CertificateException {
        throw new CertificateException("this is the server's side");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return accepted.toArray(new X509Certificate[0]);
    }
}
