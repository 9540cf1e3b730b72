package dev.caravan.sandbox.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Reads PKCS#12 files, and makes of one what an https receiver of webhooks may show. Stateless. */
public final class Trust {
    private Trust() {}

    /**
     * The trust of a twin's callers of its own.
     *
     * @param pkcs12 a file with certificates; empty trusts what the JDK trusts
     */
    public static SSLContext of(String pkcs12, String password) {
        try {
            if (pkcs12.isEmpty()) {
                return SSLContext.getDefault();
            }
            TrustManagerFactory trust =
                    TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(load(pkcs12, password));
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException unusable) {
            throw new IllegalArgumentException("webhookTrust: " + unusable.getMessage(), unusable);
        }
    }

    public static KeyStore load(String pkcs12, String password) throws GeneralSecurityException {
        try (InputStream in = Files.newInputStream(Path.of(pkcs12))) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(in, password.toCharArray());
            return store;
        } catch (IOException unreadable) {
            throw new UncheckedIOException("cannot read the PKCS#12 file " + pkcs12, unreadable);
        }
    }
}
