package dev.caravan.sandbox.leatherback;

import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.interfaces.RSAPublicKey;

/**
 * The key pair with which the bank signs. Made at run time and never written anywhere. Immutable.
 */
record SigningKey(String kid, PrivateKey secret, RSAPublicKey open) {
    /** One pair for all twins of a process, because making one takes a fifth of a second. */
    private static final class Shared {
        static final SigningKey KEY = fresh();
    }

    private static final class Unpublished {
        static final SigningKey KEY = fresh();
    }

    static SigningKey shared() {
        return Shared.KEY;
    }

    /** A pair that no twin publishes, for forgeries. */
    static SigningKey unpublished() {
        return Unpublished.KEY;
    }

    static SigningKey fresh() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            var pair = generator.generateKeyPair();
            RSAPublicKey open = (RSAPublicKey) pair.getPublic();
            return new SigningKey(Jwk.thumbprint(open), pair.getPrivate(), open);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
