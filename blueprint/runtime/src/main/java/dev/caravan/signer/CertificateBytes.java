package dev.caravan.signer;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * The ways in which a certificate file may be meant where its bytes are a MAC secret: they give
 * different signatures, and only the provider knows which it is.
 */
enum CertificateBytes {
    /** The file to the byte. */
    PEM_EXACT {
        @Override
        byte[] of(byte[] file) {
            return file;
        }
    },
    /** Without blanks and line ends behind the last line. */
    PEM_TRIMMED {
        @Override
        byte[] of(byte[] file) {
            return bytes(text(file).stripTrailing());
        }
    },
    /** With line ends of two characters. */
    PEM_CRLF {
        @Override
        byte[] of(byte[] file) {
            return bytes(text(file).replaceAll("\\r?\\n", "\r\n"));
        }
    },
    /** The base64 between the first and the last line, on one line. */
    B64_BODY {
        @Override
        byte[] of(byte[] file) {
            return bytes(text(file).replaceAll("-----[A-Z ]+-----", "").replaceAll("\\s", ""));
        }
    },
    /** What that base64 stands for. */
    DER {
        @Override
        byte[] of(byte[] file) {
            return Base64.getDecoder().decode(B64_BODY.of(file));
        }
    };

    abstract byte[] of(byte[] file);

    private static String text(byte[] file) {
        return new String(file, StandardCharsets.ISO_8859_1);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
