package dev.caravan.sandbox.http;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/**
 * A key pair (EC P-256) and a certificate that it signed itself, made at run time so that no key
 * lies in the sources. Good for 127.0.0.1 and localhost as server, and as client. Immutable.
 */
public record SelfSigned(KeyPair keys, X509Certificate certificate) {
    private static final byte[] ECDSA_WITH_SHA256 = oid(0x2A, 0x86, 0x48, 0xCE, 0x3D, 4, 3, 2);
    private static final byte[] COMMON_NAME = oid(0x55, 4, 3);
    private static final byte[] ALTERNATIVE_NAME = oid(0x55, 0x1D, 0x11);
    private static final DateTimeFormatter UTC_TIME =
            DateTimeFormatter.ofPattern("yyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);

    /** Both instants before the year 2050. */
    public static SelfSigned make(String commonName, Instant notBefore, Instant notAfter) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            KeyPair keys = generator.generateKeyPair();
            byte[] algorithm = der(0x30, ECDSA_WITH_SHA256);
            byte[] body = body(commonName, notBefore, notAfter, keys, algorithm);
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(keys.getPrivate());
            signature.update(body);
            byte[] whole = der(0x30, body, algorithm, bits(signature.sign()));
            return new SelfSigned(
                    keys,
                    (X509Certificate)
                            CertificateFactory.getInstance("X.509")
                                    .generateCertificate(new ByteArrayInputStream(whole)));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** Key and certificate as PKCS#12; an empty password is one. */
    public KeyStore keyStore(String password) throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry(
                "self", keys.getPrivate(), password.toCharArray(), new Certificate[] {certificate});
        return store;
    }

    /** The file that a caller presents itself with. */
    public Path writeKeyStore(Path file, String password)
            throws GeneralSecurityException, IOException {
        return write(keyStore(password), file, password);
    }

    /** The certificate alone, for the side that shall trust it. */
    public Path writeTrustStore(Path file, String password)
            throws GeneralSecurityException, IOException {
        return writeTrustStore(certificate, file, password);
    }

    public static Path writeTrustStore(X509Certificate trusted, Path file, String password)
            throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setCertificateEntry("trusted", trusted);
        return write(store, file, password);
    }

    private static Path write(KeyStore store, Path file, String password)
            throws GeneralSecurityException, IOException {
        try (OutputStream out = Files.newOutputStream(file)) {
            store.store(out, password.toCharArray());
        }
        return file;
    }

    /** TBSCertificate of RFC 5280, version 3, with the one extension that a caller checks. */
    private static byte[] body(
            String name, Instant from, Instant until, KeyPair keys, byte[] algorithm) {
        byte[] text = der(0x0C, name.getBytes(StandardCharsets.UTF_8));
        byte[] who = der(0x30, der(0x31, der(0x30, COMMON_NAME, text)));
        byte[] validity = der(0x30, time(from), time(until));
        byte[] names =
                der(
                        0x30,
                        der(0x82, "localhost".getBytes(StandardCharsets.US_ASCII)),
                        der(0x87, new byte[] {127, 0, 0, 1}));
        byte[] extension = der(0x30, ALTERNATIVE_NAME, der(0x04, names));
        return der(
                0x30,
                der(0xA0, der(0x02, new byte[] {2})),
                der(0x02, new BigInteger(63, new SecureRandom()).add(BigInteger.ONE).toByteArray()),
                algorithm,
                who,
                validity,
                who,
                keys.getPublic().getEncoded(),
                der(0xA3, der(0x30, extension)));
    }

    private static byte[] time(Instant instant) {
        return der(0x17, UTC_TIME.format(instant).getBytes(StandardCharsets.US_ASCII));
    }

    private static byte[] bits(byte[] content) {
        return der(0x03, new byte[] {0}, content);
    }

    private static byte[] oid(int... content) {
        byte[] bytes = new byte[content.length];
        for (int at = 0; at < content.length; at++) {
            bytes[at] = (byte) content[at];
        }
        return der(0x06, bytes);
    }

    private static byte[] der(int tag, byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += part.length;
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream(length + 4);
        out.write(tag);
        if (length > 127) {
            byte[] size = BigInteger.valueOf(length).toByteArray();
            int skip = size[0] == 0 ? 1 : 0;
            out.write(0x80 | (size.length - skip));
            out.write(size, skip, size.length - skip);
        } else {
            out.write(length);
        }
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}
