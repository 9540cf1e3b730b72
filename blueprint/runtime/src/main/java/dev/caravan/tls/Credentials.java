package dev.caravan.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Base64;
import java.util.Collections;
import java.util.Map;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * What a connection shows and believes in a TLS handshake: the PKCS#12 {@code keystore} (base64)
 * with {@code keystore.password}, and the PEM {@code truststore}, each if it has one; else nothing
 * is shown, and what the JDK trusts is believed. Immutable.
 *
 * @param context of these credentials alone: no session of others is resumed in it
 * @param expires when the first certificate that is shown ends, null for nothing
 */
record Credentials(SSLContext context, Instant expires) {
    static Credentials of(Map<String, String> values) throws GeneralSecurityException {
        String keystore = values.getOrDefault("keystore", "");
        char[] password = values.getOrDefault("keystore.password", "").toCharArray();
        KeyManager[] keys = new KeyManager[0];
        Instant end = null;
        if (!keystore.isBlank()) {
            KeyStore store = opened(keystore, password);
            KeyManagerFactory shown =
                    KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            shown.init(store, password);
            keys = shown.getKeyManagers();
            end = end(store);
        }
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys, trust(values.getOrDefault("truststore", "")).getTrustManagers(), null);
        return new Credentials(context, end);
    }

    private static KeyStore opened(String keystore, char[] password)
            throws GeneralSecurityException {
        try {
            byte[] bytes = Base64.getMimeDecoder().decode(keystore);
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(new ByteArrayInputStream(bytes), password);
            return store;
        } catch (IOException | IllegalArgumentException e) {
            throw new GeneralSecurityException("the keystore does not open with its password");
        }
    }

    private static Instant end(KeyStore store) throws GeneralSecurityException {
        Instant end = null;
        for (String alias : Collections.list(store.aliases())) {
            if (store.isKeyEntry(alias)
                    && store.getCertificate(alias) instanceof X509Certificate leaf) {
                Instant own = leaf.getNotAfter().toInstant();
                end = end == null || own.isBefore(end) ? own : end;
            }
        }
        if (end == null) {
            throw new GeneralSecurityException("the keystore holds no key with a certificate");
        }
        return end;
    }

    private static TrustManagerFactory trust(String pem) throws GeneralSecurityException {
        TrustManagerFactory trust =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(pem.isBlank() ? null : believed(pem));
        return trust;
    }

    private static KeyStore believed(String pem) throws GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try {
            store.load(null, null);
        } catch (IOException e) {
            throw new GeneralSecurityException(e);
        }
        int number = 0;
        for (Certificate one :
                CertificateFactory.getInstance("X.509")
                        .generateCertificates(
                                new ByteArrayInputStream(
                                        pem.getBytes(StandardCharsets.US_ASCII)))) {
            store.setCertificateEntry("believed-" + number++, one);
        }
        if (number == 0) {
            throw new GeneralSecurityException("the truststore holds no certificate");
        }
        return store;
    }
}
