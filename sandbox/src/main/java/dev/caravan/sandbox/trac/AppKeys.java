package dev.caravan.sandbox.trac;

import dev.caravan.sandbox.Json;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;

/**
 * An app's RSA key pair as a test or a demo needs it: made at run time, written as PEM, able to
 * sign a JWT. The private half never reaches the twin. Immutable.
 */
public record AppKeys(KeyPair pair) {
    private static final Base64.Encoder URL = Base64.getUrlEncoder().withoutPadding();

    /** 4096 bits as Pebble asks for take seconds; tests do with 2048. */
    public static AppKeys generate(int bits) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(bits);
            return new AppKeys(generator.generateKeyPair());
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** PEM, SubjectPublicKeyInfo. */
    public String publicPem() {
        return pem("PUBLIC KEY", pair.getPublic().getEncoded());
    }

    /** PEM, PKCS 8. */
    public String privatePem() {
        return pem("PRIVATE KEY", pair.getPrivate().getEncoded());
    }

    /** The compact JWS with RS256 over any two JSON texts. */
    public String sign(Object header, Object claims) {
        String text = url(Json.bytes(header)) + '.' + url(Json.bytes(claims));
        try {
            Signature rsa = Signature.getInstance("SHA256withRSA");
            rsa.initSign(pair.getPrivate());
            rsa.update(text.getBytes(StandardCharsets.US_ASCII));
            return text + '.' + url(rsa.sign());
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** Reads PEM, SubjectPublicKeyInfo; anything else is refused with the reason. */
    static RSAPublicKey publicKey(String pem) {
        String body =
                pem.replace("-----BEGIN PUBLIC KEY-----", "")
                        .replace("-----END PUBLIC KEY-----", "")
                        .replaceAll("\\s", "");
        try {
            byte[] der = Base64.getDecoder().decode(body);
            return (RSAPublicKey)
                    KeyFactory.getInstance("RSA").generatePublic(new X509EncodedKeySpec(der));
        } catch (GeneralSecurityException | IllegalArgumentException unreadable) {
            throw new IllegalArgumentException(
                    "expected an RSA key as PEM (BEGIN PUBLIC KEY), found something else",
                    unreadable);
        }
    }

    private static String pem(String label, byte[] der) {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return "-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n";
    }

    private static String url(byte[] bytes) {
        return URL.encodeToString(bytes);
    }
}
