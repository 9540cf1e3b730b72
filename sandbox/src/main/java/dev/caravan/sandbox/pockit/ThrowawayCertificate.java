package dev.caravan.sandbox.pockit;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;

/**
 * Makes a self-signed certificate on the spot, because production mode takes nothing less and no
 * key may lie in the sources. The private key is forgotten at once. Stateless.
 */
public final class ThrowawayCertificate {
    private static final DateTimeFormatter UTC_TIME =
            DateTimeFormatter.ofPattern("yyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);
    // the DER of the object identifiers ecdsa-with-SHA256 and commonName
    private static final byte[] ECDSA = {6, 8, 42, -122, 72, -50, 61, 4, 3, 2};
    private static final byte[] COMMON_NAME = {6, 3, 85, 4, 3};
    private static final int SEQUENCE = 0x30;

    private ThrowawayCertificate() {}

    /** An exact PEM text with LF and a final line feed; both instants before the year 2050. */
    public static String pem(Instant from, Instant until) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            KeyPair pair = generator.generateKeyPair();
            byte[] body = body(pair, from, until);
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(pair.getPrivate());
            signature.update(body);
            byte[] bits = joined(new byte[] {0}, signature.sign());
            byte[] whole = der(SEQUENCE, body, der(SEQUENCE, ECDSA), der(3, bits));
            byte[] lineFeed = {'\n'};
            return armoured(Base64.getMimeEncoder(64, lineFeed).encodeToString(whole));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    static String armoured(String base64) {
        return "-----BEGIN CERTIFICATE-----\n" + base64 + "\n-----END CERTIFICATE-----\n";
    }

    private static byte[] body(KeyPair pair, Instant from, Instant until) {
        byte[] words = "sandbox application".getBytes(StandardCharsets.UTF_8);
        byte[] name = der(SEQUENCE, der(0x31, der(SEQUENCE, COMMON_NAME, der(12, words))));
        return der(
                SEQUENCE,
                der(0xa0, der(2, BigInteger.TWO.toByteArray())),
                der(2, BigInteger.ONE.toByteArray()),
                der(SEQUENCE, ECDSA),
                name,
                der(SEQUENCE, time(from), time(until)),
                name,
                pair.getPublic().getEncoded());
    }

    private static byte[] time(Instant instant) {
        return der(23, UTC_TIME.format(instant).getBytes(StandardCharsets.US_ASCII));
    }

    private static byte[] der(int tag, byte[]... parts) {
        byte[] content = joined(parts);
        int length = content.length;
        byte[] head =
                length < 128
                        ? new byte[] {(byte) tag, (byte) length}
                        : length < 256
                                ? new byte[] {(byte) tag, (byte) 0x81, (byte) length}
                                : new byte[] {
                                    (byte) tag, (byte) 0x82, (byte) (length >> 8), (byte) length
                                };
        return joined(head, content);
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
