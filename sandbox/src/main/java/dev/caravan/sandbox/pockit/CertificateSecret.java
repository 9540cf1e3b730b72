package dev.caravan.sandbox.pockit;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;

/** The bytes that each reading of "the certificate" makes of a PEM file. Stateless. */
final class CertificateSecret {
    private CertificateSecret() {}

    static byte[] of(String pem, Signing.SecretForm form) {
        return switch (form) {
            case PEM_EXACT -> utf8(pem);
            case PEM_TRIMMED -> utf8(pem.strip());
            case PEM_CRLF -> utf8(pem.replace("\r\n", "\n").replace("\n", "\r\n"));
            case B64_BODY -> utf8(body(pem));
            case DER -> Base64.getDecoder().decode(body(pem));
        };
    }

    /**
     * Whether it is an X.509 certificate inside its time; production looks, the sandbox does not.
     */
    static boolean valid(String pem, Instant now) {
        try {
            X509Certificate certificate =
                    (X509Certificate)
                            CertificateFactory.getInstance("X.509")
                                    .generateCertificate(new ByteArrayInputStream(utf8(pem)));
            certificate.checkValidity(Date.from(now));
            return true;
        } catch (CertificateException unfit) {
            return false;
        }
    }

    private static String body(String pem) {
        return pem.replaceAll("-----[A-Z ]+-----", "").replaceAll("\\s", "");
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
